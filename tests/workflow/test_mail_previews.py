"""The daily mail, looked at with real people and tasks before it goes out."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Mail, Notice
from offices.errors import DomainError
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from workflow import opening
from workflow.models import CycleState, Event, EventKind, ReminderPolicy, ReportingCycle, StatusUpdate, WorkItem
from workflow.queries.reminder_policies import policies_of
from workflow.queries.reminder_recipients import recipients_of
from workflow.reminding import Policy
from workflow.services.mail_previews import MailPreview, preview_of
from workflow.services.reminder_policies import set_policy

ON_THE_DAY = datetime.date(2027, 1, 15)
LATE = datetime.date(2027, 1, 22)
FAR = {"opens_on": datetime.date(2098, 10, 1), "due_on": datetime.date(2099, 1, 15)}


def look(
    cycle: ReportingCycle,
    *,
    person: int | None = None,
    day: datetime.date | None = None,
    policy: Policy | None = None,
) -> MailPreview:
    by = Person.objects.get(memberships__role=Role.COORDINATOR)
    return preview_of(cycle, by=by, person_id=person, day=day, policy=policy, now=NOW, today=TODAY)


def planned(cast: Cast, **dates: datetime.date) -> ReportingCycle:
    edition = factories.edition("Fortschreibung 2026")
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth, contributing=(cast.school,))
    return factories.cycle(edition, **dates)


@pytest.fixture
def coordinator(signed_in: Any, cast: Cast) -> Client:
    client: Client = signed_in(cast.coordinator)
    return client


def where(cycle: ReportingCycle, page: str = "cycle-reminders-mail") -> str:
    return reverse(f"workflow:{page}", args=[cycle.pk])


def test_the_first_mail_is_shown_with_its_real_tasks(cast: Cast, stage: Stage) -> None:
    found = look(stage.cycle, person=cast.clerk.pk, day=ON_THE_DAY)
    assert (found.person, found.day) == (cast.clerk, ON_THE_DAY)
    assert found.words is not None
    assert "Empfehlung 1.1.1" in found.words.text
    assert "Empfehlung 1.1.1" in found.words.html
    assert found.words.subject


def test_without_a_choice_it_is_somebody_with_a_task_and_their_next_day(cast: Cast, stage: Stage) -> None:
    """The next day of the calendar is one for contributions, and nobody is asked for any."""
    found = look(stage.cycle)
    assert found.person == found.recipients.asked[0]
    assert (found.days[0], found.day) == (datetime.date(2026, 12, 2), datetime.date(2026, 12, 16))
    assert found.words is not None


def test_a_person_or_day_that_is_not_possible_gives_way_to_the_first(cast: Cast, stage: Stage) -> None:
    found = look(stage.cycle, person=cast.stranger.pk, day=datetime.date(2027, 1, 16))
    assert found.person == found.recipients.asked[0]
    assert found.day in found.days


def test_the_introduction_stands_in_the_mail(cast: Cast, stage: Stage) -> None:
    policy = replace(Policy(), introduction="Fragen? Rufen Sie <uns> an.")
    set_policy(stage.cycle, policy, by=cast.coordinator, now=NOW)
    words = look(stage.cycle, person=cast.clerk.pk, day=ON_THE_DAY).words
    assert words is not None
    assert "Fragen? Rufen Sie <uns> an." in words.text
    assert "Fragen? Rufen Sie &lt;uns&gt; an." in words.html


def test_heads_and_coordination_are_shown_what_is_overdue(cast: Cast, stage: Stage) -> None:
    head = look(stage.cycle, person=cast.head.pk, day=LATE)
    assert head.words is not None
    assert "1.1.1" in head.words.text
    assert cast.head in head.recipients.informed
    assert cast.coordinator in head.recipients.informed


def test_whoever_is_asked_for_nothing_on_that_day_gets_no_mail(cast: Cast, stage: Stage) -> None:
    found = look(stage.cycle, person=cast.head.pk, day=ON_THE_DAY)
    assert (found.person, found.words) == (cast.head, None)


def test_during_an_absence_the_deputy_is_shown(cast: Cast, stage: Stage) -> None:
    factories.absence(
        cast.school_clerk, cast.reviewer, first_day=datetime.date(2027, 1, 1), last_day=datetime.date(2027, 1, 31)
    )
    people = recipients_of(stage.cycle.pk, ON_THE_DAY)
    assert cast.reviewer in people.asked
    assert cast.school_clerk not in people.asked
    words = look(stage.cycle, person=cast.reviewer.pk, day=ON_THE_DAY).words
    assert words is not None
    assert cast.school_clerk.name in words.text


def test_a_planned_cycle_shows_its_first_mail_and_stays_planned(cast: Cast) -> None:
    cycle = planned(cast)
    before = (Event.objects.count(), Mail.objects.count(), Notice.objects.count())
    found = look(cycle, person=cast.clerk.pk, day=ON_THE_DAY)
    assert found.words is not None
    assert "Empfehlung 1.1" in found.words.text
    cycle.refresh_from_db()
    assert cycle.state == CycleState.PLANNED
    assert not StatusUpdate.objects.exists()
    assert not WorkItem.objects.exists()
    assert (Event.objects.count(), Mail.objects.count(), Notice.objects.count()) == before


def test_a_rule_that_is_not_saved_is_looked_at_and_leaves_nothing_behind(cast: Cast, stage: Stage) -> None:
    draft = Policy(before=(5,), introduction="Nur Mut!")
    found = look(stage.cycle, person=cast.clerk.pk, day=datetime.date(2027, 1, 8), policy=draft)
    # Five days before is a Sunday.
    assert found.day == datetime.date(2027, 1, 8)
    assert found.words is not None
    assert "Nur Mut!" in found.words.text
    assert policies_of([stage.cycle.pk]) == {stage.cycle.pk: Policy()}
    assert not ReminderPolicy.objects.exists()
    assert not Event.objects.filter(kind=EventKind.CYCLE_CHANGED).exists()


def test_looking_sends_nothing_not_even_when_the_request_ends(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    cycle = planned(cast)
    with django_capture_on_commit_callbacks() as callbacks:
        look(cycle)
    assert callbacks == []


def test_a_cycle_that_cannot_be_opened_says_why(cast: Cast) -> None:
    with pytest.raises(DomainError, match="federführendes"):
        look(factories.cycle(factories.edition()))


def test_nobody_is_left_to_write_to_once_the_cycle_is_closed(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    stage.cycle.refresh_from_db()
    found = look(stage.cycle)
    assert (list(found.recipients), found.person, found.words) == ([], None, None)


@pytest.mark.parametrize("number", [2, 20])
def test_the_look_costs_a_constant_number_of_queries(
    cast: Cast, stage: Stage, number: int, django_assert_max_num_queries: Any
) -> None:
    goal = factories.goal(stage.edition, number="1.9")
    for one in range(number):
        factories.recommendation(goal, f"1.9.{one}", lead=cast.youth, contributing=(cast.school,))
    opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY)
    with django_assert_max_num_queries(40):
        assert look(stage.cycle, person=cast.clerk.pk, day=ON_THE_DAY).words


# --- The pages ------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_mail_twice_as_text_and_in_a_frame(coordinator: Client, cast: Cast) -> None:
    cycle = planned(cast, **FAR)
    response = coordinator.get(where(cycle), {"person": cast.clerk.pk, "tag": "2099-01-15"})
    page = response.content.decode()
    assert "Als würde die Abfrage heute geöffnet" in page
    assert "Empfehlung 1.1" in page
    assert f"an {cast.clerk.name}, {cast.clerk.email}, am 15.01.2099" in page
    frame = f"{where(cycle, 'cycle-reminders-mail-html')}?person={cast.clerk.pk}&amp;tag=2099-01-15"
    assert f'src="{frame}" sandbox' in page
    assert "frame-src 'self'" in response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_the_frame_holds_the_mail_alone_and_lets_it_do_nothing(coordinator: Client, cast: Cast) -> None:
    cycle = planned(cast, **FAR)
    address = where(cycle, "cycle-reminders-mail-html")
    response = coordinator.get(address, {"person": cast.clerk.pk, "tag": "2099-01-15"})
    assert response.content.decode().startswith("<!DOCTYPE html>")
    assert "Empfehlung 1.1" in response.content.decode()
    rules = response.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in rules
    assert "sandbox" in rules
    assert "frame-ancestors 'self'" in rules
    assert not [one for one in rules if one.startswith(("script-src", "img-src", "connect-src"))]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_says_when_somebody_gets_nothing(coordinator: Client, cast: Cast) -> None:
    cycle = planned(cast, **FAR)
    chosen = {"person": cast.head.pk, "tag": "2099-01-15"}
    page = coordinator.get(where(cycle), chosen).content.decode()
    assert f"Nach heutigem Stand bekommt {cast.head.name} am 15.01.2099 keine Mail" in page
    assert "<iframe" not in page
    assert coordinator.get(where(cycle, "cycle-reminders-mail-html"), chosen).status_code == 404


def test_the_preview_of_a_rule_shows_the_first_mail_with_its_words(coordinator: Client, cast: Cast) -> None:
    cycle = planned(cast, **FAR)
    sent = {"before": "5", "introduction": "Nur <Mut>!", "vorschau": "1"}
    page = coordinator.post(where(cycle, "cycle-reminders"), sent).content.decode()
    assert "Die erste Mail mit dieser Regel und diesen Worten" in page
    assert "Nur &lt;Mut&gt;!\n" in page
    assert "Empfehlung 1.1" in page
    assert "Nur" not in coordinator.get(where(cycle)).content.decode()


@pytest.mark.parametrize("asked", [{"person": "x", "tag": "morgen"}, {"person": "-1", "tag": "2099-13-01"}, {}])
def test_nonsense_in_the_address_shows_the_first_mail(coordinator: Client, cast: Cast, asked: dict[str, str]) -> None:
    page = coordinator.get(where(planned(cast, **FAR)), asked).content.decode()
    assert "Als gestaltete Mail" in page


def test_a_cycle_that_cannot_be_opened_explains_itself_on_the_page(coordinator: Client) -> None:
    cycle = factories.cycle(factories.edition(), **FAR)
    response = coordinator.get(where(cycle))
    assert response.status_code == 200
    assert "federführendes Amt" in response.content.decode()
    assert coordinator.get(where(cycle, "cycle-reminders-mail-html")).status_code == 404


def test_a_closed_cycle_has_no_mail_to_show(coordinator: Client, cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    assert "Es gibt keine Mail zu zeigen" in coordinator.get(where(stage.cycle)).content.decode()


@pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "chair", "reader", "administrator", "stranger"])
@pytest.mark.parametrize("page", ["cycle-reminders-mail", "cycle-reminders-mail-html"])
def test_the_mail_of_others_is_not_there_for_others(
    signed_in: Any, cast: Cast, stage: Stage, who: str, page: str
) -> None:
    assert signed_in(getattr(cast, who)).get(where(stage.cycle, page)).status_code == 404


def test_a_day_on_which_nothing_is_recalled_is_answered_with_words(
    coordinator: Client, cast: Cast, stage: Stage
) -> None:
    page = where(stage.cycle, "cycle-reminders-mail")
    assert "An dem Tag in der Adresse erinnert" in coordinator.get(page, {"tag": "2001-01-01"}).content.decode()
    assert "An dem Tag in der Adresse" not in coordinator.get(page).content.decode()
