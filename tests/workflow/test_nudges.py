"""Reminders by hand: one mail for each desk and day, whoever asks and for however many runs."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Mail, MailKind, MailTopic
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import Event, EventKind, ReportingCycle, StatusUpdate
from workflow.services import history, nudges

DAY = datetime.timedelta(days=1)


def nudged() -> dict[str, str]:
    """The reminders, as address → subject."""
    return dict(Mail.objects.filter(kind=MailKind.NUDGE).values_list("recipient", "subject"))


def everything(cycle: ReportingCycle) -> list[StatusUpdate]:
    return list(cycle.updates.order_by("pk"))


def test_whoever_has_several_runs_gets_one_mail_that_names_them_all(cast: Cast, stage: Stage) -> None:
    goal = factories.goal(stage.edition, number="1.2")
    factories.recommendation(goal, "1.2.1", lead=cast.youth)
    cycle = factories.open_cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )
    sent = nudges.nudge_many(everything(cycle), by=cast.coordinator, now=NOW, today=TODAY)
    subjects = nudged()
    assert subjects[cast.clerk.email] == subjects[cast.colleague.email] == "Zur Erinnerung: 2 Aufgaben"
    assert subjects[cast.school_clerk.email] == "Zur Erinnerung: 1.1.2 Empfehlung 1.1.2"
    assert subjects[cast.health.mailbox] == "Zur Erinnerung: 1.1.3 Empfehlung 1.1.3"
    assert sorted(sent.values()) == [1, 1, 2, 2]
    mail = Mail.objects.get(recipient=cast.clerk.email)
    assert "1.1.1 Empfehlung 1.1.1" in mail.text
    assert "1.2.1 Empfehlung 1.2.1" in mail.text
    assert Event.objects.filter(kind=EventKind.REMINDED, update__cycle=cycle).count() == 4
    assert list(history.verify()) == []


def test_each_run_knows_the_mails_that_were_about_it(cast: Cast, stage: Stage) -> None:
    nudges.nudge_many(everything(stage.cycle), by=cast.coordinator, now=NOW, today=TODAY)
    about = MailTopic.objects.filter(topic=f"update:{stage.youth_update.pk}")
    assert set(about.values_list("mail__recipient", flat=True)) == {cast.clerk.email, cast.colleague.email}


def test_a_desk_hears_of_a_run_once_a_day_by_whatever_way(cast: Cast, stage: Stage) -> None:
    assert runs.remind(stage.youth_update.pk, by=cast.coordinator, now=NOW, today=TODAY) == 2
    sent = nudges.nudge_many(everything(stage.cycle), by=cast.coordinator, now=NOW, today=TODAY)
    assert stage.youth_update.pk not in sent
    assert runs.remind(stage.school_update.pk, by=cast.coordinator, now=NOW, today=TODAY) == 0
    assert runs.remind(stage.youth_update.pk, by=cast.coordinator, now=NOW + DAY, today=TODAY + DAY) == 2


def test_a_colleague_who_came_later_today_is_still_reminded(cast: Cast, stage: Stage) -> None:
    runs.remind(stage.youth_update.pk, by=cast.coordinator, now=NOW, today=TODAY)
    factories.member(Role.CLERK, cast.youth, email="neu-51@stadt.example", name="Neu")
    assert runs.remind(stage.youth_update.pk, by=cast.coordinator, now=NOW, today=TODAY) == 1
    assert "neu-51@stadt.example" in nudged()


def test_during_an_absence_the_deputy_hears_of_it_too_and_reads_for_whom(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.school_clerk)
    factories.absence(cast.colleague, cast.head)
    runs.remind(stage.youth_update.pk, by=cast.coordinator, now=NOW, today=TODAY)
    assert set(nudged()) == {cast.clerk.email, cast.colleague.email, cast.school_clerk.email, cast.head.email}
    assert "in Vertretung für Sachbearbeitung 51" in Mail.objects.get(recipient=cast.school_clerk.email).text


def test_the_plan_names_who_was_told_and_who_cannot_be_reached(cast: Cast, stage: Stage) -> None:
    runs.remind(stage.youth_update.pk, by=cast.coordinator, now=NOW, today=TODAY)
    runs.hand_in(stage.school_update.pk, by=cast.school_clerk, content=content(), now=NOW)
    found = nudges.plan(nudges.open_items([one.pk for one in everything(stage.cycle)]), today=TODAY)
    assert (found.mails, found.told) == (1, {stage.youth_update.pk})
    assert found.nobody == set()
    assert set(found.runs) == {stage.health_update.pk}, "What waits for the Arbeitsgruppe lies on no office's desk."


def test_statements_do_not_grow_with_the_number_of_runs(cast: Cast) -> None:
    counts = []
    for number in (2, 200):
        edition = factories.edition(f"Fassung {number}")
        goal = factories.goal(edition)
        for place in range(number):
            factories.recommendation(goal, f"1.{place}", lead=cast.youth if place % 2 else cast.school)
        updates = everything(factories.open_cycle(edition))
        with CaptureQueriesContext(connection) as queries:
            assert len(nudges.nudge_many(updates, by=cast.coordinator, now=NOW, today=TODAY)) == number
        counts.append(len(queries))
    # SQLite takes at most 999 values a statement, so that 200 rows take a few more.
    assert counts[1] <= counts[0] + 5, counts
