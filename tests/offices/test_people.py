"""Who works where, on which day."""

import datetime

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from offices.backends import (
    COSIGN_PERMISSION,
    MANAGE_PERMISSION,
    REVIEW_PERMISSION,
    OfficeBackend,
    office_permission,
    signing_permission,
)
from offices.models import Membership, Person, Role
from offices.queries.people import clerks_of, heads_of, people, person_who_may_enter, roles_of
from tests import factories
from tests.conftest import Cast

TODAY = datetime.date(2026, 11, 23)
DAY = datetime.timedelta(days=1)


def test_clerks_by_office_in_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = clerks_of([cast.youth.pk, cast.school.pk, cast.health.pk], TODAY)

    assert found == {
        cast.youth.pk: [cast.clerk, cast.colleague],
        cast.school.pk: [cast.school_clerk],
        cast.health.pk: [],
    }


def test_heads_are_no_clerks(cast: Cast) -> None:
    assert heads_of([cast.youth.pk], TODAY) == {cast.youth.pk: [cast.head]}


@pytest.mark.parametrize(
    ("begin", "end", "counts"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (None, TODAY - DAY, False),
        (TODAY + DAY, None, False),
    ],
)
def test_a_role_counts_from_its_first_to_its_last_day(
    cast: Cast, begin: datetime.date | None, end: datetime.date | None, counts: bool
) -> None:
    Membership.objects.filter(person=cast.school_clerk).update(valid_from=begin, valid_until=end)

    assert (clerks_of([cast.school.pk], TODAY)[cast.school.pk] == [cast.school_clerk]) is counts
    assert (person_who_may_enter(cast.school_clerk.email, TODAY) is not None) is counts
    assert bool(roles_of(cast.school_clerk, TODAY)) is counts


def test_whoever_is_switched_off_may_not_enter(cast: Cast) -> None:
    Person.objects.filter(pk=cast.clerk.pk).update(is_active=False)

    assert person_who_may_enter(cast.clerk.email, TODAY) is None
    assert cast.clerk not in clerks_of([cast.youth.pk], TODAY)[cast.youth.pk]


def test_two_roles_in_one_office_make_one_clerk(cast: Cast) -> None:
    Membership.objects.create(
        person=cast.clerk, role=Role.CLERK, office=cast.youth, valid_from=TODAY - DAY, valid_until=TODAY
    )

    assert clerks_of([cast.youth.pk], TODAY)[cast.youth.pk].count(cast.clerk) == 1


@pytest.mark.parametrize(
    ("search", "found"), [("Jugend", 4), ("53", 1), ("kollege-51", 1), ("KOORDINATION", 1), ("niemand", 0)]
)
def test_people_are_found_by_name_address_and_office(cast: Cast, search: str, found: int) -> None:
    assert people(search, TODAY).count() == found


def test_the_engine_is_told_for_which_offices_somebody_acts(cast: Cast) -> None:
    backend = OfficeBackend()

    assert backend.get_all_permissions(cast.clerk) == {office_permission(cast.youth.pk), COSIGN_PERMISSION}
    assert backend.get_all_permissions(cast.head) == {
        office_permission(cast.youth.pk),
        signing_permission(cast.youth.pk),
        COSIGN_PERMISSION,
    }
    assert backend.get_all_permissions(cast.reviewer) == {REVIEW_PERMISSION}
    assert backend.get_all_permissions(cast.chair) == {REVIEW_PERMISSION}
    assert backend.get_all_permissions(cast.coordinator) == {MANAGE_PERMISSION}
    assert backend.get_all_permissions(cast.reader) == set()
    assert not backend.has_perm(cast.clerk, office_permission(cast.school.pk))


def test_two_people_do_not_share_an_address_in_other_letters(cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        factories.person(cast.clerk.email.upper(), "Zweite")
