"""Cancelling, reopening and correcting a run, also in a closed cycle."""

import datetime

import pytest
from viewflow.workflow.models import Process

from notifications.models import Mail
from offices.errors import ConflictError, DomainError
from offices.models import OfficeSuccession
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.steps import approve, hand_in
from workflow import opening, published, runs
from workflow.access import NotAllowedError
from workflow.content import CommentContent
from workflow.models import (
    CoSignature,
    DeadlineExtension,
    Event,
    Participation,
    Reassignment,
    ReportingCycle,
    StatusUpdate,
    WorkItem,
)
from workflow.services import history

DUE = datetime.date(2027, 2, 1)
NOTE = "Die Zahl der Elterncafés war falsch."


def fresh(update: StatusUpdate) -> StatusUpdate:
    return StatusUpdate.objects.select_related("submitted", "approved", "process").get(pk=update.pk)


def desks(update: StatusUpdate) -> set[tuple[str, str]]:
    items = WorkItem.objects.filter(update=update, is_open=True).select_related("office")
    return {(item.step, item.office.number if item.office else "") for item in items}


def published_text(update: StatusUpdate) -> list[str]:
    return [one.done for one in published.entries(NOW).get(update.recommendation_id, [])]


def correct(cast: Cast, update: StatusUpdate) -> None:
    runs.start_correction(update.pk, by=cast.clerk, note=NOTE, due_on=DUE, now=NOW)


# Cancelling


def test_cancelling_clears_every_desk_and_keeps_what_was_written(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, contributions=True)
    update = StatusUpdate.objects.get()
    runs.ask_for_extension(update.pk, by=cast.clerk, reason="Mehr Zeit.", wanted_on=DUE, now=NOW, today=TODAY)
    runs.propose_reassignment(update.pk, by=cast.clerk, to_office_id=cast.health.pk, reason="Ihr Thema.", now=NOW)
    runs.cancel(update.pk, by=cast.coordinator, reason="Die Empfehlung ist erledigt.", now=NOW)
    update = fresh(update)
    assert (update.state, update.state_note) == ("cancelled", "Die Empfehlung ist erledigt.")
    assert (desks(update), update.process.status) == (set(), "CANCELED")
    assert Participation.objects.get().state == "skipped"
    assert DeadlineExtension.objects.get().state == Reassignment.objects.get().state == "withdrawn"
    told = set(Mail.objects.filter(kind="course").values_list("recipient", flat=True))
    # 53 has no clerk, so its mailbox hears of it.
    assert told == {cast.clerk.email, cast.colleague.email, cast.school_clerk.email, cast.health.mailbox}
    with pytest.raises(NotAllowedError):
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    assert list(history.verify()) == []


def test_a_deputy_reads_for_whom_it_was_cancelled_and_opened_again(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.school_clerk)
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)
    runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Doch nicht.", due_on=DUE, now=NOW)
    told = list(Mail.objects.filter(recipient=cast.school_clerk.email, kind="course"))
    assert [f"weil Sie {cast.clerk.name} vertreten" in mail.text for mail in told] == [True, True]


def test_cancelling_while_it_is_signed_ends_the_questions(cast: Cast, stage: Stage) -> None:
    ReportingCycle.objects.update(co_sign=True, sign_off=True)
    hand_in(cast, stage.youth_update)
    assert desks(stage.youth_update) == {("co_sign", "40")}
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)
    assert CoSignature.objects.get().state == "void"
    assert desks(stage.youth_update) == set()


def test_only_coordinators_cancel_only_once_and_only_with_a_reason(cast: Cast, stage: Stage) -> None:
    for stranger in (cast.clerk, cast.head, cast.chair):
        with pytest.raises(NotAllowedError):
            runs.cancel(stage.youth_update.pk, by=stranger, reason="Entfällt.", now=NOW)
    with pytest.raises(DomainError):
        runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason=" ", now=NOW)
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)
    with pytest.raises(ConflictError):
        runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)


# Reopening


def test_a_cancelled_run_is_opened_again_and_written_for_the_first_time(cast: Cast, stage: Stage) -> None:
    before = fresh(stage.youth_update).process
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)
    runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Doch nicht.", due_on=DUE, now=NOW)
    update = fresh(stage.youth_update)
    assert (update.state, update.due_on, desks(update)) == ("requested", DUE, {("write", "51")})
    assert update.process.parent_task.process_id == before.pk
    hand_in(cast, update)
    approve(cast, update)
    assert fresh(update).state == "approved"
    assert list(history.verify()) == []


