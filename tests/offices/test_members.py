"""Heads look after the people of their own office."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry

from offices.errors import ConflictError, DomainError
from offices.models import Membership, Person, Role
from offices.queries.members import members_of
from offices.services.invitations import may_invite
from offices.services.members import end_membership
from tests import factories
from tests.conftest import Cast
from tests.factories import TODAY

DAY = datetime.timedelta(days=1)


def role_of(person: Person) -> Membership:
    return person.memberships.get()


def end(person: Person, by: Person, last_day: datetime.date = TODAY) -> Membership:
    return end_membership(membership=role_of(person), last_day=last_day, by=by, today=TODAY)


def test_a_head_ends_the_role_of_a_clerk_by_a_day_and_it_is_on_record(cast: Cast) -> None:
    ended = end(cast.clerk, cast.head, TODAY + DAY)

    assert ended.valid_until == TODAY + DAY
    assert role_of(cast.clerk).valid_until == TODAY + DAY
    entry = LogEntry.objects.get()
    assert entry.user == cast.head
    assert entry.object_id == str(cast.clerk.pk)
    assert '"valid_until": ["", "2026-11-24"]' in entry.change_message
    assert "Sachbearbeitung 51" in entry.get_change_message()


@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("school_clerk", "head"),
        ("own_reviewer", "head"),
        ("clerk", "colleague"),
        ("clerk", "coordinator"),
        ("head", "clerk"),
    ],
)
def test_nobody_ends_what_is_not_theirs(cast: Cast, who: str, by: str) -> None:
    with pytest.raises(DomainError):
        end(getattr(cast, who), getattr(cast, by))
    assert role_of(getattr(cast, who)).valid_until is None


def test_the_deputy_of_the_head_ends_a_clerk_but_not_the_head(cast: Cast) -> None:
    factories.absence(cast.head, cast.school_clerk)

    assert end(cast.clerk, cast.school_clerk).valid_until == TODAY
    with pytest.raises(DomainError):
        end(cast.head, cast.school_clerk)


def test_the_last_head_stays_and_one_of_two_may_go(cast: Cast) -> None:
    with pytest.raises(DomainError, match="einzige Leitung"):
        end(cast.head, cast.head)

    factories.member(Role.HEAD, cast.youth, email="zweite-leitung@stadt.example", valid_until=TODAY)
    with pytest.raises(DomainError, match="einzige Leitung"):
        end(cast.head, cast.head)

    factories.member(Role.HEAD, cast.youth, email="dritte-leitung@stadt.example")
    assert end(cast.head, cast.head).valid_until == TODAY


def test_a_role_does_not_end_in_the_past_or_twice(cast: Cast) -> None:
    with pytest.raises(DomainError, match="frühestens heute"):
        end(cast.clerk, cast.head, TODAY - DAY)

    end(cast.clerk, cast.head)
    with pytest.raises(ConflictError):
        end(cast.clerk, cast.head, TODAY + DAY)


def test_an_end_that_was_set_later_may_be_brought_forward(cast: Cast) -> None:
    Membership.objects.filter(person=cast.clerk).update(valid_until=TODAY + 9 * DAY)

    assert end(cast.clerk, cast.head, TODAY + DAY).valid_until == TODAY + DAY


def test_heads_come_first_with_absences_beside_them(cast: Cast) -> None:
    absence = factories.absence(cast.clerk, cast.colleague)

    found = members_of(cast.youth, TODAY)

    assert [one.membership.person for one in found] == [cast.head, cast.clerk, cast.colleague]
    assert [one.absences for one in found] == [[], [absence], []]


def test_a_head_invites_clerks_to_the_own_office_only(cast: Cast) -> None:
    assert may_invite(cast.head, Role.CLERK, TODAY, office=cast.youth)
    assert not may_invite(cast.head, Role.CLERK, TODAY, office=cast.school)
    assert not may_invite(cast.head, Role.CLERK, TODAY)
    assert not may_invite(cast.clerk, Role.CLERK, TODAY, office=cast.youth)
    for role in set(Role) - {Role.CLERK}:
        assert not may_invite(cast.head, role, TODAY, office=cast.youth)
