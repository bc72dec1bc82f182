"""Between the writing and the sending of a mail people leave: what waits for them is not sent any more."""

import datetime
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from notifications.models import Mail, MailKind, MailState, MailTopic
from notifications.services import delivery, preparing
from offices.models import Absence, Membership, Person
from tests.conftest import Cast
from tests.workflow.conftest import Stage
from tests.workflow.mornings import half_past_six

MONDAY = datetime.date(2027, 1, 18)
DAY = datetime.timedelta(days=1)
MORNING = half_past_six(MONDAY)


def waiting(person: Person, kind: MailKind = MailKind.RETURNED, topic: str = "", **more: object) -> Mail:
    written = {"composed_at": MORNING, "created_at": MORNING, "next_try_at": MORNING}
    number = Mail.objects.count()
    mail = Mail.objects.create(
        kind=kind,
        recipient=person.email,
        person=person,
        key=str(number),
        subject="Betreff",
        text="Wortlaut",
        message_id=f"<{number}@stadt.example>",
        **(written | more),
    )
    if topic:
        MailTopic.objects.create(mail=mail, topic=topic)
    return mail


def sweep() -> None:
    delivery.sweep(clock=lambda: MORNING)


def written_to(mailoutbox: list[EmailMessage]) -> set[str]:
    return {one.to[0] for one in mailoutbox if one.body.startswith("Wortlaut")}


def leaves(person: Person) -> None:
    Membership.objects.filter(person=person).update(valid_until=MONDAY - DAY)


def is_switched_off(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


@pytest.mark.parametrize("goes", [leaves, is_switched_off])
def test_what_waits_for_somebody_who_has_left_is_not_sent(
    cast: Cast, mailoutbox: list[EmailMessage], goes: Callable[[Person], None]
) -> None:
    mail = waiting(cast.clerk)
    goes(cast.clerk)

    sweep()

    mail.refresh_from_db()
    assert (mail.state, mailoutbox) == (MailState.WITHDRAWN, [])
    assert "nicht mehr" in mail.last_error


def test_what_may_have_arrived_is_not_sent_again_to_somebody_who_has_left_and_says_so(cast: Cast) -> None:
    mail = waiting(cast.clerk, possibly_double=True)
    leaves(cast.clerk)

    sweep()

    mail.refresh_from_db()
    assert mail.state == MailState.UNKNOWN


@pytest.mark.parametrize("kind", [MailKind.SIGN_IN_CODE, MailKind.ACCOUNT, MailKind.DEPUTY])
def test_mails_about_the_account_and_standing_in_need_no_role(
    cast: Cast, mailoutbox: list[EmailMessage], kind: MailKind
) -> None:
    waiting(cast.stranger, kind)

    sweep()

    assert [one.to for one in mailoutbox] == [[cast.stranger.email]]


def test_a_comment_is_told_only_to_those_who_may_still_read_it(
    cast: Cast, stage: Stage, mailoutbox: list[EmailMessage]
) -> None:
    about = f"update:{stage.youth_update.pk}"
    for person in (cast.reviewer, cast.coordinator, cast.clerk, cast.school_clerk):
        waiting(person, MailKind.MENTION, about)
    Membership.objects.filter(person=cast.reviewer).update(role="reader")

    sweep()

    assert written_to(mailoutbox) == {cast.coordinator.email, cast.clerk.email}


def test_a_comment_is_told_to_the_deputy_who_stands_in(
    cast: Cast, stage: Stage, mailoutbox: list[EmailMessage]
) -> None:
    days = {"first_day": MONDAY - DAY, "last_day": MONDAY + DAY, "entered_at": timezone.now()}
    Absence.objects.create(person=cast.clerk, deputy=cast.school_clerk, **days)
    waiting(cast.school_clerk, MailKind.MENTION, f"update:{stage.youth_update.pk}")

    sweep()

    assert written_to(mailoutbox) == {cast.school_clerk.email}


def test_the_weekly_summary_goes_to_those_who_coordinate_today(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    waiting(cast.coordinator, MailKind.WEEKLY)
    waiting(cast.clerk, MailKind.WEEKLY)

    sweep()

    assert [one.to for one in mailoutbox] == [[cast.coordinator.email]]


@pytest.mark.parametrize("number", [2, 20])
def test_a_batch_asks_once_who_is_still_there(
    cast: Cast, number: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    mails = [waiting(cast.clerk) for _ in range(number)]
    with django_assert_max_num_queries(1):
        preparing.prepare(mails, now=MORNING)
