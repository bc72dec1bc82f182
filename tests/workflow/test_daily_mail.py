"""The words of the daily mail: what is asked of somebody when it goes out, and nothing that is done."""

import datetime

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Mail, MailKind, MailState, NewsKind, Notice, NoticeKind
from notifications.services import delivery
from offices.models import Membership, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.mornings import DUE, compose, half_past_six, mail_to, plan
from workflow import opening, runs
from workflow.models import ReminderPolicy, StatusUpdate, WorkItem, WorkStep
from workflow.reminding import Policy
from workflow.services import daily_mail
from workflow.services.daily_mail import DailyMail
from workflow.services.reminders import plan_reminders

pytestmark = pytest.mark.usefixtures("stage")

DAY = datetime.timedelta(days=1)
MORNING = half_past_six(DUE)
COMPOSER = DailyMail()


def reminders() -> list[Mail]:
    return list(Mail.objects.filter(kind=MailKind.REMINDER).order_by("pk"))


def with_introduction(stage: Stage, words: str) -> None:
    policy = Policy()
    ReminderPolicy.objects.create(
        cycle=stage.cycle,
        before=policy.before,
        on_the_day=True,
        after=policy.after,
        every=policy.every,
        introduction=words,
        changed_at=NOW,
    )


def more_tasks(stage: Stage, number: int) -> None:
    """Give 51 so many tasks more."""
    goal = stage.youth_update.recommendation.goal
    for count in range(number):
        update = StatusUpdate.objects.get(pk=stage.youth_update.pk)
        update.pk, update.process = None, None
        update.recommendation = factories.recommendation(goal, f"9.9.{count}")
        update.save(force_insert=True)
        WorkItem.objects.create(
            update=update, step=WorkStep.WRITE, office=update.lead_office, due_on=DUE + count * DAY, asked_on=TODAY
        )


def test_who_hands_in_before_the_mail_goes_out_gets_none(cast: Cast, stage: Stage) -> None:
    plan_reminders(today=DUE, now=MORNING)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)

    delivery.sweep(clock=lambda: MORNING)

    assert mail_to(cast.clerk).state == MailState.WITHDRAWN
    assert mail_to(cast.school_clerk).state == MailState.SENT
    notice = Notice.objects.get(person=cast.clerk)
    assert notice.dropped_at == MORNING
    assert Notice.objects.get(person=cast.school_clerk).dropped_at is None


def test_a_task_that_opens_again_is_told_again(cast: Cast, stage: Stage) -> None:
    plan_reminders(today=DUE, now=MORNING)
    WorkItem.objects.filter(update=stage.youth_update).update(is_open=False)
    compose(reminders(), MORNING)
    Mail.objects.filter(person=cast.clerk).update(state=MailState.WITHDRAWN)
    WorkItem.objects.filter(update=stage.youth_update).update(is_open=True)

    assert cast.clerk.email in plan(DUE + 3 * DAY)


def test_of_two_tasks_the_mail_names_the_one_that_is_left(cast: Cast, stage: Stage) -> None:
    Membership.objects.create(person=cast.clerk, role=Role.CLERK, office=cast.school)
    plan_reminders(today=DUE, now=MORNING)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    compose(reminders(), MORNING)

    mail = mail_to(cast.clerk)
    assert mail.subject == "1 Sachstand heute fällig"
    assert "1.1.1" not in mail.text
    assert Notice.objects.filter(mail=mail, dropped_at=None).count() == 1


def test_what_was_told_before_stands_in_the_mail_as_long_as_it_is_open(cast: Cast, stage: Stage) -> None:
    Membership.objects.create(person=cast.clerk, role=Role.CLERK, office=cast.school)
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE + 8 * DAY)
    plan(DUE - 7 * DAY)
    Mail.objects.update(state=MailState.SENT)
    plan()

    mail = Mail.objects.get(person=cast.clerk, key="reminder:2027-01-15")
    assert mail.subject == "1 Sachstand heute fällig, 1 später"
    assert set(mail.notices.values_list("about", "step")) == {
        (f"item:{WorkItem.objects.get(update=stage.youth_update, is_open=True).pk}", 0)
    }


def test_a_task_whose_first_step_is_far_away_is_not_named(cast: Cast, stage: Stage) -> None:
    Membership.objects.create(person=cast.clerk, role=Role.CLERK, office=cast.school)
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE + 60 * DAY)
    plan()

    assert "1.1.2" not in mail_to(cast.clerk).text


