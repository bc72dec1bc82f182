"""The history finds every event that was changed, removed or moved, and every text that was, and names it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.content import ContributionContent, MeasureContent
from workflow.models import (
    ContributedMeasure,
    Contribution,
    Event,
    EventKind,
    HistorySeal,
    Measure,
    Participation,
    Revision,
    StatusUpdate,
)
from workflow.services import handed_in, history, seals
from workflow.services.history import Fault

MONDAY = datetime.date(2026, 11, 23)
TUESDAY = datetime.date(2026, 11, 24)


@pytest.fixture
def submitted(cast: Cast, stage: Stage) -> Event:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    return Event.objects.get(update=stage.youth_update, kind=EventKind.SUBMITTED)


def places() -> str:
    return " | ".join(fault.where for fault in history.verify())


def test_an_untouched_history_verifies(submitted: Event) -> None:
    seals.seal(MONDAY)
    assert places() == ""


def forge(text: Revision | Contribution | Measure, column: str, value: object) -> None:
    """Change a row behind the application's back."""
    table = text._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, text.pk])  # noqa: S608 - a test's


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("done", "Zehn Schulen."),
        ("implementation_status", "implemented"),
        ("outlook", "blocked"),
        ("next_step_on", "2031-01-01"),
        ("internal_note", "Neu."),
    ],
)
def test_a_handed_in_text_that_was_changed_is_named(stage: Stage, submitted: Event, column: str, value: str) -> None:
    assert history.verify_run(stage.youth_update) == []
    forge(Revision.objects.get(), column, value)
    said = Fault(f"Version 1 von Vorgang {stage.youth_update.pk}", "wurde nach der Abgabe verändert")
    assert list(history.verify()) == [said]
    assert history.verify_run(stage.youth_update) == [said]
    assert history.verify_run(stage.school_update) == []


def test_a_changed_measure_is_named_by_its_version(cast: Cast, stage: Stage) -> None:
    said = content(measures=(MeasureContent("Elterncafé"), MeasureContent("Sprachkurs")))
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=said, now=NOW)
    assert places() == ""
    forge(Measure.objects.get(title="Sprachkurs"), "title", "Schwimmkurs")
    assert places() == f"Version 1 von Vorgang {stage.youth_update.pk}"


def test_a_changed_contribution_and_one_that_is_gone_are_named(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, by=cast.coordinator, contributions=True)
    theirs = ContributionContent(done="Vier Kurse.", measures=(MeasureContent("Kurs"),))
    runs.contribute(Participation.objects.get().pk, by=cast.school_clerk, content=theirs, now=NOW)
    run = StatusUpdate.objects.get()
    assert places() == ""
    made = Contribution.objects.get()
    forge(made, "done", "Fünf Kurse.")
    assert places() == f"Beitrag 1 von 40 Amt für Schule und Bildung zu Vorgang {run.pk}"
    event = Event.objects.get(kind=EventKind.CONTRIBUTED)
    Participation.objects.update(contribution=None)
    ContributedMeasure.objects.all().delete()
    Contribution.objects.all().delete()
    assert [fault.what for fault in history.verify_run(run)] == ["der abgegebene Text fehlt"]
    assert str(event.pk) in places()


def test_events_of_the_time_before_the_digest_are_no_faults(stage: Stage, submitted: Event) -> None:
    submitted.data = {name: submitted.data[name] for name in ("revision", "kind", "from")}
    submitted.hash = history.hash_of(submitted)
    Event.objects.filter(pk=submitted.pk).update(data=submitted.data, hash=submitted.hash)
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(history_head=submitted.hash)
    forge(Revision.objects.get(), "done", "Zehn Schulen.")
    assert places() == ""


@pytest.mark.parametrize("model", [Revision, Contribution])
def test_the_digest_is_of_every_column(model: type[Revision | Contribution]) -> None:
    columns = {one.attname for one in model._meta.concrete_fields} - {"id", "update_id", "participation_id"}
    assert columns == set(handed_in.COLUMNS[model])


def test_checking_the_texts_costs_the_same_for_many(cast: Cast, stage: Stage) -> None:
    counts = []
    for update, by in ((stage.youth_update, cast.clerk), (stage.school_update, cast.school_clerk)):
        runs.hand_in(update.pk, by=by, content=content(), now=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert list(history.verify()) == []
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_changed_event_is_named(cast: Cast, submitted: Event) -> None:
    Event.objects.filter(pk=submitted.pk).update(actor=cast.stranger)
    assert str(submitted.pk) in places()


def test_changed_details_are_noticed(submitted: Event) -> None:
    Event.objects.filter(pk=submitted.pk).update(data={**submitted.data, "revision": 7})
    assert str(submitted.pk) in places()


def test_a_removed_first_event_is_noticed(stage: Stage, submitted: Event) -> None:
    Event.objects.filter(update=stage.youth_update, sequence=1).delete()
    assert str(submitted.pk) in places()


def test_a_removed_last_event_is_noticed(stage: Stage, submitted: Event) -> None:
    Event.objects.filter(pk=submitted.pk).delete()
    assert str(stage.youth_update.pk) in places()


def test_swapped_events_are_noticed(stage: Stage, submitted: Event) -> None:
    chain = Event.objects.filter(update=stage.youth_update)
    chain.filter(sequence=2).update(sequence=99)
    chain.filter(sequence=1).update(sequence=2)
    chain.filter(sequence=99).update(sequence=1)
    assert str(submitted.pk) in places()


def test_a_chain_that_was_rewritten_as_a_whole_no_longer_fits_its_seal(
    cast: Cast, stage: Stage, submitted: Event
) -> None:
    seals.seal(MONDAY)
    submitted.actor = cast.colleague
    forged = history.hash_of(submitted)
    Event.objects.filter(pk=submitted.pk).update(actor=cast.colleague, hash=forged)
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(history_head=forged)
    faults = list(history.verify())
    assert len(faults) == 1
    assert "23.11.2026" in faults[0].where


def test_later_events_leave_earlier_seals_intact(cast: Cast, stage: Stage, submitted: Event) -> None:
    seals.seal(MONDAY)
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    seals.seal(TUESDAY)
    assert places() == ""


def test_a_day_is_sealed_once(submitted: Event) -> None:
    assert seals.seal(MONDAY) == seals.seal(MONDAY)
    assert HistorySeal.objects.count() == 1


def test_a_removed_seal_is_noticed(cast: Cast, stage: Stage, submitted: Event) -> None:
    seals.seal(MONDAY)
    seals.seal(TUESDAY)
    HistorySeal.objects.filter(sealed_on=MONDAY).delete()
    assert "24.11.2026" in places()
