"""Offices are split and merged: the predecessor ends, and its people may go along."""

import datetime

import pytest

from offices.access import Desk
from offices.errors import ConflictError, DomainError
from offices.models import Membership, Office, OfficeSuccession, Person, Role
from offices.services.successions import record
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY

DAY = datetime.timedelta(days=1)
ON = datetime.date(2027, 1, 1)


def split(
    predecessor: Office,
    *successors: Office,
    by: Person | None,
    on: datetime.date = ON,
    take_people: bool = True,
    main: Office | None = None,
) -> list[OfficeSuccession]:
    return record(
        predecessor=predecessor,
        successors=successors,
        main=main or successors[0],
        on=on,
        by=by,
        take_people=take_people,
        now=NOW,
        today=TODAY,
    )


@pytest.fixture
def heirs(db: None) -> tuple[Office, Office]:
    return factories.office("511", "Jugendhilfe"), factories.office("512", "Kindertagesbetreuung")


def test_an_office_is_split_and_ends_the_day_before(cast: Cast, heirs: tuple[Office, Office]) -> None:
    made = split(cast.youth, *heirs, by=cast.coordinator)

    assert [(one.successor, one.main, one.on) for one in made] == [(heirs[0], True, ON), (heirs[1], False, ON)]
    assert {(one.entered_by, one.entered_at) for one in made} == {(cast.coordinator, NOW)}
    cast.youth.refresh_from_db()
    assert cast.youth.valid_until == ON - DAY


def test_the_people_change_to_the_main_successor_on_that_day(cast: Cast, heirs: tuple[Office, Office]) -> None:
    split(cast.youth, *heirs, by=cast.coordinator)

    assert Desk(cast.clerk, ON - DAY).acting_for == {cast.youth.pk}
    assert Desk(cast.clerk, ON).acting_for == {heirs[0].pk}
    assert Desk(cast.head, ON).signing_for == {heirs[0].pk}


def test_people_may_be_left_to_be_shared_out_but_the_own_office_rule_holds(
    cast: Cast, heirs: tuple[Office, Office]
) -> None:
    split(cast.youth, *heirs, by=None, take_people=False)

    assert Desk(cast.clerk, ON).acting_for == {cast.youth.pk}
    # Who decides must not come from the office whose work goes on elsewhere.
    assert Desk(cast.own_reviewer, ON).office_ids == {heirs[0].pk}


def test_two_offices_merge_and_nobody_holds_a_role_twice(cast: Cast) -> None:
    Membership.objects.create(person=cast.clerk, role=Role.CLERK, office=cast.school)
    merged = factories.office("45", "Jugend und Schule")

    split(cast.youth, merged, by=cast.administrator)
    split(cast.school, merged, by=cast.administrator)

    assert Desk(cast.clerk, ON).acting_for == {merged.pk}
    assert Desk(cast.school_clerk, ON).acting_for == {merged.pk}
    assert cast.clerk.memberships.filter(office=merged).count() == 1


def test_a_role_that_ends_or_begins_later_keeps_its_days(cast: Cast, heirs: tuple[Office, Office]) -> None:
    Membership.objects.filter(person=cast.clerk).update(valid_until=ON + 9 * DAY)
    Membership.objects.filter(person=cast.colleague).update(valid_from=ON + 5 * DAY)

    split(cast.youth, *heirs, by=cast.coordinator)

    assert Desk(cast.clerk, ON + 9 * DAY).acting_for == {heirs[0].pk}
    assert Desk(cast.clerk, ON + 10 * DAY).acting_for == frozenset()
    assert Desk(cast.colleague, ON + 4 * DAY).acting_for == frozenset()
    assert Desk(cast.colleague, ON + 6 * DAY).acting_for == {heirs[0].pk}


def test_a_role_that_the_person_has_there_for_a_while_goes_on_without_a_gap(
    cast: Cast, heirs: tuple[Office, Office]
) -> None:
    Membership.objects.create(person=cast.clerk, role=Role.CLERK, office=heirs[0], valid_until=ON + DAY)
    later = Membership.objects.create(person=cast.colleague, role=Role.CLERK, office=heirs[0], valid_from=ON + 30 * DAY)

    split(cast.youth, *heirs, by=cast.coordinator)

    for days in (0, 1, 2, 40):
        assert Desk(Person.objects.get(pk=cast.clerk.pk), ON + days * DAY).acting_for == {heirs[0].pk}
    later.refresh_from_db()
    assert later.valid_from == ON


@pytest.mark.parametrize("who", ["clerk", "head", "chair", "reader"])
def test_only_coordinators_and_administrators_record_it(cast: Cast, heirs: tuple[Office, Office], who: str) -> None:
    with pytest.raises(DomainError, match="Koordination"):
        split(cast.youth, *heirs, by=getattr(cast, who))
    assert not OfficeSuccession.objects.exists()


def test_an_office_does_not_succeed_itself(cast: Cast, heirs: tuple[Office, Office]) -> None:
    with pytest.raises(DomainError, match="sich selbst"):
        split(cast.youth, cast.youth, heirs[0], by=cast.coordinator)


def test_one_of_the_successors_is_the_main_one(cast: Cast, heirs: tuple[Office, Office]) -> None:
    with pytest.raises(DomainError):
        split(cast.youth, heirs[0], main=heirs[1], by=cast.coordinator)


def test_an_office_is_followed_once(cast: Cast, heirs: tuple[Office, Office]) -> None:
    split(cast.youth, *heirs, by=cast.coordinator)

    with pytest.raises(ConflictError):
        split(cast.youth, cast.school, by=cast.coordinator)


def test_offices_that_have_ended_neither_end_again_nor_go_on(cast: Cast, heirs: tuple[Office, Office]) -> None:
    Office.objects.filter(pk=heirs[0].pk).update(valid_until=TODAY)

    with pytest.raises(DomainError, match="gibt es an diesem Tag nicht"):
        split(cast.youth, heirs[0], by=cast.coordinator)
    with pytest.raises(DomainError, match="endet nicht am Tag davor"):
        split(heirs[0], cast.youth, by=cast.coordinator)


def test_an_office_that_was_given_its_last_day_already_may_be_followed(
    cast: Cast, heirs: tuple[Office, Office]
) -> None:
    Office.objects.filter(pk=cast.youth.pk).update(valid_until=ON - DAY)

    assert split(cast.youth, heirs[0], by=cast.coordinator)


def test_successions_do_not_run_in_a_circle(cast: Cast, heirs: tuple[Office, Office]) -> None:
    split(cast.youth, heirs[0], by=cast.coordinator, on=ON)
    split(heirs[0], heirs[1], by=cast.coordinator, on=ON + 30 * DAY)
    # Somebody takes the end of the first office back by hand.
    Office.objects.filter(pk=cast.youth.pk).update(valid_until=None)

    with pytest.raises(DomainError, match="folgte selbst schon"):
        split(heirs[1], cast.youth, by=cast.coordinator, on=ON + 60 * DAY)


def test_when_it_is_refused_nothing_has_changed(cast: Cast, heirs: tuple[Office, Office]) -> None:
    Office.objects.filter(pk=heirs[1].pk).update(valid_until=TODAY)

    with pytest.raises(DomainError):
        split(cast.youth, *heirs, by=cast.coordinator)
    cast.youth.refresh_from_db()
    assert cast.youth.valid_until is None
    assert Desk(cast.clerk, ON).acting_for == {cast.youth.pk}