class TestStale:
    """Written words that no longer hold are noticed before they are sent."""

    @pytest.fixture(autouse=True)
    def written(self, stage: Stage) -> Stage:
        plan()
        return stage

    def stale(self) -> list[str]:
        found = COMPOSER.stale([mail.pk for mail in reminders()])
        return sorted(mail.recipient for mail in reminders() if mail.pk in found)

    def test_nothing_has_changed(self) -> None:
        assert self.stale() == []

    def test_a_task_is_done(self, cast: Cast, stage: Stage) -> None:
        runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)

        assert self.stale() == sorted([cast.clerk.email, cast.colleague.email])

    def test_a_task_has_more_time(self, cast: Cast, stage: Stage) -> None:
        WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE + DAY)

        assert self.stale() == [cast.school_clerk.email]

    def test_everything_was_taken_off_the_desks(self, cast: Cast, stage: Stage) -> None:
        opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)

        assert len(self.stale()) == 4
        assert compose(reminders(), MORNING) == []

    def test_a_queue_has_become_shorter(self, cast: Cast, stage: Stage) -> None:
        runs.hand_in(stage.school_update.pk, by=cast.school_clerk, content=content(), now=NOW)
        WorkItem.objects.filter(step=WorkStep.REVIEW).update(due_on=DUE + 3 * DAY)
        plan(DUE + 3 * DAY)
        assert cast.reviewer.email not in self.stale()
        runs.approve(stage.school_update.pk, revision_number=1, by=cast.chair, now=NOW)

        assert {cast.reviewer.email, cast.chair.email} <= set(self.stale())

    def test_somebody_has_lost_the_role(self, cast: Cast) -> None:
        Membership.objects.filter(person=cast.clerk).update(valid_until=DUE - DAY)

        assert self.stale() == [cast.clerk.email]

    def test_somebody_works_for_another_office_now(self, cast: Cast) -> None:
        Membership.objects.filter(person=cast.clerk).update(office=factories.office("32", "Ordnungsamt"))

        assert self.stale() == [cast.clerk.email]

    def test_somebody_is_switched_off(self, cast: Cast) -> None:
        Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)

        assert self.stale() == [cast.clerk.email]

    def test_a_task_has_moved_to_another_office(self, cast: Cast, stage: Stage) -> None:
        WorkItem.objects.filter(update=stage.school_update).update(office=cast.health)

        assert self.stale() == [cast.school_clerk.email]

    def test_a_deputy_comes_or_goes(self, cast: Cast) -> None:
        absence = factories.absence(cast.clerk, cast.school_clerk, first_day=DUE, last_day=DUE)

        assert self.stale() == [cast.clerk.email]
        compose([mail for mail in reminders() if mail.person == cast.school_clerk], MORNING)
        absence.ended_at = MORNING
        absence.save()
        assert self.stale() == [cast.school_clerk.email]

    def test_it_takes_few_queries_however_many_mails(self, stage: Stage) -> None:
        def queries() -> int:
            written = [mail.pk for mail in reminders()]
            with CaptureQueriesContext(connection) as captured:
                assert COMPOSER.stale(written) == set()
            return len(captured)

        few = queries()
        for number in range(20):
            person = factories.member(Role.CLERK, stage.youth_update.lead_office, email=f"p{number}@stadt.example")
            assert person.email in plan()
        assert queries() == few <= 9


def test_fifty_tasks_are_named_and_the_others_counted(cast: Cast, stage: Stage) -> None:
    more_tasks(stage, 51)
    ReminderPolicy.objects.create(cycle=stage.cycle, before=[60], after=[1], changed_at=NOW)
    plan()

    mail = mail_to(cast.clerk)
    assert mail.text.count("\n* ") == 50
    assert "und 2 weitere: http://127.0.0.1:8000/aufgaben/" in mail.text
    assert '<a href="http://127.0.0.1:8000/aufgaben/">und 2 weitere</a>' in mail.html


def test_the_coordinators_words_stand_on_top_and_nothing_of_them_is_code(cast: Cast, stage: Stage) -> None:
    with_introduction(stage, "Liebe Kolleg:innen,\nbitte <b>bis Freitag</b> & gern früher.")
    plan()

    mail = mail_to(cast.clerk)
    assert "Liebe Kolleg:innen,\nbitte <b>bis Freitag</b> & gern früher." in mail.text
    assert "Liebe Kolleg:innen,<br>bitte &lt;b&gt;bis Freitag&lt;/b&gt; &amp; gern früher." in mail.html
    assert mail.text.index("Liebe") < mail.text.index("1.1.1")


def test_tasks_of_several_cycles_stand_apart_each_with_its_words(cast: Cast, stage: Stage) -> None:
    with_introduction(stage, "Worte zur ersten Abfrage.")
    factories.open_cycle(
        stage.edition,
        period_from=datetime.date(2027, 1, 1),
        period_until=datetime.date(2027, 12, 31),
        due_on=DUE + 3 * DAY,
    )
    plan()

    text = mail_to(cast.clerk).text
    assert text.index("Berichtszeitraum 2025–2026") < text.index("Worte zur ersten") < text.index("* 1.1.1")
    assert text.index("* 1.1.1") < text.index("Berichtszeitraum 2027") < text.rindex("* 1.1.1")


def test_a_preview_shows_the_mail_and_writes_nothing(cast: Cast, stage: Stage) -> None:
    words = daily_mail.preview(cast.clerk, day=DUE)

    assert words is not None
    assert words.subject == "1 Sachstand heute fällig"
    assert daily_mail.preview(cast.reader, day=DUE) is None
    assert not Notice.objects.exists()
    assert not reminders()


