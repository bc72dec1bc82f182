"""Who is told: everybody who holds something up, their head, the coordinators, deputies in place of the absent."""

import datetime
from dataclasses import replace

import pytest

from notifications.models import Mail, MailKind, MailState, Notice, NoticeKind
from offices.models import Membership, Office, OfficeKind, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.mornings import DUE, half_past_six, mail_to, mail_to_on, plan
from workflow import runs
from workflow.models import Decision, ReportingCycle, ReviewPolicy, StatusUpdate, WorkItem, WorkStep
from workflow.queries.reminder_forecast import forecast
from workflow.reminding import Policy
from workflow.services.reminder_policies import set_policy

pytestmark = pytest.mark.usefixtures("stage")

DAY = datetime.timedelta(days=1)
WEEK = DUE + 7 * DAY
FORTNIGHT = DUE + 14 * DAY


def told(person: Person, kind: NoticeKind) -> list[tuple[str, int]]:
    """What somebody was told of by notices of one kind, with the step."""
    return list(Notice.objects.filter(person=person, kind=kind).order_by("pk").values_list("about", "step"))


def item_of(update: StatusUpdate) -> str:
    return f"item:{WorkItem.objects.get(update=update, is_open=True).pk}"


def only(update: StatusUpdate) -> None:
    """Nothing else is open."""
    WorkItem.objects.exclude(update=update).update(is_open=False)


def test_the_head_hears_of_what_is_a_week_overdue(cast: Cast, stage: Stage) -> None:
    assert cast.head.email not in plan(WEEK - DAY)
    assert cast.head.email in plan(WEEK)

    assert told(cast.head, NoticeKind.HEAD) == [(item_of(stage.youth_update), 7)]
    mail = mail_to(cast.head)
    assert mail.subject == "In Ihrem Amt: 1 Aufgabe überfällig"
    assert "51 Jugendamt" in mail.text
    assert f"/sachstand/{stage.youth_update.pk}/\n" in mail.text
    assert "/schreiben/" not in mail.text


def test_the_coordinators_hear_after_a_fortnight_by_office_with_a_way_to_the_board(cast: Cast, stage: Stage) -> None:
    assert cast.coordinator.email not in plan(FORTNIGHT - DAY)
    assert cast.coordinator.email in plan(FORTNIGHT)

    mail = mail_to(cast.coordinator)
    assert mail.subject == "3 Aufgaben seit Langem überfällig in 3 Ämtern"
    assert "40 Amt für Schule und Bildung: 1 Aufgabe überfällig, seit 14 Tagen" in mail.text
    assert f"/board/?abfrage={stage.cycle.pk}&amt={cast.school.pk}&nur=ueberfaellig" in mail.text


def test_for_a_provider_the_coordinators_stand_in_for_the_head(cast: Cast, stage: Stage) -> None:
    Office.objects.filter(pk=cast.youth.pk).update(kind=OfficeKind.PROVIDER)
    addresses = plan(WEEK)

    assert cast.head.email not in addresses
    assert told(cast.coordinator, NoticeKind.HEAD) == [(item_of(stage.youth_update), 7)]
    assert "51 Jugendamt: 1 Aufgabe überfällig, seit 7 Tagen" in mail_to(cast.coordinator).text


def test_of_a_providers_task_the_coordinators_hear_once_for_each_step(cast: Cast, stage: Stage) -> None:
    """They stand in for the head, and so get no copies of their own besides."""
    Office.objects.filter(pk=cast.youth.pk).update(kind=OfficeKind.PROVIDER)
    only(stage.youth_update)
    for week in range(1, 7):
        plan(DUE + 7 * week * DAY)

    assert told(cast.coordinator, NoticeKind.HEAD) == [(item_of(stage.youth_update), days) for days in (7, 21, 35)]
    assert told(cast.coordinator, NoticeKind.COORDINATION) == []


def test_where_heads_hear_of_nothing_the_coordinators_hear_of_providers_as_of_others(cast: Cast, stage: Stage) -> None:
    Office.objects.filter(pk=cast.youth.pk).update(kind=OfficeKind.PROVIDER)
    only(stage.youth_update)
    set_policy(stage.cycle, replace(Policy(), head_after=None), by=cast.coordinator, now=NOW)
    ahead = forecast(half_past_six(FORTNIGHT), days=1)
    plan(WEEK)
    plan(FORTNIGHT)

    assert told(cast.coordinator, NoticeKind.HEAD) == []
    assert told(cast.coordinator, NoticeKind.COORDINATION) == [(item_of(stage.youth_update), 14)]
    assert cast.coordinator in [mail.told.person for mail in ahead[0].mails]


