"""What did not reach its reader is told anew; and what is not sent, because an address is paused, waits quietly."""

import datetime
from functools import partial

import pytest

from notifications.models import Mail, MailKind, MailState, PausedAddress
from notifications.services import delivery
from notifications.services.addresses import resume
from notifications.services.resending import send_once_more
from offices.access import desk_of
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.workflow.conftest import Stage
from tests.workflow.mornings import half_past_six, plan
from tests.workflow.steps import SignIn, text
from workflow.queries.reminder_forecast import forecast
from workflow.queries.run_history import run_history

pytestmark = pytest.mark.usefixtures("stage")

MONDAY = datetime.date(2027, 1, 18)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize("corrected", [False, True])
def test_what_came_back_is_told_anew(cast: Cast, corrected: bool) -> None:
    plan(MONDAY)
    Mail.objects.filter(kind=MailKind.REMINDER).update(state=MailState.SENT)
    Mail.objects.filter(person=cast.clerk).update(bounced_at=half_past_six(MONDAY))
    assert {one.told.address for one in forecast(half_past_six(MONDAY + DAY), days=0)[0].mails} >= {cast.clerk.email}
    if corrected:
        Person.objects.filter(pk=cast.clerk.pk).update(email="neu@stadt.example")

    address = "neu@stadt.example" if corrected else cast.clerk.email
    assert plan(MONDAY + DAY) == [address]


def test_what_came_back_and_went_out_once_more_is_not_told_anew(cast: Cast) -> None:
    plan(MONDAY)
    Mail.objects.filter(kind=MailKind.REMINDER).update(state=MailState.SENT)
    Mail.objects.filter(person=cast.clerk).update(bounced_at=half_past_six(MONDAY))
    mail = Mail.objects.get(person=cast.clerk, kind=MailKind.REMINDER)
    send_once_more(mail.pk, by=cast.coordinator, now=half_past_six(MONDAY), seen=0, although_sent=True)
    mail.resends.update(state=MailState.SENT)

    assert plan(MONDAY + DAY) == []


def test_what_would_go_to_a_deputy_who_is_away_too_stays_with_the_person(cast: Cast) -> None:
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"))
    factories.absence(cast.clerk, deputy, first_day=MONDAY, last_day=MONDAY + 9 * DAY)
    factories.absence(deputy, cast.clerk, first_day=MONDAY, last_day=MONDAY + DAY)

    told = plan(MONDAY)
    assert cast.clerk.email in told
    assert deputy.email not in told


def test_a_mail_that_failed_goes_on_saying_what_it_was_to_say(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    plan(MONDAY)
    mail = Mail.objects.get(person=cast.clerk, kind=MailKind.REMINDER)
    Mail.objects.filter(kind=MailKind.REMINDER).update(state=MailState.SENT)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, last_error="550 nein")
    for number in range(1, 4):
        plan(MONDAY + number * DAY)

    assert not mail.notices.exists()
    client = signed_in(cast.coordinator)
    page = text(client.get(f"/post/{mail.pk}/"))
    assert "1 Tag überfällig" in page
    assert "1.1.1" in page
    assert "1 Tag überfällig" in text(client.get("/post/", {"zustand": "failed"}))
    history = run_history(desk_of(cast.coordinator), stage.youth_update)
    said = {
        one.state for line in history.lines if line.sentence == "Erinnerung: 1 Tag überfällig" for one in line.mails
    }
    assert {MailState.FAILED, MailState.SENT} <= said


def test_nothing_is_planned_for_a_paused_address_until_the_pause_ends(cast: Cast) -> None:
    pause = PausedAddress.objects.create(address=cast.clerk.email, reason="5.1.1", since=half_past_six(MONDAY))
    for number in range(5):
        day = MONDAY + number * DAY
        assert cast.clerk.email not in plan(day)
    assert not Mail.objects.filter(person=cast.clerk, kind=MailKind.REMINDER).exists()

    resume(pk=pause.pk, by=cast.coordinator, now=half_past_six(MONDAY + 7 * DAY))
    assert cast.clerk.email in plan(MONDAY + 7 * DAY)


def returned(moment: datetime.datetime) -> datetime.datetime:
    return moment


def test_a_mail_that_waits_when_its_address_is_paused_is_given_up_quietly_and_once(cast: Cast) -> None:
    plan(MONDAY)
    PausedAddress.objects.create(address=cast.clerk.email, reason="5.1.1", since=half_past_six(MONDAY))
    for morning in [half_past_six(MONDAY + number * DAY) for number in range(1, 4)]:
        delivery.sweep(clock=partial(returned, morning))
        plan(morning.date())

    mail = Mail.objects.get(person=cast.clerk, kind=MailKind.REMINDER)
    assert mail.state == MailState.WITHDRAWN
    assert mail.last_error == "Die Adresse ist angehalten: 5.1.1"
