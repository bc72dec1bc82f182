"""Summaries of published entries: written beside the German text, outdated when it changes."""

import pytest
from django.test import Client

from concept.models import Recommendation
from offices.errors import ConflictError, DomainError
from publication.models import EntrySummary
from publication.queries import summaries as queries
from publication.services import summaries
from publication.services.summaries import Source
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.publication.summarised import ARABIC, NOW, correct, cycle, desk_of, looked_at, one, page_of, published, write
from workflow.event_words import event_words
from workflow.models import EntryKind, Event, EventKind, ReportingCycle, Revision
from workflow.services import history

pytestmark = pytest.mark.django_db

__all__ = ["cycle", "one", "published"]


# --- Writing --------------------------------------------------------------------------------------------------------


def test_every_version_stays_and_says_what_it_summarises(published: Revision, cast: Cast) -> None:
    write(published, cast, "Eins.")
    write(published, cast, "Zwei.")
    kept = EntrySummary.objects.order_by("number")
    assert [(one.number, one.text, one.source_id) for one in kept] == [
        (1, "Eins.", published.pk),
        (2, "Zwei.", published.pk),
    ]


def test_the_history_tells_of_it_and_still_verifies(published: Revision, cast: Cast) -> None:
    write(published, cast)
    write(published, cast, ARABIC, "ar")
    told = Event.objects.filter(update=published.update_id, kind=EventKind.SUMMARY_WRITTEN).order_by("sequence")
    assert [event_words(one) for one in told] == [
        "Zusammenfassung geschrieben: Einfache Sprache, Version 1",
        "Zusammenfassung geschrieben: Arabisch, Version 1",
    ]
    assert history.verify_run(published.update) == []


def test_the_same_words_again_change_nothing(published: Revision, cast: Cast) -> None:
    write(published, cast)
    write(published, cast)
    assert EntrySummary.objects.count() == 1
    assert Event.objects.filter(kind=EventKind.SUMMARY_WRITTEN).count() == 1


def test_who_has_not_seen_the_last_version_does_not_overwrite_it(published: Revision, cast: Cast) -> None:
    write(published, cast, "Eins.")
    with pytest.raises(ConflictError, match="Koordination hat diese Zusammenfassung um 10:00 Uhr geändert"):
        write(published, cast, "Anders.", seen=0)
    assert EntrySummary.objects.count() == 1


def test_who_has_summarised_a_text_that_was_corrected_meanwhile_is_told(published: Revision, cast: Cast) -> None:
    correct(published, cast)
    with pytest.raises(ConflictError, match="inzwischen berichtigt"):
        write(published, cast)


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [("xx", "Ja.", "In dieser Sprache"), ("de-simple", " ", "Bitte schreiben"), ("de-simple", "x" * 6001, "6.000")],
)
def test_the_service_refuses_what_makes_no_sense(
    published: Revision, cast: Cast, code: str, text: str, said: str
) -> None:
    with pytest.raises(DomainError, match=said):
        write(published, cast, text, code)


def test_what_is_not_public_has_no_summary(one: Recommendation, cycle: ReportingCycle, cast: Cast) -> None:
    waiting = entry(cycle, one, cast.youth, approved=False)
    with pytest.raises(DomainError, match="nicht öffentlich"):
        write(waiting, cast)
    assert desk_of(cast).get(f"/zusammenfassungen/{waiting.update_id}/de-simple/").status_code == 404


def test_saved_empty_it_leaves_the_page_and_its_versions_stay(client: Client, published: Revision, cast: Cast) -> None:
    write(published, cast)
    assert "Es gibt Eltern-Cafés." in page_of(client)
    write(published, cast, "")
    assert "Es gibt Eltern-Cafés." not in page_of(client)
    assert EntrySummary.objects.count() == 2
    last = Event.objects.filter(kind=EventKind.SUMMARY_WRITTEN).order_by("-pk")[0]
    assert event_words(last) == "Zusammenfassung von der Seite genommen: Einfache Sprache"


# --- Outdated -------------------------------------------------------------------------------------------------------


def test_a_correction_of_the_german_text_makes_it_outdated(client: Client, published: Revision, cast: Cast) -> None:
    write(published, cast)
    write(published, cast, ARABIC, "ar")
    assert "Der Text vom Amt hat sich geändert." not in page_of(client)
    correct(published, cast)
    page = page_of(client)
    assert "Der Text vom Amt hat sich geändert." in page
    assert "لقد تغيّر التقرير" in page
    assert [one.is_outdated for one in queries.summaries([published.update_id])[published.update_id]] == [True, True]


