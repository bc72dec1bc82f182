"""To the office the Arbeitsgruppe speaks with one voice: whose words and steps those of the Arbeitsgruppe are."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from offices.access import Desk
from offices.models import AG_ROLES, OFFICE_ROLES, Absence, Membership
from workflow.models import CommentAnswer, Event, EventKind

ALWAYS = (EventKind.VOTED, EventKind.RETURNED)
"""What only the Arbeitsgruppe does and the office must not put a name to: who asks would say how somebody voted."""


def knows_members(desk: Desk) -> bool:
    """Whether the person may know which member of the Arbeitsgruppe has written something."""
    return desk.is_reviewer or desk.is_coordinator


def answers() -> QuerySet[CommentAnswer]:
    """Return all answers, oldest first, with their writers and ``of_group``; still one query."""
    of_group = _of_group("written_by", "comment__revision__update__lead_office")
    return CommentAnswer.objects.select_related("written_by").annotate(of_group=of_group).order_by("pk")


def is_of_office(answer: CommentAnswer) -> bool:
    """Whether the lead office and not the Arbeitsgruppe gives the answer; one query."""
    spoken_by = _of_group("written_by", "comment__revision__update__lead_office")
    return not CommentAnswer.objects.filter(spoken_by, pk=answer.pk).exists()


def with_voice(events: QuerySet[Event], desk: Desk) -> QuerySet[Event]:
    """Return the events with ``by_group``: whether ``desk`` reads the Arbeitsgruppe's name instead of a person's."""
    if knows_members(desk):
        return events.annotate(by_group=Value(value=False))
    answered = Q(kind=EventKind.COMMENT_ANSWERED) & _of_group("actor", "update__lead_office")
    return events.annotate(by_group=Q(kind__in=ALWAYS) | answered)


def _of_group(person: str, lead_office: str) -> Q:
    """Return the condition that somebody speaks as a member, or in a member's place, and not as the lead office."""
    stood_in = Absence.objects.filter(deputy=OuterRef(person))
    member = Membership.objects.filter(person=OuterRef(person))
    office = OuterRef(lead_office)
    in_group = Exists(member.filter(role__in=AG_ROLES)) | Exists(
        stood_in.filter(person__memberships__role__in=AG_ROLES)
    )
    in_office = Exists(member.filter(office=office, role__in=OFFICE_ROLES)) | Exists(
        stood_in.filter(person__memberships__office=office, person__memberships__role__in=OFFICE_ROLES)
    )
    return Q(in_group) & ~Q(in_office)
