"""Standing in for somebody: what a deputy's desk holds, and what it does not."""

import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from offices.access import Desk, desk_of
from offices.backends import COSIGN_PERMISSION, OfficeBackend, office_permission, signing_permission
from offices.models import Membership, Office, Person, Role
from offices.queries.people import clerks_of, deputies_of
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY

DAY = datetime.timedelta(days=1)


def desk(person: Person, day: datetime.date = TODAY) -> Desk:
    return Desk(Person.objects.get(pk=person.pk), day)


def test_a_deputy_acts_for_the_offices_of_the_absent_person(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.school_clerk)

    found = desk(cast.school_clerk)

    assert found.acting_for == {cast.school.pk, cast.youth.pk}
    assert found.office_ids == {cast.school.pk, cast.youth.pk}
    assert found.stands_in_for == [cast.clerk]
    assert found.on_behalf_of(cast.youth.pk) == cast.clerk
    assert found.on_behalf_of(cast.school.pk) is None


def test_a_clerk_does_not_sign_by_standing_in_for_a_clerk(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.school_clerk)

    assert desk(cast.school_clerk).signing_for == frozenset()
    assert desk(cast.head).signing_for == {cast.youth.pk}


def test_the_deputy_of_a_head_signs_on_behalf_of_the_head(cast: Cast) -> None:
    factories.absence(cast.head, cast.clerk)

    found = desk(cast.clerk)

    assert found.signing_for == {cast.youth.pk}
    assert found.on_behalf_of(cast.youth.pk, (Role.HEAD,)) == cast.head
    # For writing, the clerk has a right of their own.
    assert found.on_behalf_of(cast.youth.pk) is None


def test_the_deputy_of_a_reviewer_decides_but_not_for_the_offices_of_either(cast: Cast) -> None:
    factories.absence(cast.own_reviewer, cast.school_clerk)

    found = desk(cast.school_clerk)

    assert found.is_reviewer
    assert not found.is_chair
    assert found.on_behalf_as(Role.REVIEWER) == cast.own_reviewer
    assert found.office_ids == {cast.school.pk, cast.youth.pk}
    assert found.acting_for == {cast.school.pk}


def test_a_chair_is_a_reviewer_and_so_is_the_deputy(cast: Cast) -> None:
    assert desk(cast.chair).is_reviewer
    assert desk(cast.chair).is_chair
    assert not desk(cast.reviewer).is_chair

    factories.absence(cast.chair, cast.reviewer)
    found = desk(cast.reviewer)

    assert found.is_chair
    assert found.on_behalf_as(Role.CHAIR) == cast.chair
    assert found.on_behalf_as(Role.REVIEWER) is None


def test_coordination_administration_and_reading_are_never_inherited(cast: Cast) -> None:
    Membership.objects.filter(person=cast.coordinator).update(office=cast.health)
    for away in (cast.coordinator, cast.administrator, cast.reader):
        factories.absence(away, cast.clerk)

    found = desk(cast.clerk)

    assert (found.is_coordinator, found.is_administrator, found.is_reader) == (False, False, False)
    assert found.roles == {Role.CLERK}
    # The own-office rule counts the offices of everybody for whom one stands in.
    assert found.office_ids == {cast.youth.pk, cast.health.pk}
    assert found.acting_for == {cast.youth.pk}


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY + DAY, TODAY + 2 * DAY, False),
        (TODAY - 2 * DAY, TODAY - DAY, False),
    ],
)
def test_standing_in_holds_from_the_first_to_the_last_day(
    cast: Cast, first: datetime.date, last: datetime.date, holds: bool
) -> None:
    absence = factories.absence(cast.clerk, cast.school_clerk, first_day=first, last_day=last)

    assert (cast.youth.pk in desk(cast.school_clerk).acting_for) is holds
    assert (deputies_of([cast.clerk.pk], TODAY) == {cast.clerk.pk: cast.school_clerk}) is holds
    assert absence.holds_on(TODAY) is holds


def test_an_absence_that_was_ended_passes_nothing_on(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.school_clerk, ended_at=NOW)

    assert desk(cast.school_clerk).acting_for == {cast.school.pk}
    assert deputies_of([cast.clerk.pk], TODAY) == {}


def test_standing_in_is_not_passed_on(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.school_clerk)
    factories.absence(cast.school_clerk, cast.reviewer)

    assert desk(cast.reviewer).acting_for == {cast.school.pk}


def test_the_role_of_the_absent_person_has_to_hold_and_the_account_to_be_on(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.school_clerk)

    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    assert desk(cast.school_clerk).acting_for == {cast.school.pk}

    Person.objects.filter(pk=cast.clerk.pk).update(is_active=True)
    Membership.objects.filter(person=cast.clerk).update(valid_until=TODAY - DAY)
    assert desk(cast.school_clerk).acting_for == {cast.school.pk}


def test_whoever_has_no_role_of_their_own_inherits_nothing(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.stranger)

    found = desk(cast.stranger)

    assert not found.may_enter
    assert found.acting_for == frozenset()
    assert deputies_of([cast.clerk.pk], TODAY) == {}


def test_the_absent_person_keeps_every_right(cast: Cast) -> None:
    factories.absence(cast.clerk, cast.school_clerk)

    assert desk(cast.clerk).acting_for == {cast.youth.pk}
    assert clerks_of([cast.youth.pk], TODAY)[cast.youth.pk] == [cast.clerk, cast.colleague]
    assert clerks_of([cast.school.pk], TODAY)[cast.school.pk] == [cast.school_clerk]


def test_the_engine_is_told_about_deputies(cast: Cast) -> None:
    factories.absence(cast.head, cast.stranger)
    Membership.objects.create(person=cast.stranger, role=Role.READER)

    assert OfficeBackend().get_all_permissions(cast.stranger) == {
        office_permission(cast.youth.pk),
        signing_permission(cast.youth.pk),
        COSIGN_PERMISSION,
    }


@pytest.mark.parametrize("absences", [1, 20])
def test_a_desk_is_read_with_one_query(
    cast: Cast, absences: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(absences):
        at: Office = factories.office(f"9{number:02}", f"Amt 9{number:02}")
        factories.absence(factories.member(Role.HEAD, at), cast.clerk)
    person = Person.objects.get(pk=cast.clerk.pk)

    with django_assert_num_queries(1):
        found = desk_of(person, TODAY)
        assert len(found.acting_for) == absences + 1
        assert found.is_reviewer is False
        assert len(found.stands_in_for) == absences
        assert all(found.on_behalf_of(office) for office in found.signing_for)
