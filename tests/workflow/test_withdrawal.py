"""Taking a published entry off the pages: a note stays, a correction brings it back, nothing is lost."""

import datetime

import pytest
from django.test import Client

from notifications.models import Mail
from offices.errors import ConflictError, DomainError
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW
from tests.publication.conftest import entry, period
from tests.workflow.conftest import Stage
from tests.workflow.steps import SignIn, address, approve, hand_in, text, with_earlier_entry
from workflow import published, runs
from workflow.access import NotAllowedError, visible_updates
from workflow.models import Event, EventKind, StatusUpdate
from workflow.services import history

DUE = datetime.date(2027, 2, 1)
LATER = NOW + datetime.timedelta(days=1)
NOTE = "Im Sachstand stand eine falsche Zahl."


def fresh(update: StatusUpdate) -> StatusUpdate:
    return StatusUpdate.objects.select_related("approved").get(pk=update.pk)


def texts(update: StatusUpdate) -> list[str]:
    return [one.done for one in published.entries(LATER).get(update.recommendation_id, [])]


def notes(update: StatusUpdate) -> list[tuple[str, str, str]]:
    found = published.withdrawals([update.recommendation_id], LATER)
    return [(one.period_label, one.note, one.confirms_period) for one in found]


def withdraw(cast: Cast, update: StatusUpdate, **fields: object) -> None:
    said = {"revision_number": 1, "note": NOTE, "by": cast.coordinator, "now": LATER, **fields}
    runs.withdraw_entry(update.pk, **said)  # type: ignore[arg-type]


@pytest.fixture
def public(cast: Cast, stage: Stage) -> StatusUpdate:
    hand_in(cast, stage.youth_update, done="Sieben Elterncafés.")
    approve(cast, stage.youth_update)
    return stage.youth_update


def test_a_withdrawn_entry_leaves_a_note_and_keeps_its_text(cast: Cast, public: StatusUpdate) -> None:
    withdraw(cast, public)
    update = fresh(public)
    assert (update.state, update.withdrawn_at, update.withdrawal_note) == ("approved", LATER, NOTE)
    assert update.approved.done == "Sieben Elterncafés."
    assert texts(public) == []
    assert notes(public) == [("2025–2026", NOTE, "")]
    assert [one.note for one in published.all_withdrawals(LATER)] == [NOTE]
    event = Event.objects.get(update=public, kind=EventKind.ENTRY_WITHDRAWN)
    assert (event.actor, event.data) == (cast.coordinator, {"revision": 1, "reason": NOTE, "along": []})
    assert list(history.verify()) == []


def test_a_withdrawn_entry_is_no_missing_return(cast: Cast, public: StatusUpdate) -> None:
    withdraw(cast, public)
    (figures,) = published.report_cycles(public.cycle_id)
    # The two others owe a return; this one neither counts as reported nor as missing.
    assert (figures.approved, figures.total, figures.without_entry) == (0, 2, 2)
    assert public.recommendation_id not in {one.recommendation_id for one in published.missing_returns(public.cycle_id)}
    assert [one.note for one in published.report_withdrawals(public.cycle_id).values()] == [NOTE]


def test_clerks_and_head_of_the_lead_office_are_told(cast: Cast, public: StatusUpdate) -> None:
    withdraw(cast, public)
    mails = Mail.objects.filter(kind="course")
    assert {mail.recipient for mail in mails} == {cast.clerk.email, cast.colleague.email, cast.head.email}
    for mail in mails:
        assert mail.subject == "Nicht mehr öffentlich: 1.1.1 Empfehlung 1.1.1"
        assert NOTE in mail.text
        assert NOTE in mail.html
        assert "beginnen Sie bitte eine Berichtigung" in mail.text


def test_an_entry_comes_back_as_it_was(cast: Cast, public: StatusUpdate) -> None:
    withdraw(cast, public)
    runs.restore_entry(public.pk, reason="Die Zahl stimmte doch.", by=cast.coordinator, now=LATER)
    assert (texts(public), notes(public)) == (["Sieben Elterncafés."], [])
    event = Event.objects.get(update=public, kind=EventKind.ENTRY_RESTORED)
    assert event.data == {"reason": "Die Zahl stimmte doch."}
    assert Mail.objects.filter(subject__startswith="Wieder öffentlich", recipient=cast.head.email).exists()
    assert list(history.verify()) == []


def test_an_approved_correction_ends_the_withdrawal(cast: Cast, public: StatusUpdate) -> None:
    withdraw(cast, public)
    runs.start_correction(public.pk, by=cast.clerk, note="Es sind sechs.", due_on=DUE, now=LATER)
    hand_in(cast, public, done="Sechs Elterncafés.")
    assert texts(public) == []
    approve(cast, public)
    assert (texts(public), notes(public)) == (["Sechs Elterncafés."], [])
    approved = Event.objects.filter(update=public, kind=EventKind.APPROVED).latest("sequence")
    assert approved.data["shown_again"] is True
    assert list(history.verify()) == []