def test_many_mails_take_as_many_queries_as_few(cast: Cast, stage: Stage) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            COMPOSER.compose(reminders(), now=MORNING)
        return len(captured)

    plan_reminders(today=DUE, now=MORNING)
    few = queries()
    for number in range(20):
        office = factories.office(f"7{number:02}", f"Amt {number}")
        factories.member(Role.CLERK, office)
        recommendation = factories.recommendation(stage.youth_update.recommendation.goal, f"8.1.{number}", lead=office)
        update = StatusUpdate.objects.get(pk=stage.youth_update.pk)
        update.pk, update.process, update.recommendation, update.lead_office = None, None, recommendation, office
        update.save(force_insert=True)
        WorkItem.objects.create(update=update, step=WorkStep.WRITE, office=office, due_on=DUE, asked_on=TODAY)
    plan_reminders(today=DUE, now=MORNING)

    assert len(reminders()) == 24
    assert queries() == few


def test_who_has_left_between_writing_and_sending_gets_nothing(
    cast: Cast, stage: Stage, mailoutbox: list[EmailMessage]
) -> None:
    plan()
    Membership.objects.filter(person=cast.clerk).update(valid_until=DUE - DAY)
    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)

    delivery.sweep(clock=lambda: MORNING)

    assert mail_to(cast.clerk).state == MailState.WITHDRAWN
    assert cast.clerk.email not in {address for one in mailoutbox for address in one.to}


def test_a_deputy_learns_for_whom_everything_is(cast: Cast, stage: Stage) -> None:
    day = DUE + 10 * DAY
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"))
    for person in (cast.head, cast.chair):
        factories.absence(person, deputy, first_day=DUE, last_day=day + DAY)
    runs.hand_in(stage.school_update.pk, by=cast.school_clerk, content=content(), now=NOW)
    WorkItem.objects.filter(step=WorkStep.REVIEW).update(due_on=day)
    Notice.objects.create(
        kind=NoticeKind.NEWS,
        news=NewsKind.SIGNATURE,
        addressee=f"p:{deputy.pk}",
        person=deputy,
        for_whom=cast.reader,
        about="sign:1",
        due_on=day,
        line="Bitte zeichnen",
        created_at=NOW,
    )
    plan(day)

    mail = mail_to(deputy)
    queue, _heading, late = mail.text.partition("Überfällig in Ihrem Amt")
    assert f"in Vertretung für {cast.chair.name}" in queue
    assert f"in Vertretung für {cast.head.name}" in late
    assert f"Bitte zeichnen\n  in Vertretung für {cast.reader.name}" in late
    for person in (cast.chair, cast.head, cast.reader):
        assert f"<br>in Vertretung für {person.name}</li>" in mail.html


def test_a_letter_that_was_decided_on_meanwhile_is_not_named(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.update(is_open=False)
    Notice.objects.create(
        kind=NoticeKind.LETTER,
        addressee=f"p:{cast.coordinator.pk}",
        person=cast.coordinator,
        about="letter:1",
        due_on=DUE,
        line="Schreiben an Dezernat V",
        created_at=NOW,
    )
    plan_reminders(today=DUE, now=MORNING)

    assert compose(reminders(), MORNING) == []


def test_the_mail_counts_what_else_is_open_and_not_near_yet(cast: Cast, stage: Stage) -> None:
    more_tasks(stage, 3)
    WorkItem.objects.filter(update__recommendation__number__startswith="9.9.").update(due_on=DUE + 60 * DAY)
    plan()

    mail = mail_to(cast.clerk)
    assert mail.subject == "1 Sachstand heute fällig"
    assert "Außerdem offen: 3 Aufgaben bis 16.03.: http://127.0.0.1:8000/aufgaben/" in mail.text
    assert '<a href="http://127.0.0.1:8000/aufgaben/">Außerdem offen: 3 Aufgaben bis 16.03.</a>' in mail.html
    assert "Außerdem" not in mail_to(cast.school_clerk).text


def test_a_head_hears_of_everything_overdue_as_soon_as_of_anything(cast: Cast, stage: Stage) -> None:
    Membership.objects.create(person=cast.head, role=Role.HEAD, office=cast.school)
    more_tasks(stage, 1)
    WorkItem.objects.filter(update__recommendation__number="9.9.0").update(due_on=DUE + 6 * DAY)
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE + 6 * DAY)
    plan(DUE + 7 * DAY)

    mail = mail_to(cast.head)
    assert mail.subject == "In Ihrem Amt: 2 Aufgaben überfällig"
    assert "1.1.1" in mail.text
    assert "9.9.0" in mail.text
    assert "1.1.2" not in mail.text, "in the other office nothing has come to the head's step"
    assert "Bitte sorgen Sie dafür" in mail.text
    assert "Bitte sorgen Sie dafür" in mail.html