def test_a_published_text_is_corrected_and_never_opened_again_without_a_word(cast: Cast, stage: Stage) -> None:
    hand_in(cast, stage.youth_update, done="Der alte Text.")
    approve(cast, stage.youth_update)
    with pytest.raises(DomainError, match="Berichtigung"):
        runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Bitte ergänzen.", due_on=DUE, now=NOW)
    assert (fresh(stage.youth_update).state, desks(stage.youth_update)) == ("approved", set())
    runs.start_correction(stage.youth_update.pk, by=cast.coordinator, note=NOTE, due_on=DUE, now=NOW)
    update = fresh(stage.youth_update)
    assert (update.state, desks(update)) == ("returned", {("rework", "51")})
    assert {mail.recipient for mail in Mail.objects.filter(kind="course")} == {cast.clerk.email, cast.colleague.email}


def test_a_missing_return_is_made_up_for_in_the_closed_cycle(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    assert fresh(stage.youth_update).state == "missing"
    runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Nachgereicht.", due_on=DUE, now=NOW)
    assert desks(stage.youth_update) == {("write", "51")}
    hand_in(cast, stage.youth_update, done="Nachgereicht.")
    approve(cast, stage.youth_update)
    assert published_text(stage.youth_update) == ["Nachgereicht."]
    assert list(history.verify()) == []


def test_cancelling_what_was_opened_again_goes_back_to_what_it_was(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Nachgereicht.", due_on=DUE, now=NOW)
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Kommt nicht mehr.", now=NOW)
    assert fresh(stage.youth_update).state == "missing"


def test_only_coordinators_reopen_and_only_what_has_ended(cast: Cast, stage: Stage) -> None:
    with pytest.raises(ConflictError):
        runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Neu.", due_on=DUE, now=NOW)
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)
    with pytest.raises(NotAllowedError):
        runs.reopen(stage.youth_update.pk, by=cast.clerk, reason="Neu.", due_on=DUE, now=NOW)
    for wrong in ({"reason": " "}, {"due_on": TODAY - datetime.timedelta(days=1)}):
        with pytest.raises(DomainError):
            runs.reopen(
                stage.youth_update.pk, **{"by": cast.coordinator, "reason": "Neu.", "due_on": DUE, "now": NOW, **wrong}
            )
    runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Neu.", due_on=DUE, now=NOW)
    with pytest.raises(ConflictError):
        runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Neu.", due_on=DUE, now=NOW)


def test_whoever_follows_an_ended_office_reworks_its_entry(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    cast.youth.valid_until = TODAY - datetime.timedelta(days=1)
    cast.youth.save()
    with pytest.raises(DomainError):
        runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Neu.", due_on=DUE, now=NOW)
    OfficeSuccession.objects.create(predecessor=cast.youth, successor=cast.health, on=TODAY, main=True, entered_at=NOW)
    runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Neu.", due_on=DUE, now=NOW)
    assert fresh(stage.youth_update).lead_office == cast.health
    assert desks(stage.youth_update) == {("write", "53")}


# Correcting


def test_a_correction_is_a_new_version_with_a_public_note(cast: Cast, stage: Stage) -> None:
    hand_in(cast, stage.youth_update, done="Sieben Elterncafés.")
    approve(cast, stage.youth_update)
    correct(cast, stage.youth_update)
    hand_in(cast, stage.youth_update, done="Sechs Elterncafés.")
    assert published_text(stage.youth_update) == ["Sieben Elterncafés."]
    approve(cast, stage.youth_update)
    update = fresh(stage.youth_update)
    assert (update.approved.number, update.approved.public_note, update.correction_note) == (2, NOTE, "")
    assert published_text(update) == ["Sechs Elterncafés."]
    assert list(history.verify()) == []


def test_visitors_read_the_notes_of_all_corrections_that_were_approved(cast: Cast, stage: Stage) -> None:
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    for days, note in ((1, NOTE), (2, "Ein Ort war falsch.")):
        when = NOW + datetime.timedelta(days=days)
        runs.start_correction(stage.youth_update.pk, by=cast.clerk, note=note, due_on=DUE, now=when)
        hand_in(cast, stage.youth_update)
        runs.return_for_revision(
            stage.youth_update.pk,
            revision_number=fresh(stage.youth_update).submitted.number,
            by=cast.reviewer,
            comments=[CommentContent("Bitte Zahlen.")],
            now=when,
            today=TODAY,
        )
        hand_in(cast, stage.youth_update)
        number = fresh(stage.youth_update).submitted.number
        runs.approve(stage.youth_update.pk, revision_number=number, by=cast.reviewer, now=when)
    runs.start_correction(stage.youth_update.pk, by=cast.clerk, note="Noch nicht öffentlich.", due_on=DUE, now=NOW)
    hand_in(cast, stage.youth_update)
    (entry,) = published.entries(NOW)[stage.youth_update.recommendation_id]
    days_and_notes = [((one.on - TODAY).days, one.note) for one in entry.corrections]
    assert days_and_notes == [(2, "Ein Ort war falsch."), (1, NOTE)]


def test_a_correction_needs_a_note_and_an_approved_entry(cast: Cast, stage: Stage) -> None:
    with pytest.raises(NotAllowedError):
        correct(cast, stage.youth_update)
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    with pytest.raises(DomainError):
        runs.start_correction(stage.youth_update.pk, by=cast.clerk, note=" ", due_on=DUE, now=NOW)
    for stranger in (cast.school_clerk, cast.reviewer):
        with pytest.raises(NotAllowedError):
            runs.start_correction(stage.youth_update.pk, by=stranger, note=NOTE, due_on=DUE, now=NOW)
    correct(cast, stage.youth_update)
    with pytest.raises(NotAllowedError):
        correct(cast, stage.youth_update)


def test_a_cancelled_correction_leaves_the_published_text(cast: Cast, stage: Stage) -> None:
    hand_in(cast, stage.youth_update, done="Der alte Text.")
    approve(cast, stage.youth_update)
    correct(cast, stage.youth_update)
    hand_in(cast, stage.youth_update, done="Der verworfene Text.")
    runs.cancel(stage.youth_update.pk, by=cast.coordinator, reason="Der Text stimmte doch.", now=NOW)
    update = fresh(stage.youth_update)
    assert (update.state, update.submitted, update.correction_note) == ("approved", update.approved, "")
    assert (published_text(update), desks(update)) == (["Der alte Text."], set())
    assert Process.objects.get(pk=update.process_id).status == "CANCELED"
    correct(cast, stage.youth_update)
    hand_in(cast, stage.youth_update, done="Der richtige Text.")
    approve(cast, stage.youth_update)
    assert published_text(update) == ["Der richtige Text."]


def test_closing_the_cycle_lets_a_correction_go_on(cast: Cast, stage: Stage) -> None:
    hand_in(cast, stage.youth_update, done="Der alte Text.")
    approve(cast, stage.youth_update)
    correct(cast, stage.youth_update)
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    assert (fresh(stage.youth_update).state, fresh(stage.school_update).state) == ("returned", "missing")
    assert desks(stage.youth_update) == {("rework", "51")}
    hand_in(cast, stage.youth_update, done="Der neue Text.")
    approve(cast, stage.youth_update)
    assert published_text(stage.youth_update) == ["Der neue Text."]


def test_closing_the_cycle_ends_whatever_is_asked(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth, contributing=(cast.school,))
    factories.recommendation(factories.goal(edition, number="1.2"), "1.2.1", lead=cast.youth)
    cycle = factories.open_cycle(edition, contributions=True, sign_off_due_on=DUE)
    ReportingCycle.objects.update(sign_off=True)
    asked, signing = StatusUpdate.objects.order_by("recommendation__number")
    hand_in(cast, signing)
    runs.ask_for_extension(asked.pk, by=cast.clerk, reason="Mehr Zeit.", wanted_on=DUE, now=NOW, today=TODAY)
    assert opening.close_cycle(cycle.pk, by=cast.coordinator, now=NOW) == 2
    assert not WorkItem.objects.filter(is_open=True).exists()
    assert set(StatusUpdate.objects.values_list("state", flat=True)) == {"missing"}
    assert set(Process.objects.values_list("status", flat=True)) == {"CANCELED"}
    assert Participation.objects.get().state == "skipped"
    assert DeadlineExtension.objects.get().state == "withdrawn"
    assert Event.objects.filter(kind="missing").count() == 2
    assert list(history.verify()) == []
