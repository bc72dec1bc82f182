"""The history finds every event that was changed, removed or moved, and names it."""

import datetime

import pytest

from tests.conftest import Cast
from tests.factories import NOW, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import Event, EventKind, HistorySeal, StatusUpdate
from workflow.services import history, seals

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
