"""Absences: who may enter which, for which days, and with which deputy."""

import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from offices.access import Desk
from offices.errors import ConflictError, DomainError
from offices.models import Absence, Membership, Person, Role
from offices.queries.absences import absences_of, colleagues_of, deputisings_of
from offices.services import absences as service
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY

DAY = datetime.timedelta(days=1)


def enter(
    person: Person,
    deputy: Person,
    *,
    by: Person | None = None,
    first: datetime.date = TODAY,
    last: datetime.date = TODAY + 7 * DAY,
) -> Absence:
    return service.enter(
        person=person, deputy=deputy, first_day=first, last_day=last, by=by or person, now=NOW, today=TODAY
    )


def test_a_person_enters_an_absence_and_the_deputy_acts_at_once(cast: Cast) -> None:
    absence = enter(cast.clerk, cast.school_clerk)

    assert (absence.entered_by, absence.entered_at) == (cast.clerk, NOW)
    assert cast.youth.pk in Desk(cast.school_clerk, TODAY).acting_for
    assert absences_of(cast.clerk, TODAY) == [absence]
    assert deputisings_of(cast.school_clerk, TODAY) == [absence]


@pytest.mark.parametrize(
    ("by", "of", "may"),
    [
        ("clerk", "clerk", True),
        ("clerk", "colleague", False),
        ("head", "clerk", True),
        ("head", "school_clerk", False),
        # A head hands over no vote in the Arbeitsgruppe.
        ("head", "own_reviewer", False),
        ("coordinator", "own_reviewer", True),
        ("administrator", "clerk", True),
        ("reader", "clerk", False),
        ("chair", "reviewer", False),
        ("stranger", "stranger", False),
    ],
)
def test_who_may_enter_whose_absence(cast: Cast, by: str, of: str, may: bool) -> None:
    actor, person = getattr(cast, by), getattr(cast, of)
    deputy = factories.member(Role.CLERK, cast.health)

    if may:
        assert enter(person, deputy, by=actor).entered_by == actor
    else:
        with pytest.raises(DomainError, match=r"trägt sie selbst ein"):
            enter(person, deputy, by=actor)
        assert not Absence.objects.exists()


def test_a_head_enters_nothing_for_a_clerk_who_also_sits_in_the_arbeitsgruppe(cast: Cast) -> None:
    Membership.objects.create(person=cast.clerk, role=Role.REVIEWER, office=cast.youth)

    with pytest.raises(DomainError):
        enter(cast.clerk, cast.colleague, by=cast.head)
    assert enter(cast.clerk, cast.colleague, by=cast.clerk)


@pytest.mark.parametrize("by", ["coordinator", "administrator"])
def test_nobody_makes_themselves_somebody_elses_deputy(cast: Cast, by: str) -> None:
    """Else whoever enters absences could give themselves the chair's decision or a head's signature."""
    who = getattr(cast, by)
    with pytest.raises(DomainError):
        enter(cast.chair, who, by=who)
    assert not Desk(who, TODAY).is_chair


