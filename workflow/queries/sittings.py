"""Sittings of the Arbeitsgruppe: who was there, what was decided, what is left, and the files of their minutes."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offices.access import Desk
from offices.models import AG_ROLES, Absence, Membership, Person
from workflow.models import CycleState, ReportingCycle, Review, Sitting, UpdateState
from workflow.queries import review_queue, voters
from workflow.queries.review_queue import DECIDE, Queue, QueueFilters, Waiting


def open_sitting(desk: Desk, pk: int) -> Sitting | None:
    """Return the sitting if it is open and the person chairs it or stands in for the chair, else ``None``."""
    if not pk or not desk.is_chair:
        return None
    return Sitting.objects.filter(pk=pk, closed_at__isnull=True).select_related("cycle").defer("minutes").first()


def sittings() -> QuerySet[Sitting]:
    """Return all sittings, newest first, without the files of their minutes; with the number of their decisions."""
    return (
        Sitting.objects.select_related("cycle__edition", "chaired_by")
        .defer("minutes")
        .annotate(decisions=Count("reviews"))
        .order_by("-held_on", "-pk")
    )


def running(desk: Desk) -> list[Sitting]:
    """Return the sittings that are open and that the person may lead; no query for others."""
    return list(sittings().filter(closed_at__isnull=True)) if desk.is_chair else []


def sitting(pk: int) -> Sitting | None:
    """Return one sitting as ``sittings`` does, or ``None``."""
    return sittings().filter(pk=pk).first()


def minutes_of(pk: int) -> tuple[Sitting, bytes] | None:
    """Return a closed sitting with the file of its minutes, or ``None``."""
    found = Sitting.objects.filter(pk=pk, closed_at__isnull=False).select_related("cycle").first()
    return (found, bytes(found.minutes)) if found else None


def cycles_to_sit_on() -> list[ReportingCycle]:
    """Return the cycles in which entries wait and of which no sitting is open, with how many wait (``waiting``)."""
    waits = Q(updates__state=UpdateState.IN_REVIEW)
    return list(
        ReportingCycle.objects.exclude(state=CycleState.PLANNED)
        .exclude(Exists(Sitting.objects.filter(cycle=OuterRef("pk"), closed_at__isnull=True)))
        .select_related("edition")
        .annotate(waiting=Count("updates", filter=waits))
        .filter(waiting__gt=0)
    )


def cycle(pk: int) -> ReportingCycle | None:
    """Return the cycle in which a sitting may be opened, or ``None``."""
    return ReportingCycle.objects.exclude(state=CycleState.PLANNED).select_related("edition").filter(pk=pk).first()


def members(today: datetime.date) -> QuerySet[Person]:
    """Return the members of the Arbeitsgruppe, and who stands in for one of them today, by name; one query."""
    roles = Membership.objects.valid_on(today).filter(role__in=AG_ROLES)
    absent = Absence.objects.on(today).filter(deputy=OuterRef("pk"), person__in=roles.values("person"))
    enters = Membership.objects.valid_on(today).filter(person=OuterRef("pk"))
    is_member = Q(Exists(roles.filter(person=OuterRef("pk"))))
    stands_in = Q(Exists(absent)) & Q(Exists(enters))
    return Person.objects.filter(is_member | stands_in, is_active=True).order_by("name", "pk")


def decisions(of: Sitting) -> list[Review]:
    """Return what was decided, in order, each with its run and the number of comments; one query."""
    return list(
        Review.objects.filter(sitting=of)
        .select_related("revision__update__recommendation", "decided_by", "on_behalf_of")
        .annotate(comments=Count("revision__comments"))
        .order_by("decided_at", "pk")
    )


def queue(desk: Desk, of: Sitting, today: datetime.date) -> Queue:
    """Return what waits for a decision in the sitting, longest waiting first."""
    return review_queue.queue(desk, QueueFilters(), today, cycle_id=of.cycle_id)


@dataclass(frozen=True, slots=True)
class Summary:
    """What approving the marked entries would do: which it approves, and which it leaves out and why."""

    ready: list[Waiting]
    left_out: list[tuple[Waiting, str]]
    gone: int

    @property
    def offices(self) -> list[tuple[str, int]]:
        """The offices of the entries that would be approved, with how many."""
        counts: dict[str, int] = {}
        for one in self.ready:
            counts[one.office_label] = counts.get(one.office_label, 0) + 1
        return sorted(counts.items())


def summary(found: Queue, of: Sitting, marked: Collection[int]) -> Summary:
    """Return what approving ``marked`` would do; ``gone`` counts those that wait no more."""
    chosen = [one for one in found.waiting if one.pk in marked]
    own = [one for one in found.own if one.pk in marked]
    missing = _missing(of, [one for one in chosen if one.by_quorum])
    ready = [one for one in chosen if one.step == DECIDE and not missing.get(one.pk)]
    left_out = [(one, _("Your own: somebody else decides.")) for one in own]
    for one in chosen:
        if one not in ready:
            number = missing.get(one.pk, 0)
            said = ngettext("%(number)d vote is missing.", "%(number)d votes are missing.", number)
            left_out.append((one, said % {"number": number}))
    return Summary(ready, left_out, len(set(marked)) - len(chosen) - len(own))


def _missing(of: Sitting, waiting: Sequence[Waiting]) -> dict[int, int]:
    if not waiting:
        return {}
    counted = voters.voters_on_all(of, [one.pk for one in waiting])
    return {one.pk: max(one.quorum - len(counted[one.pk]), 0) for one in waiting}
