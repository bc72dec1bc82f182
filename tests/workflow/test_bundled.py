"""Lines that wait for the daily mail reach those alone who may still read them when it is written."""

import datetime

import pytest

from notifications.models import Delivery, Mail, MailKind, NewsKind, Notice, NoticeKind
from notifications.services import preferences
from offices.models import Membership, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW
from tests.workflow.conftest import Stage
from tests.workflow.mornings import half_past_six, mail_to, plan
from workflow.models import DepartmentLetter, StatusUpdate, WorkItem
from workflow.queries.reminder_forecast import forecast
from workflow.services.daily_mail import DailyMail

MONDAY = datetime.date(2027, 1, 18)
DAY = datetime.timedelta(days=1)
LINE = "1.1.1: etwas ist geschehen"


@pytest.fixture(autouse=True)
def nothing_due(stage: Stage) -> None:
    WorkItem.objects.update(is_open=False)


def news(person: Person, kind: NewsKind, update: StatusUpdate, about: str = "geschehen:1") -> Notice:
    return Notice.objects.create(
        kind=NoticeKind.NEWS,
        news=kind,
        addressee=f"p:{person.pk}",
        person=person,
        about=about,
        topic=f"update:{update.pk}",
        due_on=MONDAY - 3 * DAY,
        line=LINE,
        link="/x",
        created_at=NOW,
    )


def to_another_office(cast: Cast, person: Person) -> None:
    Membership.objects.filter(person=person).update(valid_until=MONDAY - DAY)
    Membership.objects.create(person=person, role=Role.CLERK, office=cast.health, valid_from=MONDAY)


def nobody_is_told(notice: Notice) -> None:
    """Neither foreseen nor planned, and not looked at again."""
    assert not any(day.mails for day in forecast(half_past_six(MONDAY), days=0))
    assert plan(MONDAY) == []
    notice.refresh_from_db()
    assert notice.dropped_at == half_past_six(MONDAY)


@pytest.mark.parametrize("kind", [NewsKind.MENTION, NewsKind.APPROVED, NewsKind.RETURNED])
def test_news_of_a_run_does_not_follow_somebody_to_another_office(cast: Cast, stage: Stage, kind: NewsKind) -> None:
    notice = news(cast.clerk, kind, stage.youth_update)
    to_another_office(cast, cast.clerk)

    nobody_is_told(notice)


@pytest.mark.parametrize("kind", NewsKind)
def test_news_reaches_who_still_works_there(cast: Cast, stage: Stage, kind: NewsKind) -> None:
    news(cast.clerk, kind, stage.youth_update)

    assert plan(MONDAY) == [cast.clerk.email]
    assert LINE in mail_to(cast.clerk).text


@pytest.mark.parametrize("kind", [NewsKind.REASSIGNED, NewsKind.COURSE])
def test_that_a_task_has_gone_to_another_office_is_told_where_it_was(cast: Cast, stage: Stage, kind: NewsKind) -> None:
    news(cast.clerk, kind, stage.youth_update)
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(lead_office=cast.school)

    assert plan(MONDAY) == [cast.clerk.email]


def test_a_comment_is_not_told_to_who_only_contributes_now(cast: Cast, stage: Stage) -> None:
    contributing = factories.recommendation(
        stage.youth_update.recommendation.goal, "1.1.9", lead=cast.school, contributing=(cast.youth,)
    )
    update = StatusUpdate.objects.get(pk=stage.youth_update.pk)
    update.pk, update.process, update.recommendation, update.lead_office = None, None, contributing, cast.school
    update.save(force_insert=True)
    update.participations.create(office=cast.youth)
    told, hidden = news(cast.clerk, NewsKind.APPROVED, update), news(cast.clerk, NewsKind.MENTION, update, "mention:1")
    plan(MONDAY)

    told.refresh_from_db()
    hidden.refresh_from_db()
    assert (told.dropped_at, hidden.dropped_at) == (None, half_past_six(MONDAY))


def test_a_comment_of_before_kinds_were_noted_is_known_by_its_key(cast: Cast, stage: Stage) -> None:
    notice = news(cast.clerk, NewsKind.MENTION, stage.youth_update, "mention:comment:1")
    Notice.objects.update(news="")
    to_another_office(cast, cast.clerk)

    nobody_is_told(notice)


def test_a_letter_is_told_to_coordinators_alone(cast: Cast, stage: Stage) -> None:
    letter = DepartmentLetter.objects.create(
        cycle=stage.cycle, office=cast.school, proposed_at=NOW, items=[], due_dates={}
    )
    for person in (cast.coordinator, cast.clerk):
        Notice.objects.create(
            kind=NoticeKind.LETTER,
            addressee=f"p:{person.pk}",
            person=person,
            about=f"letter:{letter.pk}",
            due_on=MONDAY,
            line="Schreiben an Dezernat V",
            link="/schreiben/1/",
            created_at=NOW,
        )

    assert plan(MONDAY) == [cast.coordinator.email]


def test_what_somebody_switches_off_while_it_waits_is_not_told(cast: Cast, stage: Stage) -> None:
    notice = news(cast.clerk, NewsKind.APPROVED, stage.youth_update)
    preferences.choose(by=cast.clerk, wanted={NewsKind.APPROVED: Delivery.OFF})

    nobody_is_told(notice)


def test_other_news_goes_on_when_one_kind_is_switched_off(cast: Cast, stage: Stage) -> None:
    news(cast.clerk, NewsKind.RETURNED, stage.youth_update)
    preferences.choose(by=cast.clerk, wanted={NewsKind.APPROVED: Delivery.OFF})

    assert plan(MONDAY) == [cast.clerk.email]


def test_who_may_no_longer_read_a_line_in_a_written_mail_does_not_get_it(cast: Cast, stage: Stage) -> None:
    news(cast.clerk, NewsKind.MENTION, stage.youth_update)
    plan(MONDAY)
    mail = Mail.objects.get(kind=MailKind.REMINDER)
    assert DailyMail().stale([mail.pk]) == set()
    to_another_office(cast, cast.clerk)

    assert DailyMail().stale([mail.pk]) == {mail.pk}
    assert DailyMail().compose([mail], now=half_past_six(MONDAY)) == {}
