"""The daily reminder: who is told of what on which day, in one mail."""

import datetime

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications.models import Mail, MailKind, MailState, Notice, NoticeKind
from notifications.services import delivery
from offices.models import Membership, Person
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW
from tests.workflow.conftest import Stage
from tests.workflow.mornings import half_past_six, mail_to, mail_to_on, plan
from workflow import opening, runs
from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep
from workflow.services.reminders import plan_reminders

pytestmark = pytest.mark.usefixtures("stage")

DUE = datetime.date(2027, 1, 15)
MONDAY = datetime.date(2027, 1, 18)
DAY = datetime.timedelta(days=1)


def send_everything() -> None:
    Mail.objects.filter(state=MailState.DUE).update(state=MailState.SENT)


def test_clerks_get_one_mail_and_others_none(cast: Cast) -> None:
    assert plan() == sorted([cast.clerk.email, cast.colleague.email, cast.school_clerk.email, cast.health.mailbox])


def test_the_mail_leads_straight_to_the_form(cast: Cast, stage: Stage) -> None:
    plan()

    mail = mail_to(cast.clerk)
    assert f"http://127.0.0.1:8000/sachstand/{stage.youth_update.pk}/schreiben/" in mail.text
    assert f'href="http://127.0.0.1:8000/sachstand/{stage.youth_update.pk}/schreiben/"' in mail.html
    assert "1.1.1 Empfehlung 1.1.1" in mail.text
    assert "1.1.2" not in mail.text


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (datetime.date(2026, 12, 15), None),
        (datetime.date(2026, 12, 16), -30),
        (datetime.date(2026, 12, 29), -30),
        # The first of January is a holiday, and 31 December a closing day of the city.
        (datetime.date(2026, 12, 30), -14),
        (datetime.date(2027, 1, 12), -3),
        (DUE, 0),
        (datetime.date(2027, 1, 18), 1),
        (datetime.date(2027, 1, 22), 7),
        (datetime.date(2027, 2, 5), 21),
        (datetime.date(2027, 8, 6), 203),
    ],
)
def test_each_step_is_recalled_on_its_working_day_and_until_the_next(
    cast: Cast, day: datetime.date, step: int | None
) -> None:
    plan(day)

    told = Notice.objects.filter(kind=NoticeKind.TASK, person=cast.clerk)
    assert list(told.values_list("step", flat=True)) == ([] if step is None else [step])


@pytest.mark.parametrize(
    "day", [datetime.date(2027, 1, 16), datetime.date(2027, 3, 26)], ids=["Saturday", "Good Friday"]
)
def test_on_a_free_day_nobody_is_reminded(day: datetime.date) -> None:
    assert plan(day) == []
    assert not Notice.objects.exists()


def test_each_step_is_told_once_however_often_the_planner_runs(cast: Cast) -> None:
    assert cast.clerk.email in plan()
    send_everything()
    assert plan() == []
    assert cast.clerk.email in plan(MONDAY), "One day overdue."
    send_everything()
    assert plan(MONDAY + DAY) == []


def test_a_task_that_appears_at_noon_makes_no_second_mail(cast: Cast, stage: Stage) -> None:
    plan()
    Membership.objects.create(person=cast.clerk, role="clerk", office=cast.school)
    Person.objects.filter(pk=cast.clerk.pk).update(email="neue-adresse@stadt.example")

    assert plan() == []


def test_whoever_had_no_mail_in_the_morning_gets_one_at_noon(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE + datetime.timedelta(days=40))
    assert cast.school_clerk.email not in plan()
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE)

    assert plan() == [cast.school_clerk.email]