def test_where_nobody_can_be_reached_the_coordinators_are_asked_from_the_first_step_on(
    cast: Cast, stage: Stage
) -> None:
    only(stage.health_update)
    Office.objects.filter(pk=cast.health.pk).update(mailbox="")
    first = DUE - 30 * DAY
    ahead = forecast(half_past_six(first), days=1)

    assert plan(first) == [cast.coordinator.email]
    assert [[mail.told.person for mail in one.mails] for one in ahead] == [[cast.coordinator]]
    text = mail_to(cast.coordinator).text
    assert f"Bei {cast.health.label} ist niemand zu erreichen." in text
    assert f"/sachstand/{stage.health_update.pk}/\n" in text
    assert "bestätigen" not in text


def test_a_head_gets_no_copy_of_the_own_task(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.filter(update=stage.youth_update).update(step=WorkStep.SIGN)
    plan(WEEK)

    assert told(cast.head, NoticeKind.TASK) == [(item_of(stage.youth_update), 7)]
    assert told(cast.head, NoticeKind.HEAD) == []
    assert mail_to(cast.head).text.count("1.1.1 Empfehlung") == 1


def test_where_nobody_can_sign_the_coordinators_are_asked_to_go_on(cast: Cast, stage: Stage) -> None:
    only(stage.school_update)
    WorkItem.objects.filter(update=stage.school_update).update(step=WorkStep.SIGN)

    assert plan() == [cast.coordinator.email]
    assert f"/sachstand/{stage.school_update.pk}/\n" in mail_to(cast.coordinator).text


def test_the_coordinators_decide_on_extensions_and_are_asked_to(cast: Cast, stage: Stage) -> None:
    only(stage.youth_update)
    WorkItem.objects.filter(update=stage.youth_update).update(
        step=WorkStep.DECIDE_EXTENSION, office=None, task=None, due_on=DUE
    )

    assert plan() == [cast.coordinator.email]
    mail = mail_to(cast.coordinator)
    assert mail.subject == "1 Aufgabe heute fällig"
    assert f"/sachstand/{stage.youth_update.pk}/#entscheiden" in mail.text
    assert plan(FORTNIGHT) == [cast.coordinator.email]
    assert told(cast.coordinator, NoticeKind.COORDINATION) == []


class TestReviewers:
    """They are told of their queue, once for each cycle, and only of what they may decide."""

    @pytest.fixture(autouse=True)
    def in_review(self, cast: Cast, stage: Stage) -> datetime.date:
        runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
        runs.hand_in(stage.school_update.pk, by=cast.school_clerk, content=content(), now=NOW)
        WorkItem.objects.exclude(step=WorkStep.REVIEW).update(is_open=False)
        WorkItem.objects.filter(step=WorkStep.REVIEW).update(due_on=DUE)
        return DUE

    def test_each_hears_of_the_queue_but_never_of_the_own_office(self, cast: Cast, stage: Stage) -> None:
        assert plan() == sorted([cast.reviewer.email, cast.own_reviewer.email, cast.chair.email])

        assert told(cast.reviewer, NoticeKind.QUEUE) == [(f"queue:{stage.cycle.pk}", 0)]
        assert mail_to(cast.reviewer).subject == "2 Sachstände warten auf Ihre Prüfung"
        assert mail_to(cast.own_reviewer).subject == "1 Sachstand wartet auf Ihre Prüfung"
        assert "/pruefung/" in mail_to(cast.reviewer).text

    def test_who_has_nothing_to_decide_hears_nothing(self, cast: Cast, stage: Stage) -> None:
        runs.approve(stage.school_update.pk, revision_number=1, by=cast.reviewer, now=NOW)

        assert plan() == sorted([cast.reviewer.email, cast.chair.email])

    def test_whoever_has_voted_is_not_asked_again_and_the_chair_once_enough_have(
        self, cast: Cast, stage: Stage
    ) -> None:
        ReportingCycle.objects.update(review_policy=ReviewPolicy.QUORUM, quorum=2)
        only(stage.youth_update)
        for voter in (cast.chair, cast.reviewer):
            before = plan(DUE if voter == cast.chair else DUE + 3 * DAY)
            assert voter.email in before
            runs.vote(stage.youth_update.pk, revision_number=1, decision=Decision.APPROVED, by=voter, now=NOW)
        assert plan(WEEK) == [cast.chair.email], "Only the chair can go on now."

    def test_a_deputy_reviews_in_place_of_the_absent(self, cast: Cast) -> None:
        factories.absence(cast.reviewer, cast.reader, last_day=DUE)

        addresses = plan()

        assert cast.reviewer.email not in addresses
        notice = Notice.objects.get(person=cast.reader)
        assert (notice.kind, notice.for_whom) == (NoticeKind.QUEUE, cast.reviewer)

    def test_the_coordinators_hear_of_what_waits_too_long(self, cast: Cast) -> None:
        plan(FORTNIGHT)

        assert "Arbeitsgruppe: 2 Aufgaben überfällig, am längsten seit 14 Tagen" in mail_to(cast.coordinator).text


class TestDeputies:
    def test_the_deputy_is_told_and_both_names_are_kept(self, cast: Cast, stage: Stage) -> None:
        factories.absence(cast.clerk, cast.school_clerk, last_day=DUE)
        plan()

        notice = Notice.objects.get(about=item_of(stage.youth_update), person=cast.school_clerk)
        assert notice.for_whom == cast.clerk
        text = mail_to(cast.school_clerk).text
        assert "Guten Tag, Sachbearbeitung 40" in text
        assert text.count("in Vertretung für Sachbearbeitung 51") == 1

    def test_a_deputy_of_the_head_gets_the_copy(self, cast: Cast, stage: Stage) -> None:
        factories.absence(cast.head, cast.school_clerk, last_day=WEEK)
        plan(WEEK)

        assert told(cast.school_clerk, NoticeKind.HEAD) == [(item_of(stage.youth_update), 7)]
        assert "Überfällig in Ihrem Amt" in mail_to(cast.school_clerk).text

    def test_who_comes_back_hears_of_the_step_that_went_by(self, cast: Cast) -> None:
        plan(DUE - 3 * DAY)
        factories.absence(cast.clerk, cast.school_clerk, last_day=DUE)
        plan(DUE)

        assert cast.clerk.email in plan(DUE + 3 * DAY), "One day overdue."
        assert [step for _about, step in told(cast.clerk, NoticeKind.TASK)] == [-3, 1]

    def test_coordination_is_not_passed_on(self, cast: Cast) -> None:
        factories.absence(cast.coordinator, cast.reader, last_day=FORTNIGHT)

        assert cast.coordinator.email in plan(FORTNIGHT)


def test_an_extension_starts_the_steps_anew(cast: Cast, stage: Stage) -> None:
    plan()
    WorkItem.objects.filter(update=stage.youth_update).update(due_on=DUE + 30 * DAY)
    later = DUE + 16 * DAY

    assert cast.clerk.email in plan(later + DAY)
    rows = Notice.objects.filter(person=cast.clerk).order_by("pk").values_list("due_on", "step")
    assert list(rows) == [(DUE, 0), (DUE + 30 * DAY, -14)]


def test_news_waits_for_the_next_working_morning_and_makes_a_mail_of_its_own(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.update(is_open=False)
    for number in (1, 2):
        Notice.objects.create(
            kind=NoticeKind.NEWS,
            addressee=f"p:{cast.reader.pk}",
            person=cast.reader,
            about=f"news-{number}",
            due_on=TODAY,
            line=f"Neues {number}",
            link="/board/",
            created_at=NOW,
        )
    assert plan(DUE + DAY) == [], "A Saturday."
    assert plan(DUE) == [cast.reader.email]

    mail = mail_to(cast.reader)
    assert mail.subject == "2 Neuigkeiten"
    assert "* Neues 1\n  http://127.0.0.1:8000/board/" in mail.text
    Mail.objects.filter(pk=mail.pk).update(state=MailState.FAILED)
    assert plan(DUE + 3 * DAY) == [cast.reader.email], "What was not delivered is said again."
    Mail.objects.filter(kind=MailKind.REMINDER).update(state=MailState.SENT)
    assert plan(DUE + 4 * DAY) == []


def test_news_does_not_reach_who_has_left(cast: Cast, stage: Stage) -> None:
    Notice.objects.create(
        kind=NoticeKind.NEWS,
        addressee=f"p:{cast.reader.pk}",
        person=cast.reader,
        about="news",
        due_on=TODAY,
        line="Neues",
        created_at=NOW,
    )
    Membership.objects.filter(person=cast.reader).update(valid_until=DUE - DAY)

    assert cast.reader.email not in plan()


def test_a_person_of_two_offices_gets_one_mail_with_everything(cast: Cast, stage: Stage) -> None:
    for role, office in ((Role.CLERK, cast.school), (Role.COORDINATOR, None)):
        Membership.objects.create(person=cast.clerk, role=role, office=office)
    assert plan(FORTNIGHT).count(cast.clerk.email) == 1

    text = mail_to_on(cast.clerk, FORTNIGHT).text
    assert text.index("1.1.1") < text.index("1.1.2") < text.index("Seit Langem überfällig")
