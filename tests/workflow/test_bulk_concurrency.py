"""Many clicks on one confirmation, and a job beside them: each run is done once."""

import datetime
import uuid

import pytest

from notifications.models import Mail, MailKind
from offices.models import Person
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.test_concurrency import FEW, at_once
from workflow.models import BulkAction, BulkItem, BulkKind, BulkOutcome, Event, EventKind
from workflow.services import bulk, history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

GIVEN = {"due_on": (TODAY + datetime.timedelta(days=90)).isoformat(), "reason": "Ferien"}


@pytest.mark.parametrize("kind", [BulkKind.REMIND, BulkKind.EXTEND])
def test_of_many_clicks_on_one_confirmation_each_run_is_done_once(cast: Cast, stage: Stage, kind: BulkKind) -> None:
    token, revisions = uuid.uuid4(), dict.fromkeys(stage.cycle.updates.values_list("pk", flat=True), 0)

    def click() -> None:
        by = Person.objects.get(pk=cast.coordinator.pk)
        action = bulk.begin(kind, token=token, revisions=revisions, given=GIVEN, by=by, now=NOW)
        bulk.carry_out(action, now=NOW, today=TODAY)

    assert at_once(click, FEW) == {"ok": FEW}
    assert BulkAction.objects.count() == 1
    assert set(BulkItem.objects.values_list("outcome", flat=True)) == {BulkOutcome.DONE}
    done = EventKind.REMINDED if kind == BulkKind.REMIND else EventKind.EXTENSION_GRANTED
    assert Event.objects.filter(kind=done).count() == len(revisions)
    mails = MailKind.NUDGE if kind == BulkKind.REMIND else MailKind.EXTENSION
    assert Mail.objects.filter(kind=mails).count() == 4
    assert list(history.verify()) == []


def test_of_many_who_undo_one_does_and_nothing_is_put_back_twice(cast: Cast, stage: Stage) -> None:
    revisions = dict.fromkeys(stage.cycle.updates.values_list("pk", flat=True), 0)
    action = bulk.begin(
        BulkKind.EXTEND, token=uuid.uuid4(), revisions=revisions, given=GIVEN, by=cast.coordinator, now=NOW
    )
    bulk.carry_out(action, now=NOW, today=TODAY)

    def click() -> None:
        by = Person.objects.get(pk=cast.coordinator.pk)
        bulk.undo(BulkAction.objects.get(pk=action.pk), by=by, now=NOW)

    assert at_once(click, FEW) == {"ok": 1, "refused": FEW - 1}
    assert Event.objects.filter(kind=EventKind.EXTENSION_UNDONE).count() == len(revisions)
    assert list(history.verify()) == []