def test_a_crash_of_the_planner_leaves_nothing_half(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_rows: object, **_now: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr("workflow.services.notice_rows.write", crash)
        with pytest.raises(ConnectionError), transaction.atomic():
            plan()
    assert not Mail.objects.filter(kind=MailKind.REMINDER).exists()

    assert cast.clerk.email in plan()


def test_after_an_outage_of_ten_days_everybody_gets_one_mail_with_the_newest_step(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    Mail.objects.filter(kind=MailKind.OPENING).update(state=MailState.SENT)
    for days in range(10):
        plan(DUE + days * DAY)
    last = datetime.date(2027, 1, 25)
    morning = half_past_six(last)
    plan(last)
    delivery.sweep(clock=lambda: morning)

    for address in (cast.clerk.email, cast.health.mailbox):
        assert len([mail for mail in mailoutbox if mail.to == [address]]) == 1
    newest = Notice.objects.filter(kind=NoticeKind.TASK, person=cast.clerk, mail__state=MailState.SENT)
    assert [one.step for one in newest] == [7]
    assert plan(last + DAY) == []


def test_what_was_sent_once_more_by_hand_is_not_said_again(cast: Cast) -> None:
    plan(datetime.date(2027, 1, 12))
    first = mail_to_on(cast.clerk, datetime.date(2027, 1, 12))
    Mail.objects.filter(pk=first.pk).update(state=MailState.FAILED)
    Mail.objects.create(
        kind=first.kind,
        recipient=first.recipient,
        person=cast.clerk,
        key=f"{first.key}#2",
        message_id="<noch-einmal@stadt.example>",
        state=MailState.SENT,
        resend_of=first,
        created_at=NOW,
        next_try_at=NOW,
    )

    assert cast.clerk.email not in plan(datetime.date(2027, 1, 13))


def test_what_a_failed_mail_was_to_say_comes_with_the_next_one(cast: Cast) -> None:
    """The relay was down on the day itself: the step is not over for that."""
    plan(datetime.date(2027, 1, 12))
    Mail.objects.filter(recipient=cast.clerk.email).update(state=MailState.FAILED)

    assert cast.clerk.email in plan(datetime.date(2027, 1, 13))
    one = Notice.objects.get(person=cast.clerk, kind=NoticeKind.TASK)
    assert (one.step, one.mail) == (-3, mail_to_on(cast.clerk, datetime.date(2027, 1, 13)))


def test_a_reminder_is_of_use_until_the_local_day_ends(cast: Cast) -> None:
    plan()

    ends = datetime.datetime(2027, 1, 15, 23, 0, tzinfo=datetime.UTC)
    assert set(Mail.objects.filter(kind=MailKind.REMINDER).values_list("obsolete_at", flat=True)) == {ends}


def test_a_done_task_is_not_recalled(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.filter(update=stage.youth_update).update(is_open=False)

    assert cast.clerk.email not in plan()


def test_a_closed_cycle_recalls_nothing(stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=None, now=NOW)

    assert plan() == []


def test_a_run_that_was_opened_again_in_a_closed_cycle_is_recalled(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    runs.reopen(stage.youth_update.pk, by=cast.coordinator, reason="Nachreichung", due_on=DUE, now=NOW)

    assert plan() == sorted([cast.clerk.email, cast.colleague.email])


def test_the_tasks_of_all_ones_offices_stand_in_one_mail_the_most_urgent_first(cast: Cast, stage: Stage) -> None:
    Membership.objects.create(person=cast.clerk, role="clerk", office=cast.school)
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE - datetime.timedelta(days=3))
    plan()

    text = mail_to(cast.clerk).text
    assert text.index("1.1.2 Empfehlung") < text.index("1.1.1 Empfehlung")


@pytest.mark.parametrize(
    ("dates", "subject"),
    [
        ((0, 0), "2 Sachstände heute fällig"),
        ((-3, 0), "1 Sachstand überfällig, 1 heute fällig"),
        ((-3, -3), "2 Sachstände überfällig"),
        ((3, 12), "1 Sachstand bis 18.01., 1 später"),
        ((-1, 12), "1 Sachstand überfällig, 1 bis 27.01."),
        ((5, 5), "2 Sachstände bis 20.01."),
    ],
)
def test_the_subject_says_the_most_important_thing(
    cast: Cast, stage: Stage, dates: tuple[int, int], subject: str
) -> None:
    Membership.objects.create(person=cast.clerk, role="clerk", office=cast.school)
    for update, days in zip((stage.youth_update, stage.school_update), dates, strict=True):
        WorkItem.objects.filter(update=update).update(due_on=DUE + days * DAY)
    plan()

    assert mail_to(cast.clerk).subject == subject


def test_only_a_new_status_update_can_confirm_the_last_text(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.filter(update=stage.school_update).update(step=WorkStep.REWORK)
    plan()

    for text in (mail_to(cast.clerk).text, mail_to(cast.clerk).html):
        assert "bestätigen Sie einfach den letzten Text" in text
    for text in (mail_to(cast.school_clerk).text, mail_to(cast.school_clerk).html):
        assert "bestätigen" not in text
        assert "Sie können jederzeit aufhören" in text


def test_whoever_has_left_gets_no_mail(cast: Cast) -> None:
    Membership.objects.filter(person=cast.clerk).update(valid_from=None, valid_until=DUE - datetime.timedelta(days=1))
    Person.objects.filter(pk=cast.colleague.pk).update(is_active=False)

    addresses = plan()

    assert cast.clerk.email not in addresses
    assert cast.colleague.email not in addresses


def test_without_a_clerk_the_head_is_asked(cast: Cast) -> None:
    Membership.objects.filter(office=cast.youth, role="clerk").update(valid_until=DUE - datetime.timedelta(days=1))

    addresses = plan()

    assert cast.head.email in addresses
    assert cast.youth.mailbox not in addresses


def test_an_office_without_accounts_is_asked_through_its_mailbox_to_name_somebody(cast: Cast) -> None:
    plan()

    mail = Mail.objects.get(kind=MailKind.REMINDER, recipient=cast.health.mailbox)
    assert "1.1.3 Empfehlung" in mail.text
    assert "/sachstand/" not in mail.text
    assert mail.person is None


def test_two_offices_behind_one_mailbox_get_a_mail_each(cast: Cast) -> None:
    Membership.objects.filter(office=cast.school).update(valid_until=DUE - datetime.timedelta(days=1))
    cast.school.mailbox = cast.health.mailbox
    cast.school.save()

    assert plan().count(cast.health.mailbox) == 2


def test_an_office_with_neither_accounts_nor_mailbox_stops_nobody_elses_reminder(cast: Cast) -> None:
    cast.health.mailbox = ""
    cast.health.save()

    assert cast.clerk.email in plan()


@pytest.mark.parametrize(
    ("step", "page", "due"),
    [
        (WorkStep.CO_SIGN, "/zeichnen/", "Mitzeichnung"),
        (WorkStep.TAKE_OVER, "/#entscheiden", "Antwort"),
    ],
)
def test_other_steps_are_recalled_with_their_own_page(
    cast: Cast, stage: Stage, step: WorkStep, page: str, due: str
) -> None:
    WorkItem.objects.filter(update=stage.school_update).update(step=step)
    plan()

    text = mail_to(cast.school_clerk).text
    assert f"/sachstand/{stage.school_update.pk}{page}" in text
    assert f"{due} ist heute fällig" in text
    assert "Entwurf" not in text


def test_a_contribution_is_recalled_with_its_own_form(cast: Cast, stage: Stage) -> None:
    asked = Participation.objects.create(
        update=stage.health_update, office=cast.school, office_label=cast.school.label, due_on=DUE
    )
    WorkItem.objects.filter(update=stage.school_update).update(
        update=stage.health_update, step=WorkStep.CONTRIBUTE, participation=asked
    )
    plan()

    assert f"/beitrag/{asked.pk}/schreiben/" in mail_to(cast.school_clerk).text


def test_only_heads_are_reminded_of_their_signature(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.filter(update=stage.youth_update).update(step=WorkStep.SIGN)
    addresses = plan()

    assert cast.head.email in addresses
    assert cast.clerk.email not in addresses


def test_during_an_absence_the_deputy_is_reminded_and_reads_for_whom(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.school_clerk, last_day=DUE)
    addresses = plan()

    assert cast.clerk.email not in addresses
    mail = mail_to(cast.school_clerk)
    assert mail.subject == "2 Sachstände heute fällig"
    assert mail.text.count("in Vertretung für Sachbearbeitung 51") == 1


def test_a_colleague_who_stands_in_is_reminded_of_their_own_task(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.colleague, last_day=DUE)
    plan()

    mail = mail_to(cast.colleague)
    assert mail.subject == "1 Sachstand heute fällig"
    assert "in Vertretung" not in mail.text


def test_every_run_in_a_reminder_can_show_it(cast: Cast, stage: Stage) -> None:
    Membership.objects.create(person=cast.clerk, role="clerk", office=cast.school)
    plan()

    topics = Notice.objects.filter(mail__recipient=cast.clerk.email).values_list("topic", flat=True)
    assert set(topics) == {f"update:{stage.youth_update.pk}", f"update:{stage.school_update.pk}"}


def test_the_number_of_queries_does_not_grow_with_the_tasks(cast: Cast, stage: Stage) -> None:
    def queries(day: datetime.date) -> int:
        with CaptureQueriesContext(connection) as captured:
            plan_reminders(today=day, now=datetime.datetime(2027, 1, 15, tzinfo=datetime.UTC))
        return len(captured)

    few = queries(DUE)
    _more_tasks(stage, 30)
    many = queries(MONDAY)

    assert many == few
    assert Notice.objects.filter(mail=mail_to_on(cast.clerk, MONDAY), kind=NoticeKind.TASK).count() == 31


def _more_tasks(stage: Stage, number: int) -> None:
    goal = stage.youth_update.recommendation.goal
    template = stage.youth_update.work_items.select_related("task").get(step=WorkStep.WRITE)
    for count in range(number):
        recommendation = factories.recommendation(goal, f"9.9.{count}")
        update = StatusUpdate.objects.get(pk=stage.youth_update.pk)
        update.pk, update.process, update.recommendation = None, None, recommendation
        update.save(force_insert=True)
        task = template.task
        task.pk = None
        task.save(force_insert=True)
        WorkItem.objects.create(
            task=task,
            update=update,
            step=WorkStep.WRITE,
            office=template.office,
            due_on=template.due_on,
            asked_on=template.asked_on,
        )