def test_whoever_corrects_what_is_off_the_pages_is_not_told_that_it_is_public(
    cast: Cast, public: StatusUpdate, signed_in: SignIn
) -> None:
    page = f"{address(public)}berichtigen/"
    assert "Bis dahin bleibt der jetzige Text öffentlich." in text(signed_in(cast.coordinator).get(page))
    withdraw(cast, public)
    said = text(signed_in(cast.coordinator).get(page))
    assert "bleibt der jetzige Text öffentlich" not in said
    assert "steht dann wieder auf den öffentlichen Seiten" in said


def test_a_correction_that_is_given_up_leaves_the_entry_withdrawn(cast: Cast, public: StatusUpdate) -> None:
    withdraw(cast, public)
    runs.start_correction(public.pk, by=cast.clerk, note="Es sind sechs.", due_on=DUE, now=LATER)
    runs.cancel(public.pk, by=cast.coordinator, reason="Doch nicht.", now=LATER)
    assert (texts(public), [note for _p, note, _c in notes(public)]) == ([], [NOTE])


def test_only_coordinators_withdraw_and_restore_only_once_and_with_words(cast: Cast, public: StatusUpdate) -> None:
    for stranger in (cast.clerk, cast.head, cast.reviewer, cast.chair, cast.administrator):
        with pytest.raises(NotAllowedError):
            withdraw(cast, public, by=stranger)
    with pytest.raises(DomainError):
        withdraw(cast, public, note=" ")
    with pytest.raises(ConflictError):
        runs.restore_entry(public.pk, reason="Doch.", by=cast.coordinator, now=LATER)
    assert texts(public) == ["Sieben Elterncafés."]
    withdraw(cast, public)
    with pytest.raises(ConflictError):
        withdraw(cast, public)
    with pytest.raises(NotAllowedError):
        runs.restore_entry(public.pk, reason="Doch.", by=cast.clerk, now=LATER)
    with pytest.raises(DomainError):
        runs.restore_entry(public.pk, reason="", by=cast.coordinator, now=LATER)


def test_what_is_not_public_cannot_be_withdrawn(cast: Cast, stage: Stage) -> None:
    with pytest.raises(ConflictError):
        withdraw(cast, stage.youth_update)
    stage.cycle.publish_on = LATER.date() + datetime.timedelta(days=1)
    stage.cycle.save()
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    with pytest.raises(DomainError):
        withdraw(cast, stage.youth_update)


def test_a_version_that_nobody_has_read_is_not_withdrawn(cast: Cast, public: StatusUpdate) -> None:
    runs.start_correction(public.pk, by=cast.clerk, note="Es sind sechs.", due_on=DUE, now=NOW)
    hand_in(cast, public, done="Sechs Elterncafés.")
    approve(cast, public)
    with pytest.raises(ConflictError):
        withdraw(cast, public, revision_number=1)
    assert texts(public) == ["Sechs Elterncafés."]


# Entries that confirm it


@pytest.fixture
def confirmed(cast: Cast) -> tuple[StatusUpdate, StatusUpdate]:
    """An entry for 2023–2024, and the one for 2025–2026 that confirms it; both public."""
    later = with_earlier_entry(cast)
    runs.confirm_unchanged(later.pk, by=cast.clerk, now=NOW)
    approve(cast, later)
    earlier = StatusUpdate.objects.get(recommendation=later.recommendation_id, cycle__period_until__year=2024)
    return earlier, later


def test_entries_that_confirm_it_disappear_and_come_back_with_it(
    cast: Cast, confirmed: tuple[StatusUpdate, StatusUpdate]
) -> None:
    earlier, later = confirmed
    assert texts(later) == ["Der frühere Text."] * 2
    withdraw(cast, earlier)
    assert texts(later) == []
    assert notes(later) == [("2025–2026", NOTE, "2023–2024"), ("2023–2024", NOTE, "")]
    marks = published.standing(LATER).marks[later.recommendation_id]
    assert {mark.withdrawn_on for mark in marks.values()} == {LATER.date()}
    assert "Der Sachstand für 2025–2026 bestätigt diesen Text" in Mail.objects.filter(kind="course")[0].text
    runs.restore_entry(earlier.pk, reason="Stimmte doch.", by=cast.coordinator, now=LATER)
    assert texts(later) == ["Der frühere Text."] * 2


def test_the_old_text_does_not_come_back_through_an_entry_that_confirms_it(
    cast: Cast, confirmed: tuple[StatusUpdate, StatusUpdate]
) -> None:
    earlier, later = confirmed
    withdraw(cast, earlier)
    runs.start_correction(earlier.pk, by=cast.clerk, note="Ohne Namen.", due_on=DUE, now=LATER)
    hand_in(cast, earlier, done="Der berichtigte Text.")
    approve(cast, earlier)
    assert texts(later) == ["Der berichtigte Text."] * 2