def test_the_deputy_of_a_head_may_do_what_the_head_may(cast: Cast) -> None:
    factories.absence(cast.head, cast.colleague)

    assert enter(cast.clerk, cast.school_clerk, by=cast.colleague)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (TODAY + DAY, TODAY, "vor dem ersten"),
        (TODAY - 3 * DAY, TODAY - DAY, "schon vorbei"),
    ],
)
def test_the_days_have_to_make_sense(cast: Cast, first: datetime.date, last: datetime.date, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        enter(cast.clerk, cast.colleague, first=first, last=last)


def test_an_absence_may_have_begun_already_and_last_one_day(cast: Cast) -> None:
    assert enter(cast.clerk, cast.colleague, first=TODAY - 3 * DAY, last=TODAY)


def test_the_deputy_is_another_active_person_with_a_role(cast: Cast) -> None:
    Person.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    switched_off = Person.objects.get(pk=cast.colleague.pk)

    with pytest.raises(DomainError, match="sich selbst"):
        enter(cast.clerk, cast.clerk)
    for nobody in (cast.stranger, switched_off):
        with pytest.raises(DomainError, match="kann sich in dieser Zeit nicht anmelden"):
            enter(cast.clerk, nobody)


def test_a_deputy_whose_role_ends_before_the_absence_is_refused(cast: Cast) -> None:
    Membership.objects.filter(person=cast.colleague).update(valid_until=TODAY)

    with pytest.raises(DomainError):
        enter(cast.clerk, cast.colleague, first=TODAY + DAY, last=TODAY + 2 * DAY)


def test_absences_of_one_person_do_not_overlap(cast: Cast) -> None:
    first = enter(cast.clerk, cast.colleague)

    with pytest.raises(DomainError, match="schon eine Abwesenheit"):
        enter(cast.clerk, cast.school_clerk, first=TODAY + 7 * DAY, last=TODAY + 9 * DAY)

    service.end(absence=first, by=cast.clerk, now=NOW, today=TODAY)
    assert enter(cast.clerk, cast.school_clerk, first=TODAY + 7 * DAY, last=TODAY + 9 * DAY)


def test_a_deputy_who_is_away_all_the_time_is_refused(cast: Cast) -> None:
    enter(cast.colleague, cast.clerk, first=TODAY, last=TODAY + 3 * DAY)
    enter(cast.colleague, cast.school_clerk, first=TODAY + 4 * DAY, last=TODAY + 9 * DAY)

    with pytest.raises(DomainError, match="auch nicht da"):
        enter(cast.head, cast.colleague)


def test_a_deputy_who_is_away_for_some_days_is_a_doubt(cast: Cast) -> None:
    enter(cast.colleague, cast.clerk, first=TODAY + 3 * DAY, last=TODAY + 9 * DAY)

    assert service.doubts(enter(cast.head, cast.school_clerk)) == []
    absence = enter(cast.own_reviewer, cast.colleague)
    assert "einen Teil dieser Zeit" in service.doubts(absence)[0]


def test_leaving_somebody_without_a_deputy_is_a_doubt(cast: Cast) -> None:
    enter(cast.colleague, cast.clerk)

    said = service.doubts(enter(cast.clerk, cast.school_clerk))

    assert len(said) == 1
    assert "Sachbearbeitung 51/2" in said[0]


def test_an_absence_is_ended_once_by_those_who_may_enter_it(cast: Cast) -> None:
    absence = enter(cast.clerk, cast.school_clerk)

    with pytest.raises(DomainError):
        service.end(absence=absence, by=cast.school_clerk, now=NOW, today=TODAY)

    ended = service.end(absence=absence, by=cast.head, now=NOW, today=TODAY)
    assert (ended.ended_by, ended.ended_at) == (cast.head, NOW)
    assert Desk(cast.school_clerk, TODAY).acting_for == {cast.school.pk}
    assert absences_of(cast.clerk, TODAY) == []

    with pytest.raises(ConflictError):
        service.end(absence=absence, by=cast.clerk, now=NOW, today=TODAY)


def test_an_absence_that_is_over_is_not_ended(cast: Cast) -> None:
    absence = factories.absence(cast.clerk, cast.colleague, first_day=TODAY - 9 * DAY, last_day=TODAY - DAY)

    with pytest.raises(ConflictError):
        service.end(absence=absence, by=cast.clerk, now=NOW, today=TODAY)


def test_colleagues_come_from_ones_own_offices(cast: Cast) -> None:
    assert list(colleagues_of(cast.clerk, TODAY)) == [cast.own_reviewer, cast.head, cast.colleague]
    assert list(colleagues_of(cast.coordinator, TODAY)) == []


@pytest.mark.parametrize("people", [2, 20])
def test_deputisings_cost_two_queries(
    cast: Cast, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        somebody = factories.member(Role.CLERK, cast.school, email=f"clerk-{number}@stadt.example")
        factories.absence(somebody, cast.clerk)

    with django_assert_num_queries(2):
        found = deputisings_of(cast.clerk, TODAY)
        assert len([one.person.current[0].office for one in found]) == people
