"""Responsibilities: whoever takes over begins on the day on which the one before has ended."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from concept.models import Assignment, AssignmentRole

SLICE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who shall be responsible for a recommendation; ``contributing`` None leaves the contributors alone."""

    recommendation: int
    lead: int | None
    contributing: Collection[int] | None
    is_new: bool = False

    def roles(self, present: Collection[Assignment]) -> dict[int, str]:
        """Return the role of each office that is wanted."""
        helpers = self.contributing
        if helpers is None:
            helpers = [one.office_id for one in present if one.role == AssignmentRole.CONTRIBUTING]
        roles: dict[int, str] = dict.fromkeys(helpers, AssignmentRole.CONTRIBUTING)
        if self.lead is not None:
            roles[self.lead] = AssignmentRole.LEAD
        return roles


def assign(wanted: Collection[Wanted], *, today: datetime.date) -> None:
    """Make exactly the wanted responsibilities hold on ``today`` and from then on.

    What ends, ends yesterday. What began only today, or is planned for later and stands in the way, is rewritten:
    it never held for a day. New recommendations get theirs without a beginning. What holds already stays untouched,
    so a second call changes nothing. The caller holds the transaction and the edition's lock.
    """
    there = _present([one.recommendation for one in wanted if not one.is_new], today)
    changes = _Changes([], [], [])
    for wish in wanted:
        _settle(wish, there.get(wish.recommendation, []), today, changes)
    _end(changes.ending, today)
    _rewrite(changes.rewritten, today)
    Assignment.objects.bulk_create(changes.beginning, batch_size=SLICE)


def _rewrite(rewritten: list[Assignment], today: datetime.date) -> None:
    """Save the rewritten ones; all are closed first, so that two offices can exchange their roles."""
    for start in range(0, len(rewritten), SLICE):
        part = [one.pk for one in rewritten[start : start + SLICE]]
        Assignment.objects.filter(pk__in=part).update(valid_from=today, valid_until=today)
    Assignment.objects.bulk_update(rewritten, ["office", "role", "valid_from", "valid_until"], batch_size=SLICE)


@dataclass(frozen=True, slots=True)
class _Changes:
    ending: list[Assignment]
    rewritten: list[Assignment]
    beginning: list[Assignment]


def _present(recommendations: list[int], today: datetime.date) -> dict[int, list[Assignment]]:
    """Return the responsibilities that hold on ``today`` or later, by recommendation."""
    found: dict[int, list[Assignment]] = {}
    for start in range(0, len(recommendations), SLICE):
        part = Assignment.objects.filter(recommendation__in=recommendations[start : start + SLICE])
        for one in part.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today)):
            found.setdefault(one.recommendation_id, []).append(one)
    return found


def _settle(wish: Wanted, there: Collection[Assignment], today: datetime.date, changes: _Changes) -> None:
    present = [one for one in there if one.is_valid_on(today)]
    roles = wish.roles(present)
    leaving = []
    for one in present:
        if roles.get(one.office_id) == one.role:
            del roles[one.office_id]
        else:
            leaving.append(one)
    later = [
        one
        for one in there
        if one not in present
        and (one.office_id in roles or (one.role == AssignmentRole.LEAD and AssignmentRole.LEAD in roles.values()))
    ]
    spare = [*later, *(one for one in leaving if one.valid_from == today)]
    changes.ending.extend(one for one in leaving if one.valid_from != today)
    for office, role in roles.items():
        if spare:
            one = spare.pop(0)
            one.office_id, one.role, one.valid_from, one.valid_until = office, role, today, None
            changes.rewritten.append(one)
        else:
            begins = None if wish.is_new else today
            changes.beginning.append(
                Assignment(recommendation_id=wish.recommendation, office_id=office, role=role, valid_from=begins)
            )
    for one in spare:
        # It never held for a day; the nearest day that keeps the record and does not count today is yesterday.
        one.valid_from = one.valid_until = today - datetime.timedelta(days=1)
        changes.rewritten.append(one)


def end_all(recommendations: Collection[int], *, today: datetime.date) -> None:
    """End every responsibility for the recommendations with ``today``."""
    for start in range(0, len(recommendations), SLICE):
        part = Assignment.objects.filter(recommendation__in=list(recommendations)[start : start + SLICE])
        open_ones = part.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today))
        _end(list(open_ones), today + datetime.timedelta(days=1))


def _end(ending: Collection[Assignment], first_day_after: datetime.date) -> None:
    last_day = first_day_after - datetime.timedelta(days=1)
    for one in ending:
        one.valid_until = last_day if one.valid_from is None else max(one.valid_from, last_day)
    Assignment.objects.bulk_update(ending, ["valid_until"], batch_size=SLICE)