def test_a_withdrawn_text_cannot_be_confirmed(cast: Cast) -> None:
    later = with_earlier_entry(cast)
    earlier = StatusUpdate.objects.get(recommendation=later.recommendation_id, cycle__period_until__year=2024)
    withdraw(cast, earlier)
    with pytest.raises(DomainError, match="nicht mehr öffentlich"):
        runs.confirm_unchanged(later.pk, by=cast.clerk, now=LATER)


def test_readers_do_not_read_what_was_withdrawn(cast: Cast, public: StatusUpdate) -> None:
    from offices.access import desk_of  # noqa: PLC0415 - this test alone looks at a desk

    assert visible_updates(desk_of(cast.reader)).filter(pk=public.pk).exists()
    withdraw(cast, public)
    assert not visible_updates(desk_of(cast.reader)).filter(pk=public.pk).exists()
    assert visible_updates(desk_of(cast.clerk)).filter(pk=public.pk).exists()


# Pages


def test_a_coordinator_takes_an_entry_off_the_pages_and_shows_it_again(
    cast: Cast, public: StatusUpdate, signed_in: SignIn, client: Client
) -> None:
    page = address(public, "von-den-seiten-nehmen/")
    assert page in text(signed_in(cast.coordinator).get(address(public)))
    asked = text(client.get(page))
    assert "2025–2026, Version 1" in asked
    assert 'name="version" value="1"' in asked
    assert client.post(page, {"version": "1", "note": ""}).status_code == 422
    assert texts(public) == ["Sieben Elterncafés."]
    done = text(client.post(page, {"version": "1", "note": NOTE}, follow=True))
    assert "Der Sachstand ist nicht mehr öffentlich." in done
    assert NOTE in done
    assert "von den öffentlichen Seiten genommen" in done
    assert texts(public) == []
    assert "schon von den Seiten genommen" in text(client.get(page, follow=True))
    back = address(public, "wieder-zeigen/")
    assert back in done
    assert NOTE in text(client.get(back))
    assert client.post(back, {"reason": " "}).status_code == 422
    assert "wieder öffentlich" in text(client.post(back, {"reason": "Stimmte doch."}, follow=True))
    assert texts(public) == ["Sieben Elterncafés."]
    assert "schon zu sehen" in text(client.get(back, follow=True))


@pytest.mark.parametrize("version", ["", "2", "0", "-1", "eins", "²", "9" * 40])
def test_a_form_that_names_another_version_changes_nothing(
    cast: Cast, public: StatusUpdate, signed_in: SignIn, version: str
) -> None:
    page = address(public, "von-den-seiten-nehmen/")
    answer = signed_in(cast.coordinator).post(page, {"version": version, "note": NOTE})
    assert answer.status_code == 422
    assert NOTE in text(answer)
    assert texts(public) == ["Sieben Elterncafés."]


def test_the_page_says_what_goes_along(
    cast: Cast, confirmed: tuple[StatusUpdate, StatusUpdate], signed_in: SignIn
) -> None:
    asked = text(signed_in(cast.coordinator).get(address(confirmed[0], "von-den-seiten-nehmen/")))
    assert "Auch nicht mehr zu sehen, weil sie diesen Sachstand bestätigen" in asked
    assert "2025–2026" in asked


def test_the_history_tells_visitors_note_and_reason(cast: Cast, public: StatusUpdate, signed_in: SignIn) -> None:
    withdraw(cast, public)
    runs.restore_entry(public.pk, reason="Stimmte doch.", by=cast.coordinator, now=LATER)
    told = text(signed_in(cast.clerk).get(address(public, "verlauf/")))
    for said in ("Version 1 von den öffentlichen Seiten genommen", NOTE, "Wieder öffentlich", "Stimmte doch."):
        assert said in told


def test_an_imported_entry_without_a_process_can_be_withdrawn(cast: Cast) -> None:
    edition = factories.edition()
    one = factories.recommendation(factories.goal(edition), lead=cast.youth)
    made = entry(period(edition, 2021, 2022), one, cast.youth, done="Aus dem alten Bericht.")
    runs.withdraw_entry(made.update_id, revision_number=1, note=NOTE, by=cast.coordinator, now=LATER)
    assert texts(made.update) == []


def test_a_deputy_reads_for_whom_the_entry_was_withdrawn(cast: Cast, public: StatusUpdate) -> None:
    deputy = factories.member(Role.CLERK, cast.health)
    factories.absence(cast.clerk, deputy)
    withdraw(cast, public)
    assert f"weil Sie {cast.clerk.name} vertreten" in Mail.objects.get(recipient=deputy.email).text
