"""Whether the Arbeitsgruppe can give an entry the votes that its cycle asks for.

A member is a seat; whoever stands in for one votes for the same seat. Nobody votes or decides on an entry of an office
that they come from or stand in for, so an entry may have fewer votes within reach than the Arbeitsgruppe has members.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, F, Max, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concept.models import Assignment, AssignmentRole, ConceptEdition, Recommendation
from offices.models import AG_ROLES, Absence, Membership, Role
from workflow.models import OPEN_STATES, CycleState, ReportingCycle, ReviewPolicy, ReviewVote, StatusUpdate, UpdateState
from workflow.queries.voters import SEAT
from workflow.services.cycle_policies import CyclePolicy


@dataclass(frozen=True, slots=True)
class Seat:
    """A member, with the offices on whose entries they have no say today; ``chairs`` if they have the chair."""

    member: int
    chairs: bool
    offices: frozenset[int]


class Asked(NamedTuple):
    """An office that leads, and how many entries it is asked for."""

    office: int
    label: str
    entries: int


@dataclass(frozen=True, slots=True)
class OfficeShort:
    """An office on whose ``entries`` nobody can decide: too few votes are ``possible``, or the chair is its own."""

    label: str
    entries: int
    possible: int
    needed: int
    has_chair: bool

    @property
    def sentence(self) -> str:
        """Say what is missing."""
        if self.possible >= self.needed:
            return _("the chair comes from this office, or stands in there")
        said = ngettext("%(possible)d vote is possible", "%(possible)d votes are possible", self.possible)
        return said % {"possible": self.possible}


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why entries cannot be decided: ``members`` of the Arbeitsgruppe for ``needed`` votes, and ``offices`` by name.

    Where all of them are short for one reason (too few members, no chair at all), ``reason`` says it.
    """

    needed: int
    members: int
    has_chair: bool
    offices: list[OfficeShort] = field(default_factory=list)

    @property
    def entries(self) -> int:
        return sum(one.entries for one in self.offices)

    @property
    def reason(self) -> str:
        if self.members < self.needed:
            return too_few(self.members, self.needed)
        return "" if self.has_chair else _("Nobody has the chair of the Arbeitsgruppe, and only the chair decides.")


def too_few(members: int, needed: int) -> str:
    """Say that the Arbeitsgruppe is smaller than the votes that are asked for."""
    if not members:
        return _("The Arbeitsgruppe has no members yet; %(needed)d votes never come together.") % {"needed": needed}
    said = ngettext(
        "The Arbeitsgruppe has %(members)d member; %(needed)d votes never come together.",
        "The Arbeitsgruppe has %(members)d members; %(needed)d votes never come together.",
        members,
    )
    return said % {"members": members, "needed": needed}


def seats(today: datetime.date) -> list[Seat]:
    """Return the seats of the Arbeitsgruppe: its active members; one query."""
    valid = Membership.objects.valid_on(today).filter(person__is_active=True)
    members = valid.filter(role__in=AG_ROLES).values("person")
    own = valid.filter(person__in=members).order_by().values_list("person", "role", "office")
    away = Absence.objects.on(today).filter(deputy__in=members)
    stood_in_for = valid.filter(person__absences__in=away).order_by()
    # A deputy takes over offices, not the seat.
    inherited = stood_in_for.values_list("person__absences__deputy", Value(""), "office")
    roles: dict[int, set[str]] = defaultdict(set)
    offices: dict[int, set[int]] = defaultdict(set)
    for person, role, office in own.union(inherited, all=True):
        roles[person] |= {role} if role else set()
        if office is not None:
            offices[person].add(office)
    return [Seat(one, Role.CHAIR in held, frozenset(offices[one])) for one, held in roles.items()]


def shortage_of(cycle: ReportingCycle, today: datetime.date) -> Shortage | None:
    """Return which entries of ``cycle`` can never be decided as things stand; ``None``: all can, or one member decides.

    While it is planned, of those that its opening would ask for; afterwards of its open runs, where votes that were
    given count whoever has left since. Three queries at most.
    """
    if cycle.review_policy != ReviewPolicy.QUORUM:
        return None
    if cycle.state == CycleState.PLANNED:
        return shortage_before(cycle.edition, CyclePolicy.of(cycle), today)
    runs = StatusUpdate.objects.filter(cycle=cycle, state__in=OPEN_STATES)
    asked = runs.order_by().values_list("lead_office")
    rows = asked.annotate(label=Max("lead_office_label"), entries=Count("pk"))
    return _shortage([Asked(*row) for row in rows], cycle.quorum, today, cycle)


def shortage_before(edition: ConceptEdition, policy: CyclePolicy, today: datetime.date) -> Shortage | None:
    """Return what ``shortage_of`` would say of a cycle of ``edition`` with ``policy`` before it opens."""
    if policy.review_policy != ReviewPolicy.QUORUM:
        return None
    leads = Assignment.objects.valid_on(today).filter(
        role=AssignmentRole.LEAD, recommendation__in=Recommendation.objects.current().filter(edition=edition)
    )
    offices = Counter(one.office for one in leads.select_related("office"))
    asked = [Asked(office.pk, office.label, number) for office, number in offices.items()]
    return _shortage(asked, policy.quorum, today)


def _shortage(
    asked: Sequence[Asked], needed: int, today: datetime.date, cycle: ReportingCycle | None = None
) -> Shortage | None:
    held = seats(today)
    free = {one.office: {seat.member for seat in held if one.office not in seat.offices} for one in asked}
    chaired = {one.office for one in asked if any(seat.chairs and one.office not in seat.offices for seat in held)}
    poor = {office for office, members in free.items() if len(members) < needed}
    voted = _voted(cycle, poor & chaired, free, needed) if cycle and poor & chaired else Counter()
    short = [
        OfficeShort(one.label, entries, len(free[one.office]), needed, one.office in chaired)
        for one in sorted(asked, key=lambda one: one.label)
        if (one.office in poor or one.office not in chaired) and (entries := one.entries - voted[one.office]) > 0
    ]
    if not short:
        return None
    return Shortage(needed, len(held), any(seat.chairs for seat in held), short)


def _voted(cycle: ReportingCycle, offices: Collection[int], free: dict[int, set[int]], needed: int) -> Counter[int]:
    """Return by office how many entries under review have their votes all the same: of those who have left since."""
    votes = ReviewVote.objects.filter(
        revision__update__cycle=cycle,
        revision__update__state=UpdateState.IN_REVIEW,
        revision__update__submitted=F("revision"),
        revision__update__lead_office__in=offices,
    )
    given: dict[tuple[int, int], set[int]] = defaultdict(set)
    for office, run, seat in votes.order_by().values_list("revision__update__lead_office", "revision__update", SEAT):
        given[office, run].add(seat)
    return Counter(office for (office, _run), by in given.items() if len(by | free[office]) >= needed)
