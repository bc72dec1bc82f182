"""Splits and mergers as coordinators see them: what an office has open, and what became of others."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from concept.models import Assignment, AssignmentRole, Recommendation
from offices.models import Office, OfficeSuccession
from workflow.models import OPEN_STATES, CoSignature, CoSignatureState, Participation, ParticipationState, StatusUpdate


@dataclass(slots=True)
class Row:
    """One recommendation that the office leads or contributes to, and where its open runs stand."""

    recommendation: Recommendation
    role: str | Promise
    states: list[str]

    @property
    def name(self) -> str:
        """The name of the field with which a successor is chosen."""
        return f"fuer-{self.recommendation.pk}"


def rows(office: Office, today: datetime.date) -> list[Row]:
    """Return what goes on with the successors, in printed order; five queries however much it is."""
    held = Assignment.objects.valid_on(today).filter(office=office, recommendation__ended_on__isnull=True)
    roles: dict[int, str] = dict(held.values_list("recommendation", "role"))
    states: dict[int, list[str]] = {}
    led = StatusUpdate.objects.filter(lead_office=office, state__in=OPEN_STATES)
    for update in led.select_related("cycle"):
        roles[update.recommendation_id] = AssignmentRole.LEAD
        states.setdefault(update.recommendation_id, []).append(
            f"{update.cycle.period_label}: {update.get_state_display()}"
        )
    asked = Participation.objects.filter(
        office=office, state=ParticipationState.ASKED, update__state__in=OPEN_STATES
    ).values_list("update__recommendation", flat=True)
    signing = CoSignature.objects.filter(
        office=office, state=CoSignatureState.ASKED, revision__update__state__in=OPEN_STATES
    ).values_list("revision__update__recommendation", flat=True)
    for pk in (*asked, *signing):
        roles.setdefault(pk, AssignmentRole.CONTRIBUTING)
    found = Recommendation.objects.filter(pk__in=roles).select_related("edition")
    words = {
        AssignmentRole.LEAD: pgettext_lazy("succession", "leads"),
        AssignmentRole.CONTRIBUTING: pgettext_lazy("succession", "contributes"),
    }
    return [
        Row(one, words[AssignmentRole(roles[one.pk])], states.get(one.pk, []))
        for one in found.order_by("-edition__adopted_on", "position", "number", "pk")
    ]


def offices_to_choose(today: datetime.date) -> QuerySet[Office]:
    """Return the offices that exist today."""
    return Office.objects.valid_on(today).order_by("number", "name")


def recorded() -> list[OfficeSuccession]:
    """Return what became of which office, newest first."""
    return list(
        OfficeSuccession.objects.select_related("predecessor", "successor").order_by("-on", "predecessor", "-main")
    )
