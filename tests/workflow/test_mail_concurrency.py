"""Many machines and many clicks at once: one summary a week for each coordinator, one mail for each addressee."""

import datetime
import uuid

import pytest

from notifications.models import Mail, MailKind
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.test_concurrency import FEW, at_once
from workflow.models import BulkAction, Event, EventKind
from workflow.queries.circulars import Audience, circulation
from workflow.services import bulk, history
from workflow.services.circulars import Circular
from workflow.services.weekly import plan_weekly

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_of_many_schedulers_that_plan_the_summary_at_once_one_writes_it(cast: Cast, stage: Stage) -> None:
    factories.member(Role.COORDINATOR, email="zweite@stadt.example", name="Zweite Koordination")
    monday = NOW + datetime.timedelta(days=7)
    assert at_once(lambda: plan_weekly(now=monday), FEW) == {"ok": FEW}
    assert Mail.objects.filter(kind=MailKind.WEEKLY).count() == 2


def test_of_many_clicks_on_one_preview_each_addressee_gets_one_mail(cast: Cast, stage: Stage) -> None:
    token, ids = uuid.uuid4(), list(stage.cycle.updates.order_by("pk").values_list("pk", flat=True))
    seen = circulation(ids, Audience.values, TODAY).fingerprint

    def click() -> None:
        bulk.write(
            Circular("Bald ist Abgabe", "Danke für alles.", tuple(Audience.values)),
            token=token,
            update_ids=ids,
            seen=seen,
            query="?",
            by=Person.objects.get(pk=cast.coordinator.pk),
            now=NOW,
            today=TODAY,
        )

    assert at_once(click, FEW) == {"ok": FEW}
    assert BulkAction.objects.count() == 1
    assert Mail.objects.filter(kind=MailKind.CIRCULAR).count() == 5
    assert Event.objects.filter(kind=EventKind.MAILED).count() == len(ids)
    assert list(history.verify()) == []
