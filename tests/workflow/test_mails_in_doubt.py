"""What may have arrived keeps its words: it is sent again as it is, or ends as what may have arrived."""

import datetime

import pytest
from django.core.mail import EmailMessage

from notifications.models import Mail, MailKind, MailState
from notifications.services import delivery, preparing, resending
from notifications.services.refusals import Answer, Outcome
from offices.models import Person
from tests.conftest import Cast
from tests.notifications.test_outbox import NOW, code_mail
from tests.workflow.conftest import Stage
from tests.workflow.mornings import half_past_six
from workflow.models import WorkItem
from workflow.services.reminders import plan_reminders

MONDAY = datetime.date(2027, 1, 18)
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
MORNING = half_past_six(MONDAY)


def sent_and_killed(person: Person) -> Mail:
    """The reminder of a person whose worker was killed between sending and recording."""
    plan_reminders(today=MONDAY, now=MORNING)
    mail = Mail.objects.get(kind=MailKind.REMINDER, person=person)
    preparing.prepare([mail], now=MORNING)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.CLAIMED, claimed_at=MORNING, attempts=1)
    mail.refresh_from_db()
    return mail


def test_a_task_that_is_done_after_a_crash_changes_no_word_of_what_may_have_arrived(
    cast: Cast, stage: Stage, mailoutbox: list[EmailMessage]
) -> None:
    WorkItem.objects.filter(update=stage.school_update).update(office=cast.youth)
    mail = sent_and_killed(cast.clerk)
    first = mail.text
    WorkItem.objects.filter(update=stage.school_update).update(is_open=False)

    delivery.sweep(clock=lambda: MORNING + HOUR)

    mail.refresh_from_db()
    assert (mail.text, mail.state, mail.possibly_double) == (first, MailState.SENT, True)
    assert not mail.notices.filter(dropped_at__isnull=False).exists()
    assert [one.body for one in mailoutbox if one.to == [cast.clerk.email]] == [first]


def test_a_mail_that_may_have_arrived_is_not_withdrawn_though_everything_is_done(cast: Cast, stage: Stage) -> None:
    mail = sent_and_killed(cast.clerk)
    WorkItem.objects.filter(office=cast.youth).update(is_open=False)

    delivery.sweep(clock=lambda: MORNING + HOUR)

    mail.refresh_from_db()
    assert (mail.state, mail.possibly_double) == (MailState.SENT, True)


def test_a_mail_whose_day_is_over_says_that_it_may_have_arrived_and_is_not_told_again(cast: Cast, stage: Stage) -> None:
    mail = sent_and_killed(cast.clerk)
    told = mail.notices.count()

    delivery.sweep(clock=lambda: MORNING + DAY)
    plan_reminders(today=MONDAY + DAY, now=MORNING + DAY)

    mail.refresh_from_db()
    assert mail.state == MailState.UNKNOWN
    assert "angekommen" in mail.last_error
    assert mail.notices.count() == told
    assert not Mail.objects.filter(person=cast.clerk, key=f"reminder:{MONDAY + DAY}").exists()


def test_the_planner_leaves_what_may_have_arrived_before_any_sweep_has_seen_it(cast: Cast, stage: Stage) -> None:
    mail = sent_and_killed(cast.clerk)
    told = mail.notices.count()

    plan_reminders(today=MONDAY + DAY, now=MORNING + DAY)

    assert mail.notices.count() == told


def test_a_code_that_may_have_arrived_is_kept_nowhere(db: None) -> None:
    mail = code_mail()
    Mail.objects.update(possibly_double=True, obsolete_at=NOW)

    delivery.sweep(clock=lambda: NOW)

    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == (MailState.UNKNOWN, "", "")


@pytest.mark.parametrize(
    ("answer", "state"), [(Answer.REFUSED, MailState.UNKNOWN), (Answer.NO_SUCH_ADDRESS, MailState.FAILED)]
)
def test_a_refusal_of_the_second_attempt_says_nothing_of_the_first(
    db: None, monkeypatch: pytest.MonkeyPatch, answer: Answer, state: MailState
) -> None:
    mail = code_mail(secret=False)
    Mail.objects.update(possibly_double=True)
    monkeypatch.setattr("notifications.services.relay.BackendRelay.hand_over", lambda *_, **__: Outcome(answer, "550"))

    assert delivery.deliver(mail.pk, now=NOW) == state

    mail.refresh_from_db()
    assert not resending.why_not(mail, NOW)
