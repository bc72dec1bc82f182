"""A step reminds of what was asked before its day: a new task has its own mail, and no reminder the morning after."""

import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import Max
from django.utils import timezone

from notifications.models import Mail, MailKind, Notice, NoticeKind
from offices.working_days import working_days
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow import steps
from tests.workflow.conftest import Stage
from tests.workflow.mornings import DUE, half_past_six, plan
from workflow import runs
from workflow.content import CommentContent
from workflow.models import DeadlineExtension, WorkItem, WorkStep
from workflow.queries.reminder_forecast import forecast
from workflow.reminding import Policy

pytestmark = pytest.mark.usefixtures("stage")
DAY = datetime.timedelta(days=1)
MONDAY = datetime.date(2027, 1, 18)
MIGRATION = import_module("workflow.migrations.0015_asked_on")


def at_ten(day: datetime.date) -> datetime.datetime:
    return half_past_six(day) + datetime.timedelta(hours=4)


def reminded(person: object, day: datetime.date) -> bool:
    """Whether a reminder goes to somebody on a day; what was foreseen the evening before has to be the same."""
    ahead = forecast(half_past_six(day - DAY) + datetime.timedelta(hours=13), days=1)
    foreseen = any(mail.told.person == person for one in ahead if one.day == day for mail in one.mails)
    plan(day)
    written = Mail.objects.filter(kind=MailKind.REMINDER, person=person, key=f"reminder:{day}").exists()
    assert written == foreseen
    return written


def open_item(run: object) -> WorkItem:
    return WorkItem.objects.get(update=run, is_open=True)


def test_a_text_that_comes_back_is_not_recalled_the_morning_after(cast: Cast, stage: Stage) -> None:
    steps.hand_in(cast, stage.youth_update)
    steps.give_back(cast, stage.youth_update, CommentContent(text="Bitte ergänzen"))
    item = open_item(stage.youth_update)
    assert (item.step, item.asked_on) == (WorkStep.REWORK, TODAY)
    # In seven days it is due: the days 30 and 14 before lie behind.
    WorkItem.objects.filter(pk=item.pk).update(due_on=TODAY + 14 * DAY)
    assert not reminded(cast.clerk, working_days().on_or_after(TODAY + DAY))
    assert reminded(cast.clerk, working_days().on_or_before(TODAY + 11 * DAY))


def test_what_was_handed_in_and_taken_back_is_not_told_again(cast: Cast, stage: Stage) -> None:
    assert reminded(cast.clerk, MONDAY)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=at_ten(MONDAY))
    runs.withdraw(stage.youth_update.pk, by=cast.clerk, reason="Zahl", now=at_ten(MONDAY))
    assert open_item(stage.youth_update).asked_on == MONDAY
    assert not reminded(cast.clerk, MONDAY + DAY)
    assert reminded(cast.clerk, MONDAY + 4 * DAY)


def test_an_extension_and_its_undoing_start_the_steps_anew(cast: Cast, stage: Stage) -> None:
    granted = runs.extend(
        stage.youth_update.pk,
        by=cast.coordinator,
        due_on=DUE + 20 * DAY,
        reason="Ferien",
        now=at_ten(MONDAY),
        today=MONDAY,
    )
    item = open_item(stage.youth_update)
    assert (item.due_on, item.asked_on) == (DUE + 20 * DAY, MONDAY)
    assert not reminded(cast.clerk, MONDAY + DAY)
    runs.undo_extension(granted.pk, by=cast.coordinator, now=at_ten(MONDAY + DAY))
    item.refresh_from_db()
    assert (item.due_on, item.asked_on) == (DUE, MONDAY + DAY)


def test_who_asks_for_time_late_puts_a_fresh_task_on_the_coordinators_desk(cast: Cast, stage: Stage) -> None:
    runs.ask_for_extension(
        stage.youth_update.pk,
        by=cast.clerk,
        reason="Ferien",
        wanted_on=DUE + 20 * DAY,
        now=at_ten(MONDAY),
        today=MONDAY,
    )
    assert DeadlineExtension.objects.count() == 1
    item = WorkItem.objects.get(step=WorkStep.DECIDE_EXTENSION)
    assert item.asked_on == MONDAY
    plan(MONDAY + DAY)
    assert not Notice.objects.filter(about=f"item:{item.pk}").exists()


def test_the_new_office_of_a_task_has_just_heard_of_it(cast: Cast, stage: Stage) -> None:
    offer = runs.propose_reassignment(
        stage.youth_update.pk,
        by=cast.coordinator,
        to_office_id=cast.school.pk,
        reason="Zuständig",
        now=at_ten(MONDAY),
    )
    runs.accept_reassignment(offer.pk, by=cast.school_clerk, now=at_ten(MONDAY))
    item = open_item(stage.youth_update)
    assert (item.office, item.asked_on) == (cast.school, MONDAY)


def test_the_head_is_asked_once_the_last_has_co_signed(cast: Cast) -> None:
    goal = factories.goal(factories.edition("2031"))
    factories.recommendation(goal, lead=cast.youth, contributing=(cast.school,))
    cycle = factories.open_cycle(goal.field.edition, contributions=False, co_sign=True, sign_off=True)
    run = cycle.updates.get()
    runs.hand_in(run.pk, by=cast.clerk, content=content(), now=NOW)
    assert open_item(run).asked_on == TODAY
    runs.co_sign(run.pk, cast.school.pk, by=cast.school_clerk, now=NOW + 5 * DAY)
    item = open_item(run)
    assert (item.step, item.asked_on) == (WorkStep.SIGN, TODAY + 5 * DAY)


def test_the_queue_is_told_from_its_due_day_on(cast: Cast, stage: Stage) -> None:
    steps.hand_in(cast, stage.youth_update)
    item = open_item(stage.youth_update)
    assert item.due_on == stage.cycle.review_due_on
    for days in (30, 14, 3, 1):
        plan(working_days().on_or_before(item.due_on - days * DAY))
    assert not Notice.objects.filter(kind=NoticeKind.QUEUE).exists()
    plan(working_days().on_or_before(item.due_on))
    assert set(Notice.objects.filter(kind=NoticeKind.QUEUE).values_list("step", flat=True)) == {0}
    assert Policy(on_the_day=False).queue.offsets == (1, 7)


def test_what_is_handed_in_late_leaves_the_arbeitsgruppe_time(cast: Cast, stage: Stage) -> None:
    late = stage.cycle.review_due_on + 21 * DAY
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=at_ten(late))
    item = open_item(stage.youth_update)
    assert item.due_on == late + stage.cycle.rework_days * DAY
    plan(working_days().on_or_after(late + DAY))
    assert not Notice.objects.filter(kind=NoticeKind.QUEUE).exists()
    assert not Notice.objects.filter(about=f"item:{item.pk}").exists()


def test_tasks_from_before_are_asked_since_their_run_came_into_its_state(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.update(asked_on=datetime.date(2000, 1, 1))
    MIGRATION.since_the_run_came_into_its_state(apps, None)
    newest = WorkItem.objects.aggregate(newest=Max("asked_on"))["newest"]
    stage.youth_update.refresh_from_db()
    assert newest == timezone.localdate(stage.youth_update.state_since)
