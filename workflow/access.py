"""Who sees and who acts on status updates. Every page and service of this room asks here."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from offices.access import Desk, desk_of
from offices.errors import DomainError
from offices.models import Person
from workflow.models import WRITING_STATES, Participation, StatusUpdate, UpdateState


class NotAllowedError(DomainError):
    """The person may see the run, but this step is not theirs."""


def visible_updates(desk: Desk) -> QuerySet[StatusUpdate]:
    """Return the runs that the person may read.

    Coordinators see all; the Arbeitsgruppe everything that was handed in; clerks and heads what their office leads
    or contributes to; readers what is approved; administrators, as such, nothing.
    """
    updates = StatusUpdate.objects.all()
    if desk.is_coordinator:
        return updates
    allowed: Q = Q(pk__in=[])
    if desk.is_reviewer:
        allowed |= Q(submitted__isnull=False)
    if desk.acting_for:
        contributes = Participation.objects.filter(update=OuterRef("pk"), office__in=desk.acting_for)
        allowed |= Q(lead_office__in=desk.acting_for) | Q(Exists(contributes))
    if desk.is_reader:
        allowed |= Q(approved__isnull=False)
    return updates.filter(allowed)


def may_read_internals(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person sees outlook, internal note, comments and earlier versions."""
    return desk.is_coordinator or desk.is_reviewer or update.lead_office_id in desk.acting_for


def may_write(desk: Desk, update: StatusUpdate) -> bool:
    """Whether it is the person's office that writes, and its turn."""
    return update.lead_office_id in desk.acting_for and update.state in WRITING_STATES


def is_own_office(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the entry is one of the person's own office."""
    return update.lead_office_id in desk.office_ids


def may_decide(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person may approve or return: a member of the Arbeitsgruppe, never for the own office."""
    return desk.is_reviewer and update.state == UpdateState.IN_REVIEW and not is_own_office(desk, update)


def require_may_write(person: Person, update: StatusUpdate) -> None:
    """Raise ``NotAllowedError`` unless ``person`` may write now."""
    desk = desk_of(person)
    if update.lead_office_id not in desk.acting_for:
        raise NotAllowedError(_("This entry belongs to another office."))
    if update.state not in WRITING_STATES:
        raise NotAllowedError(_state_sentence(update))


def require_may_decide(person: Person, update: StatusUpdate) -> None:
    """Raise ``NotAllowedError`` unless ``person`` may decide now."""
    desk = desk_of(person)
    if not desk.is_reviewer:
        raise NotAllowedError(_("Only members of the Arbeitsgruppe decide."))
    if is_own_office(desk, update):
        raise NotAllowedError(_("This entry is from your own office: somebody else decides."))
    if update.state != UpdateState.IN_REVIEW:
        raise NotAllowedError(_state_sentence(update))


def _state_sentence(update: StatusUpdate) -> str:
    return {
        UpdateState.IN_REVIEW: _("This entry has been handed in already and is being reviewed."),
        UpdateState.APPROVED: _("This entry has been approved already."),
        UpdateState.RETURNED: _("This entry has been returned to the office already."),
        UpdateState.MISSING: _("The cycle is closed. Please ask the coordinators."),
    }.get(UpdateState(update.state), _("This entry has not been handed in yet."))
