"""People hear of new tasks: one mail for each, with everything that has come onto their desks at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Delivery, Mail, MailKind, MailPreference, NewsKind, Notice
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.models import ReminderPolicy


def assigned() -> dict[str, Mail]:
    return {mail.recipient: mail for mail in Mail.objects.filter(kind=MailKind.ASSIGNED)}


def opened(cast: Cast, leads: int = 2, **fields: object) -> None:
    edition = factories.edition(**fields)
    goal = factories.goal(edition)
    for number in range(leads):
        factories.recommendation(goal, f"1.1.{number}", lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, contributions=True, mails=True)


def test_an_opening_tells_each_person_once_of_all_their_tasks(cast: Cast) -> None:
    opened(cast)

    mails = assigned()
    assert set(mails) == {cast.clerk.email, cast.colleague.email, cast.school_clerk.email}
    mail = mails[cast.clerk.email]
    assert mail.subject == "2 neue Aufgaben für 2025–2026, die erste bis 15.01.2027"
    for text in (mail.text, mail.html):
        assert text.index("1.1.0 Empfehlung 1.1.0") < text.index("1.1.1 Empfehlung 1.1.1")
        assert text.count("/schreiben/") == 2
    assert mail.topics.count() == 2
    assert "Ihr Beitrag" in mails[cast.school_clerk.email].text


def test_a_single_task_is_named_in_the_subject(cast: Cast) -> None:
    opened(cast, leads=1)

    assert assigned()[cast.clerk.email].subject == "Neu bis 15.01.2027: 1.1.0 Empfehlung 1.1.0"


def test_many_tasks_are_counted_and_not_all_listed(cast: Cast) -> None:
    opened(cast, leads=33)

    mail = assigned()[cast.clerk.email]
    assert mail.text.count("/schreiben/") == 30
    assert "und 3 weitere:" in mail.text


def test_the_introduction_of_the_cycle_stands_in_the_mail(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth)
    planned = factories.cycle(edition)
    ReminderPolicy.objects.create(cycle=planned, introduction="Diesmal <bitte> mit Zahlen.", changed_at=NOW)
    opening.open_cycle(planned.pk, by=None, now=NOW, today=TODAY)

    assert "Diesmal <bitte> mit Zahlen." in assigned()[cast.clerk.email].text
    assert "Diesmal &lt;bitte&gt; mit Zahlen." in assigned()[cast.clerk.email].html


def test_a_deputy_hears_of_it_and_for_whom(cast: Cast) -> None:
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"), name="Sachbearbeitung 32")
    factories.absence(cast.clerk, deputy)
    opened(cast)

    assert f"weil Sie {cast.clerk.name} vertreten" in assigned()[deputy.email].text


def test_a_deputy_with_tasks_of_their_own_gets_one_mail_that_tells_them_apart(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.school_clerk)
    opened(cast, leads=1)

    text = assigned()[cast.school_clerk.email].text
    assert text.count(f"in Vertretung für {cast.clerk.name}") == 1
    assert text.count("1.1.0 Empfehlung") == 2


def test_the_mailbox_of_an_office_that_only_contributes_hears_of_it(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.health,))
    factories.open_cycle(edition, contributions=True, mails=True)

    assert cast.health.mailbox in assigned()
    assert not Mail.objects.filter(kind=MailKind.OPENING).exists()


def test_opening_again_tells_nobody_twice_and_whoever_has_something_new_of_that_alone(cast: Cast, stage: Stage) -> None:
    factories.recommendation(stage.youth_update.recommendation.goal, "1.1.9", lead=cast.school)
    for _time in range(2):
        opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY)

    mails = assigned()
    assert set(mails) == {cast.school_clerk.email}
    assert "dazugekommen" in mails[cast.school_clerk.email].text
    assert "1.1.2" not in mails[cast.school_clerk.email].text


def test_whoever_takes_over_tells_the_colleagues(cast: Cast, stage: Stage) -> None:
    other = factories.member(Role.CLERK, cast.school, email="kollege-40@stadt.example")
    offer = runs.propose_reassignment(
        stage.youth_update.pk, by=cast.clerk, to_office_id=cast.school.pk, reason="Ihr Thema.", now=NOW
    )
    runs.accept_reassignment(offer.pk, by=cast.school_clerk, now=NOW)

    mails = assigned()
    assert set(mails) == {other.email}
    assert mails[other.email].subject == "Jetzt bei Ihnen: 1.1.1 Empfehlung 1.1.1"


@pytest.mark.parametrize("delivery", [Delivery.DAILY, Delivery.OFF])
def test_new_tasks_can_come_once_a_day_but_never_not_at_all(cast: Cast, delivery: Delivery) -> None:
    MailPreference.objects.create(person=cast.clerk, news=NewsKind.ASSIGNED, delivery=delivery)
    opened(cast)

    assert cast.clerk.email not in assigned()
    assert Notice.objects.get().line == "2 neue Aufgaben bei Ihnen, fällig ab 15.01.2027"
    assert Notice.objects.get().link.endswith("/aufgaben/")


def test_statements_do_not_grow_with_people_and_tasks(cast: Cast) -> None:
    def statements(name: str, number: int) -> int:
        edition = factories.edition(name)
        goal = factories.goal(edition)
        for one in range(number):
            office = factories.office("", f"{name} {one}")
            factories.member(Role.CLERK, office, email=f"{name}-{one}@stadt.example")
            factories.recommendation(goal, f"1.{one}", lead=office, contributing=(cast.youth,))
        planned = factories.cycle(edition)
        with CaptureQueriesContext(connection) as captured:
            opening.open_cycle(planned.pk, by=None, now=NOW, today=TODAY)
        return len(captured)

    assert statements("wenige", 2) == statements("viele", 20)
