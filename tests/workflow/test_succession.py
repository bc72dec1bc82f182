"""An office ends: what it had to do goes on with those that follow it."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from viewflow.workflow.models import Task

from concept.models import Assignment
from notifications.models import Mail
from offices.access import Desk
from offices.backends import office_permission, signing_permission
from offices.errors import ConflictError, DomainError
from offices.models import Office, OfficeSuccession, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.steps import SignIn, text
from workflow import access, runs
from workflow.access import NotAllowedError
from workflow.models import (
    CoSignature,
    Event,
    Participation,
    Reassignment,
    ReportingCycle,
    StatusUpdate,
    WorkItem,
)
from workflow.services import history


@pytest.fixture
def family(cast: Cast) -> Office:
    return factories.office("52", "Familienamt")


@pytest.fixture
def family_clerk(family: Office) -> Person:
    return factories.member(Role.CLERK, family, name="Sachbearbeitung 52")


@pytest.fixture
def updates(cast: Cast) -> list[StatusUpdate]:
    """Two runs led by 51 with 40 contributing, and one led by 40 with 51 contributing."""
    edition = factories.edition()
    goal = factories.goal(edition)
    factories.recommendation(goal, "1.1.1", lead=cast.youth, contributing=(cast.school,))
    factories.recommendation(goal, "1.1.2", lead=cast.youth, contributing=(cast.school,))
    factories.recommendation(goal, "1.1.3", lead=cast.school, contributing=(cast.youth,))
    factories.open_cycle(edition, by=cast.coordinator, contributions=True)
    return list(StatusUpdate.objects.order_by("recommendation__number"))


def succeed(cast: Cast, *heirs: Office, choices: dict[int, int] | None = None, **fields: object) -> runs.Carried:
    given: dict[str, object] = {
        "main": heirs[0],
        "on": TODAY,
        "take_people": True,
        "choices": choices or {},
        "by": cast.coordinator,
        "now": NOW,
        "today": TODAY,
    }
    return runs.succeed(cast.youth, heirs, **{**given, **fields})  # type: ignore[arg-type]


def desks(update: StatusUpdate) -> set[tuple[str, str]]:
    items = WorkItem.objects.filter(update=update, is_open=True).select_related("office")
    return {(item.step, item.office.number if item.office else "") for item in items}


def in_charge(update: StatusUpdate, day: datetime.date = TODAY) -> set[tuple[str, str]]:
    held = Assignment.objects.valid_on(day).filter(recommendation=update.recommendation_id)
    return set(held.values_list("role", "office__number"))


def test_everything_open_goes_on_with_the_successor(cast: Cast, updates: list[StatusUpdate], family: Office) -> None:
    carried = succeed(cast, family)
    assert (carried.runs, carried.responsibilities) == (3, 3)
    assert desks(updates[0]) == {("write", "52"), ("contribute", "40")}
    assert desks(updates[2]) == {("write", "40"), ("contribute", "52")}
    assert in_charge(updates[0]) == {("lead", "52"), ("contributing", "40")}
    assert in_charge(updates[2]) == {("lead", "40"), ("contributing", "52")}
    assert in_charge(updates[0], TODAY - datetime.timedelta(days=1)) == {("lead", "51"), ("contributing", "40")}
    assert Event.objects.filter(kind="succeeded").count() == 3
    assert list(history.verify()) == []


def test_the_people_go_on_writing(cast: Cast, updates: list[StatusUpdate], family: Office) -> None:
    succeed(cast, family)
    clerk = Person.objects.get(pk=cast.clerk.pk)
    without = [one.pk for one in Participation.objects.filter(update=updates[0])]
    runs.hand_in(updates[0].pk, by=clerk, content=content(), now=NOW, without=without)
    assert StatusUpdate.objects.get(pk=updates[0].pk).submitted.office_label == "52 Familienamt"


def test_a_split_shares_the_recommendations_out(
    cast: Cast, updates: list[StatusUpdate], family: Office, family_clerk: Person
) -> None:
    sport = factories.office("54", "Sportamt")
    succeed(cast, family, sport, choices={updates[1].recommendation_id: sport.pk})
    assert [StatusUpdate.objects.get(pk=one.pk).lead_office for one in updates[:2]] == [family, sport]
    task = Task.objects.get(work_items__update=updates[1], work_items__step="write")
    assert task.owner_permission == office_permission(sport.pk)
    assert in_charge(updates[1]) == {("lead", "54"), ("contributing", "40")}


def test_a_successor_that_takes_part_already_is_not_asked_twice(cast: Cast, updates: list[StatusUpdate]) -> None:
    succeed(cast, cast.school)
    assert desks(updates[0]) == {("write", "40")}
    assert desks(updates[2]) == {("write", "40")}
    assert in_charge(updates[0]) == {("lead", "40")}
    assert set(Participation.objects.values_list("state", flat=True)) == {"skipped"}
    assert succeed(cast, cast.school).runs == 0
    assert Event.objects.filter(kind="succeeded").count() == 3
    runs.hand_in(updates[0].pk, by=cast.school_clerk, content=content(), now=NOW)
    assert list(history.verify()) == []


def test_signatures_go_on_too(cast: Cast, updates: list[StatusUpdate], family: Office) -> None:
    ReportingCycle.objects.update(sign_off=True, co_sign=True)
    led, helped = updates[0], updates[2]
    for update, by in ((led, cast.clerk), (helped, cast.school_clerk)):
        without = [one.pk for one in Participation.objects.filter(update=update)]
        runs.hand_in(update.pk, by=by, content=content(), now=NOW, without=without)
    runs.co_sign(led.pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    assert (desks(led), desks(helped)) == ({("sign", "51")}, {("co_sign", "51")})
    succeed(cast, family)
    assert (desks(led), desks(helped)) == ({("sign", "52")}, {("co_sign", "52")})
    task = Task.objects.get(work_items__update=led, work_items__is_open=True)
    assert task.owner_permission == signing_permission(family.pk)
    runs.sign(led.pk, by=Person.objects.get(pk=cast.head.pk), now=NOW)
    runs.co_sign(helped.pk, family.pk, by=Person.objects.get(pk=cast.clerk.pk), now=NOW)
    assert desks(led) == {("review", "")}


def test_a_co_signature_that_nobody_needs_does_not_hold_the_run_up(cast: Cast, updates: list[StatusUpdate]) -> None:
    ReportingCycle.objects.update(co_sign=True)
    without = [one.pk for one in Participation.objects.filter(update=updates[0])]
    runs.hand_in(updates[0].pk, by=cast.clerk, content=content(), now=NOW, without=without)
    assert desks(updates[0]) == {("co_sign", "40")}
    succeed(cast, cast.school)
    assert desks(updates[0]) == {("review", "")}
    assert CoSignature.objects.get().state == "void"
    assert list(history.verify()) == []


def test_open_questions_go_on(cast: Cast, updates: list[StatusUpdate], family: Office) -> None:
    later = datetime.date(2027, 2, 1)
    one = runs.ask_for_extension(updates[0].pk, by=cast.clerk, reason="Mehr.", wanted_on=later, now=NOW, today=TODAY)
    runs.propose_reassignment(updates[1].pk, by=cast.clerk, to_office_id=family.pk, reason="Ihres.", now=NOW)
    runs.propose_reassignment(updates[2].pk, by=cast.school_clerk, to_office_id=cast.youth.pk, reason="Ihres.", now=NOW)
    succeed(cast, family)
    one.refresh_from_db()
    assert one.office == family
    to_itself, to_heir = Reassignment.objects.order_by("pk")
    assert to_itself.state == "withdrawn"
    assert (to_heir.state, to_heir.to_office) == ("proposed", family)
    assert ("take_over", "52") in desks(updates[2])
    assert not any(step == "take_over" for step, _office in desks(updates[1]))


def test_what_was_asked_about_a_needless_contribution_ends(cast: Cast, updates: list[StatusUpdate]) -> None:
    own = Participation.objects.get(update=updates[2])
    later = datetime.date(2027, 2, 1)
    more = runs.ask_for_extension(
        updates[2].pk,
        by=cast.clerk,
        reason="Mehr.",
        wanted_on=later,
        now=NOW,
        today=TODAY,
        participation_id=own.pk,
    )
    offer = runs.propose_reassignment(
        updates[2].pk, by=cast.clerk, to_office_id=cast.health.pk, reason="Ihres.", now=NOW, participation_id=own.pk
    )
    succeed(cast, cast.school)
    more.refresh_from_db()
    offer.refresh_from_db()
    assert (more.state, offer.state, desks(updates[2])) == ("withdrawn", "withdrawn", {("write", "40")})


def test_approved_entries_keep_the_office_of_their_time(
    cast: Cast, updates: list[StatusUpdate], family: Office
) -> None:
    without = [one.pk for one in Participation.objects.filter(update=updates[0])]
    runs.hand_in(updates[0].pk, by=cast.clerk, content=content(), now=NOW, without=without)
    runs.approve(updates[0].pk, revision_number=1, by=cast.reviewer, now=NOW)
    assert succeed(cast, family).runs == 2
    approved = StatusUpdate.objects.get(pk=updates[0].pk)
    assert (approved.lead_office, approved.lead_office_label) == (cast.youth, "51 Jugendamt")
    assert in_charge(approved) == {("lead", "52"), ("contributing", "40")}


def test_whoever_follows_reads_and_corrects_what_was_approved_before(
    cast: Cast, updates: list[StatusUpdate], family: Office, family_clerk: Person
) -> None:
    without = [one.pk for one in Participation.objects.filter(update=updates[0])]
    runs.hand_in(updates[0].pk, by=cast.clerk, content=content(), now=NOW, without=without)
    runs.approve(updates[0].pk, revision_number=1, by=cast.reviewer, now=NOW)
    approved = StatusUpdate.objects.get(pk=updates[0].pk)
    due = TODAY + datetime.timedelta(days=20)

    def correct(by: Person) -> None:
        fresh = Person.objects.get(pk=by.pk)
        runs.start_correction(approved.pk, by=fresh, note="Eine Zahl war falsch.", due_on=due, now=NOW)

    assert approved not in access.visible_updates(Desk(family_clerk, TODAY))
    with pytest.raises(NotAllowedError):
        correct(family_clerk)
    # 52 follows 51, and 54 follows 52: 54 answers for what 51 published. 55 takes only what is given to it.
    for number, before, main in (("54", family, True), ("55", cast.youth, False)):
        after = factories.office(number, f"Amt {number}")
        OfficeSuccession.objects.create(predecessor=before, successor=after, on=TODAY, main=main, entered_at=NOW)
    OfficeSuccession.objects.create(predecessor=cast.youth, successor=family, on=TODAY, main=True, entered_at=NOW)
    yesterday = TODAY - datetime.timedelta(days=1)
    Office.objects.filter(pk__in=[cast.youth.pk, family.pk]).update(valid_until=yesterday)
    heir, other = (factories.member(Role.CLERK, Office.objects.get(number=number)) for number in ("54", "55"))
    desk = Desk(heir, TODAY)
    assert approved in access.visible_updates(desk)
    assert access.may_read_internals(desk, approved)
    assert not access.may_write(desk, approved)
    assert approved not in access.visible_updates(Desk(other, TODAY))
    with pytest.raises(NotAllowedError):
        correct(other)
    correct(heir)
    approved.refresh_from_db()
    assert (approved.lead_office.number, desks(approved)) == ("54", {("rework", "54")})


def test_each_successor_gets_one_mail_about_all_its_runs(
    cast: Cast, updates: list[StatusUpdate], family: Office, family_clerk: Person
) -> None:
    sport = factories.office("54", "Sportamt", mailbox="sport@stadt.example")
    succeed(cast, family, sport, choices={updates[1].recommendation_id: sport.pk}, take_people=False)
    told = {mail.recipient: mail for mail in Mail.objects.filter(kind="course")}
    assert set(told) == {family_clerk.email, "sport@stadt.example"}
    topics = {to: {one.topic for one in mail.topics.all()} for to, mail in told.items()}
    assert topics[family_clerk.email] == {f"update:{updates[0].pk}", f"update:{updates[2].pk}"}
    assert topics["sport@stadt.example"] == {f"update:{updates[1].pk}"}
    assert "diese 2 offenen Sachstände" in told[family_clerk.email].text
    assert str(updates[2].recommendation) in told[family_clerk.email].text
    succeed(cast, family, sport, take_people=False)
    assert Mail.objects.filter(kind="course").count() == 2


def test_a_second_click_changes_nothing(cast: Cast, updates: list[StatusUpdate], family: Office) -> None:
    succeed(cast, family)
    again = succeed(cast, family)
    assert (again.runs, again.responsibilities) == (0, 0)
    with pytest.raises(ConflictError):
        succeed(cast, cast.school)
    assert Event.objects.filter(kind="succeeded").count() == 3


def test_only_coordinators_and_not_ahead_of_the_day(cast: Cast, updates: list[StatusUpdate], family: Office) -> None:
    with pytest.raises(NotAllowedError):
        succeed(cast, family, by=cast.head)
    with pytest.raises(DomainError):
        succeed(cast, family, on=TODAY + datetime.timedelta(days=1))
    with pytest.raises(DomainError):
        runs.carry_over(cast.youth, choices={}, by=cast.coordinator, now=NOW, today=TODAY)
    with pytest.raises(DomainError):
        succeed(cast, family, choices={updates[0].recommendation_id: cast.school.pk})
    assert desks(updates[0]) == {("write", "51"), ("contribute", "40")}


# The pages


def test_the_heir_opens_the_page_and_begins_the_correction_there(
    cast: Cast, updates: list[StatusUpdate], family: Office, family_clerk: Person, signed_in: SignIn
) -> None:
    without = [one.pk for one in Participation.objects.filter(update=updates[0])]
    runs.hand_in(updates[0].pk, by=cast.clerk, content=content(), now=NOW, without=without)
    runs.approve(updates[0].pk, revision_number=1, by=cast.reviewer, now=NOW)
    succeed(cast, family, take_people=False)
    client = signed_in(family_clerk)
    correct = f"/sachstand/{updates[0].pk}/berichtigen/"
    assert correct in text(client.get(f"/sachstand/{updates[0].pk}/"))
    day = (timezone.localdate() + datetime.timedelta(days=20)).strftime("%d.%m.%Y")
    said = text(client.post(correct, {"note": "Eine Zahl war falsch.", "due_on": day}, follow=True))
    assert "Die Berichtigung hat begonnen" in said
    assert desks(updates[0]) == {("rework", "52")}


def test_a_coordinator_looks_first_and_then_carries_over(
    cast: Cast, updates: list[StatusUpdate], family: Office, signed_in: SignIn, client: Client
) -> None:
    sport = factories.office("54", "Sportamt")
    signed_in(cast.coordinator)
    day = timezone.localdate().strftime("%d.%m.%Y")
    data = {"predecessor": cast.youth.pk, "successors": [family.pk, sport.pk], "on": day, "take_people": "on"}
    missing = client.post("/aemter/nachfolge/", data)
    assert missing.status_code == 422
    data["main"] = family.pk
    page = text(client.post("/aemter/nachfolge/", data))
    assert "3 Empfehlungen ziehen um" in page
    assert desks(updates[0]) == {("write", "51"), ("contribute", "40")}
    choice = f"fuer-{updates[1].recommendation_id}"
    assert f'name="{choice}"' in page
    done = text(client.post("/aemter/nachfolge/", {**data, choice: sport.pk, "confirm": "1"}, follow=True))
    assert "3 offene Vorgänge und 3 Zuständigkeiten" in done
    assert "52 Familienamt" in done
    assert desks(updates[1]) == {("write", "54"), ("contribute", "40")}


def test_a_day_to_come_is_refused_and_what_was_typed_stays(
    cast: Cast, family: Office, signed_in: SignIn, client: Client
) -> None:
    tomorrow = (timezone.localdate() + datetime.timedelta(days=1)).strftime("%d.%m.%Y")
    data = {"predecessor": cast.youth.pk, "successors": [family.pk], "on": tomorrow}
    answer = signed_in(cast.coordinator).post("/aemter/nachfolge/", data)
    assert answer.status_code == 422
    assert tomorrow in text(answer)
    assert "wechseln am Tag selbst" in text(answer)