def test_it_may_be_confirmed_for_the_new_text(client: Client, published: Revision, cast: Cast) -> None:
    write(published, cast)
    newer = correct(published, cast)
    summaries.confirm(
        published.update_id, "de-simple", seen=1, source=Source(newer.pk, newer.pk), by=cast.coordinator, now=NOW
    )
    kept = EntrySummary.objects.order_by("number")
    assert [(one.text, one.source_id) for one in kept] == [
        ("Es gibt Eltern-Cafés.", published.pk),
        ("Es gibt Eltern-Cafés.", newer.pk),
    ]
    assert "Der Text vom Amt hat sich geändert." not in page_of(client)
    last = Event.objects.filter(kind=EventKind.SUMMARY_WRITTEN).order_by("-pk")[0]
    assert "für den geänderten Text bestätigt" in event_words(last)
    # A second click finds it confirmed.
    summaries.confirm(
        published.update_id, "de-simple", seen=2, source=Source(newer.pk, newer.pk), by=cast.coordinator, now=NOW
    )
    assert EntrySummary.objects.count() == 2


def test_where_there_is_none_nothing_can_be_confirmed(published: Revision, cast: Cast) -> None:
    given = {"seen": 0, "source": Source(published.pk, published.pk), "by": cast.coordinator, "now": NOW}
    with pytest.raises(DomainError, match="keine Zusammenfassung"):
        summaries.confirm(published.update_id, "de-simple", **given)


# --- The page to write ----------------------------------------------------------------------------------------------


def test_the_german_text_stands_beside_and_the_field_is_written_from_the_right(published: Revision, cast: Cast) -> None:
    page = desk_of(cast).get(f"/zusammenfassungen/{published.update_id}/ar/").content.decode()
    assert "Sechs Schulen haben ein Elterncafé eröffnet." in page
    assert 'lang="ar" dir="rtl"' in page
    assert "Zusammenfassung: Arabisch" in page


def test_an_outdated_one_shows_what_has_changed_since(published: Revision, cast: Cast) -> None:
    write(published, cast)
    correct(published, cast)
    page = desk_of(cast).get(f"/zusammenfassungen/{published.update_id}/de-simple/").content.decode()
    assert "Was sich im Deutschen seit dieser Zusammenfassung geändert hat" in page
    assert "<del>" in page
    assert "Sieben" in page
    assert "Stimmt noch" in page


def test_internal_words_are_no_source(published: Revision, cast: Cast) -> None:
    Revision.objects.filter(pk=published.pk).update(internal_note="Nur für uns.", outlook="blocked")
    write(published, cast)
    Revision.objects.filter(pk=correct(published, cast).pk).update(internal_note="Auch nur für uns.")
    page = desk_of(cast).get(f"/zusammenfassungen/{published.update_id}/de-simple/").content.decode()
    assert "nur für uns" not in page.lower()
    assert "blockiert" not in page


def test_saving_on_the_page_publishes(client: Client, published: Revision, cast: Cast) -> None:
    desk = desk_of(cast)
    address = f"/zusammenfassungen/{published.update_id}/ar/"
    answer = desk.post(address, {"text": ARABIC, "version": "0", **looked_at(published)}, follow=True)
    assert "Sie steht jetzt auf der Seite der Empfehlung." in answer.content.decode()
    assert ARABIC in page_of(client)


def test_confirming_on_the_page_keeps_the_words(published: Revision, cast: Cast) -> None:
    write(published, cast)
    newer = correct(published, cast)
    address = f"/zusammenfassungen/{published.update_id}/de-simple/"
    given = {"text": "Getippt, aber bestätigt.", "version": "1", **looked_at(newer), "confirm": "1"}
    assert "gilt für den Text, wie er jetzt ist" in desk_of(cast).post(address, given, follow=True).content.decode()
    assert EntrySummary.objects.order_by("-number")[0].text == "Es gibt Eltern-Cafés."


def test_a_conflict_shows_both_texts_and_saving_again_takes_mine(published: Revision, cast: Cast) -> None:
    write(published, cast, "Von der anderen.")
    desk = desk_of(cast)
    address = f"/zusammenfassungen/{published.update_id}/de-simple/"
    answer = desk.post(address, {"text": "Von mir.", "version": "0", **looked_at(published)})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Von der anderen." in page
    assert "Von mir." in page
    assert 'name="version" value="1"' in page
    desk.post(address, {"text": "Von mir.", "version": "1", **looked_at(published)})
    assert EntrySummary.objects.order_by("-number")[0].text == "Von mir."


@pytest.mark.parametrize("given", [{}, {"text": "x"}, {"text": "x", "version": "-1", "source": "a"}])
def test_a_broken_form_changes_nothing(published: Revision, cast: Cast, given: dict[str, str]) -> None:
    answer = desk_of(cast).post(f"/zusammenfassungen/{published.update_id}/de-simple/", given)
    assert answer.status_code == 422
    assert not EntrySummary.objects.exists()


def test_an_entry_that_confirms_an_earlier_text_suggests_its_summary(
    published: Revision, one: Recommendation, cast: Cast
) -> None:
    write(published, cast)
    later = period(one.edition, 2025, 2026)
    unchanged = entry(later, one, cast.youth, kind=EntryKind.UNCHANGED, confirms=published, done="")
    page = desk_of(cast).get(f"/zusammenfassungen/{unchanged.update_id}/de-simple/").content.decode()
    assert "Es gibt Eltern-Cafés.</textarea>" in page
    assert "steht hier als Vorschlag" in page
    assert EntrySummary.objects.count() == 1
