"""Two machines plan the same morning: nobody gets two mails, nothing is told twice, nothing is lost."""

import datetime

import pytest
from django.db import transaction

from notifications.models import Mail, MailKind, Notice, NoticeKind
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.workflow.conftest import Stage
from tests.workflow.mornings import DUE, half_past_six
from tests.workflow.test_concurrency import FEW, at_once
from workflow.models import WorkItem
from workflow.services.reminders import plan_reminders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

NOW = half_past_six(DUE)


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.filter(kind=NoticeKind.TASK).values_list("addressee", "about"))


def test_of_many_planners_one_writes_and_the_others_find_nothing_left(cast: Cast, stage: Stage) -> None:
    planned = []

    assert at_once(lambda: planned.append(plan_reminders(today=DUE, now=NOW)), FEW) == {"ok": FEW}

    assert sorted(planned)[:-1] == [0] * (FEW - 1)
    mails = Mail.objects.filter(kind=MailKind.REMINDER)
    assert mails.count() == max(planned) == 4
    assert not Notice.objects.filter(mail__isnull=True).exists()
    youth, school, health = (
        WorkItem.objects.get(update=one, is_open=True).pk
        for one in (stage.youth_update, stage.school_update, stage.health_update)
    )
    assert told() == {
        (f"p:{cast.clerk.pk}", f"item:{youth}"),
        (f"p:{cast.colleague.pk}", f"item:{youth}"),
        (f"p:{cast.school_clerk.pk}", f"item:{school}"),
        (f"o:{cast.health.pk}", f"item:{health}"),
    }


def test_planners_of_different_days_tell_each_step_once(cast: Cast, stage: Stage) -> None:
    days = iter([DUE, DUE, DUE, DUE - datetime.timedelta(days=1)] * 2)

    assert at_once(lambda: plan_reminders(today=next(days), now=NOW), FEW) == {"ok": FEW}

    about = Notice.objects.filter(kind=NoticeKind.TASK, person=cast.clerk).values_list("step", flat=True)
    assert len(about) == len(set(about))
    assert 0 in about


def test_a_planner_that_dies_leaves_everything_to_the_next(cast: Cast, stage: Stage) -> None:
    def dying() -> None:
        with transaction.atomic():
            plan_reminders(today=DUE, now=NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dying()
    assert not told()

    assert plan_reminders(today=DUE, now=NOW) == 4


def test_somebody_who_comes_while_plans_are_made_is_told_by_the_next(cast: Cast, stage: Stage) -> None:
    plan_reminders(today=DUE, now=NOW)
    late = factories.member(Role.CLERK, cast.youth, email="neu@stadt.example")

    assert at_once(lambda: plan_reminders(today=DUE, now=NOW), FEW) == {"ok": FEW}

    assert Mail.objects.filter(kind=MailKind.REMINDER, person=late).count() == 1
