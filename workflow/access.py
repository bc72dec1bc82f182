"""Who sees and who acts on status updates. Every page and service of this room asks here."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from offices.access import Desk, desk_of
from offices.errors import DomainError
from offices.models import Person, Role
from workflow.models import (
    UNDECIDED_STATES,
    WRITING_STATES,
    Contribution,
    CoSignature,
    CoSignatureState,
    Participation,
    ParticipationState,
    Passage,
    Reassignment,
    ReassignmentState,
    ReportingCycle,
    ReviewPolicy,
    ReviewVote,
    StatusUpdate,
    UpdateState,
    WorkItem,
    WorkStep,
)
from workflow.published.visibility import STANDS


class NotAllowedError(DomainError):
    """The person may see the run, but this step is not theirs."""


def visible_updates(desk: Desk) -> QuerySet[StatusUpdate]:
    """Return the runs that the person may read.

    Coordinators see all; the Arbeitsgruppe everything that was handed in; clerks and heads what their office leads
    or contributes to, or was asked to take over, and what an office did that theirs follows; readers what is approved
    and was not withdrawn; administrators, as such, nothing.
    """
    updates = StatusUpdate.objects.all()
    if desk.is_coordinator:
        return updates
    allowed: Q = Q(pk__in=[])
    if desk.is_reviewer:
        allowed |= Q(submitted__isnull=False)
    if desk.acting_for:
        contributes = Participation.objects.filter(update=OuterRef("pk"), office__in=desk.heir_of)
        asked = Reassignment.objects.filter(
            update=OuterRef("pk"), to_office__in=desk.acting_for, state=ReassignmentState.PROPOSED
        )
        allowed |= Q(lead_office__in=desk.heir_of) | Q(Exists(contributes)) | Q(Exists(asked))
    if desk.is_reader:
        allowed |= Q(approved__isnull=False) & STANDS
    return updates.filter(allowed)


def may_read_internals(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person sees outlook, internal note, comments and earlier versions."""
    return desk.is_coordinator or desk.is_reviewer or update.lead_office_id in desk.heir_of


def may_write(desk: Desk, update: StatusUpdate) -> bool:
    """Whether it is the person's office that writes, and its turn."""
    return update.lead_office_id in desk.acting_for and update.state in WRITING_STATES


def may_contribute(desk: Desk, participation: Participation) -> bool:
    """Whether the person's office contributes, and is still asked to."""
    return participation.office_id in desk.acting_for and participation.is_open and participation.update.is_open


def may_go_on_without(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person may go on without a contribution or a signature: the lead office and coordinators."""
    return desk.is_coordinator or update.lead_office_id in desk.acting_for


def may_withdraw(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person may take the entry back: the lead office, before anybody has decided or voted on it."""
    return (
        update.lead_office_id in desk.acting_for
        and update.state in UNDECIDED_STATES
        and not ReviewVote.objects.filter(revision=update.submitted_id).exists()
    )


def may_sign(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person is the head (or their deputy) who signs the entry now."""
    return (
        update.lead_office_id in desk.signing_for
        and update.state == UpdateState.SIGNING
        and not CoSignature.objects.filter(revision=update.submitted_id, state=CoSignatureState.ASKED).exists()
    )


def may_answer_comments(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person may answer the Arbeitsgruppe's comments and mark them as done.

    The lead office does as an office; members of the Arbeitsgruppe never about an entry of their own.
    """
    return update.lead_office_id in desk.acting_for or (desk.is_reviewer and not is_conflicted(desk, update))


def own_entries(desk: Desk) -> Q:
    """Return the condition that an entry is the person's own, so that somebody else decides on it.

    That is every entry of an office that they come from or stand in for, every one whose present version they have
    handed in, contributed to or signed themselves, wherever they come from now, and every one in whose text a passage
    is theirs or their office's, whichever office leads by now.
    """
    person = desk.person
    said_before = Q(revision=OuterRef("submitted")) | Q(revision=OuterRef("submitted__confirms"))
    passages = Passage.objects.filter(said_before, Q(written_by=person) | Q(office__in=desk.office_ids))
    co_signed = CoSignature.objects.filter(revision=OuterRef("submitted"), answered_by=person)
    contributed = Contribution.objects.filter(participation__update=OuterRef("pk"), written_by=person)
    return (
        Q(lead_office__in=desk.office_ids)
        | Q(submitted__submitted_by=person)
        | Q(submitted__sign_off__decided_by=person)
        | Q(Exists(co_signed))
        | Q(Exists(contributed))
        | Q(Exists(passages))
    )


def is_own_office(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the entry is one of the person's own office, or of one that they stand in for."""
    return update.lead_office_id in desk.office_ids


def is_conflicted(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the entry is the person's own (``own_entries``); one query at most."""
    return is_own_office(desk, update) or StatusUpdate.objects.filter(own_entries(desk), pk=update.pk).exists()


def may_vote(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person may vote: a member of the Arbeitsgruppe, where the chair decides, never on an own entry."""
    return (
        desk.is_reviewer
        and update.state == UpdateState.IN_REVIEW
        and update.cycle.review_policy == ReviewPolicy.QUORUM
        and not is_conflicted(desk, update)
    )


def decides_in(desk: Desk, cycle: ReportingCycle) -> bool:
    """Whether the person decides on entries of ``cycle`` at all: under a quorum only the chair does."""
    return desk.is_chair if cycle.review_policy == ReviewPolicy.QUORUM else desk.is_reviewer


def may_decide(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person may approve or return under the cycle's policy, never an own entry."""
    return decides_in(desk, update.cycle) and update.state == UpdateState.IN_REVIEW and not is_conflicted(desk, update)


def decidable_updates(desk: Desk) -> QuerySet[StatusUpdate]:
    """Return the runs on which the person may decide now; ``may_decide`` for many."""
    if not desk.is_reviewer:
        return StatusUpdate.objects.none()
    waiting = StatusUpdate.objects.filter(state=UpdateState.IN_REVIEW).exclude(own_entries(desk))
    return waiting if desk.is_chair else waiting.exclude(cycle__review_policy=ReviewPolicy.QUORUM)


def is_writing(update: StatusUpdate, participation: Participation | None) -> bool:
    """Whether the task is still being written, by whomever: the lead's text, or with ``participation`` that one."""
    return update.state in WRITING_STATES and (participation is None or participation.is_open)


def has_the_task(desk: Desk, update: StatusUpdate, participation: Participation | None = None) -> bool:
    """Whether the task is on the desk of the person's office: it may ask for more time, or to give it away."""
    return may_contribute(desk, participation) if participation else may_write(desk, update)


def may_withdraw_offer(desk: Desk, offer: Reassignment) -> bool:
    """Whether the person may take back that another office was asked to take over."""
    return desk.is_coordinator or offer.from_office_id in desk.acting_for


def answers_for(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person answers for what was published: the lead office, or the one that follows it; coordinators."""
    return desk.is_coordinator or update.lead_office_id in desk.heir_of


def may_correct(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person may let the approved entry be corrected (``answers_for``)."""
    return update.state == UpdateState.APPROVED and answers_for(desk, update)


def require_has_the_task(person: Person, update: StatusUpdate, participation: Participation | None) -> None:
    """Raise ``NotAllowedError`` unless the task is on the desk of the person's office."""
    if participation is None:
        require_may_write(person, update)
    else:
        require_may_contribute(person, participation)


def require_may_correct(person: Person, update: StatusUpdate) -> None:
    """Raise ``NotAllowedError`` unless the person may let the entry be corrected."""
    desk = desk_of(person)
    if not answers_for(desk, update):
        raise NotAllowedError(_("This entry belongs to another office."))
    if update.state != UpdateState.APPROVED:
        raise NotAllowedError(_("Only an approved entry can be corrected. Please load the page again."))


def seat_of(desk: Desk) -> int:
    """Return whose seat in the Arbeitsgruppe the person takes: their own, or that of the member they stand in for."""
    member = desk.on_behalf_as(Role.REVIEWER)
    return member.pk if member else desk.person.pk


def votes_of_seat(desk: Desk) -> Q:
    """Return the condition that a vote was given for the person's seat, by themselves or by a deputy."""
    return Q(person=desk.person) | Q(on_behalf_of=seat_of(desk)) | Q(person=seat_of(desk), on_behalf_of__isnull=True)


def votable_updates(desk: Desk) -> QuerySet[StatusUpdate]:
    """Return the runs on which the person may vote and has not yet; ``may_vote`` for many."""
    if not desk.is_reviewer:
        return StatusUpdate.objects.none()
    voted = ReviewVote.objects.filter(votes_of_seat(desk), revision=OuterRef("submitted"))
    waiting = StatusUpdate.objects.filter(state=UpdateState.IN_REVIEW, cycle__review_policy=ReviewPolicy.QUORUM)
    return waiting.exclude(own_entries(desk)).exclude(Exists(voted))


def open_tasks(desk: Desk) -> QuerySet[WorkItem]:
    """Return the open tasks that are asked of the person (``tasks_of``)."""
    return WorkItem.objects.filter(tasks_of(desk), is_open=True)


def tasks_of(desk: Desk) -> Q:
    """Return the condition that a task, open or done, is the person's: of their offices, or a coordinator's decision.

    Signing is asked of heads alone. Reviews are not among them: they wait in a queue of their own.
    """
    mine = Q(office__in=desk.acting_for)
    if desk.signing_for != desk.acting_for:
        mine &= ~Q(step=WorkStep.SIGN) | Q(office__in=desk.signing_for)
    if desk.is_coordinator:
        mine |= Q(step=WorkStep.DECIDE_EXTENSION)
    return mine


def require_may_write(person: Person, update: StatusUpdate) -> None:
    """Raise ``NotAllowedError`` unless ``person`` may write now."""
    desk = desk_of(person)
    if update.lead_office_id not in desk.acting_for:
        raise NotAllowedError(_("This entry belongs to another office."))
    if update.state not in WRITING_STATES:
        raise NotAllowedError(_state_sentence(update))


def require_may_contribute(person: Person, participation: Participation) -> None:
    """Raise ``NotAllowedError`` unless ``person`` may contribute now."""
    if participation.office_id not in desk_of(person).acting_for:
        raise NotAllowedError(_("This contribution belongs to another office."))
    if not participation.is_open:
        raise NotAllowedError(
            {
                ParticipationState.SKIPPED: _("The lead office has gone on without your contribution."),
            }.get(ParticipationState(participation.state), _("This contribution has been handed in already."))
        )
    if not participation.update.is_open:
        raise NotAllowedError(_state_sentence(participation.update))


def require_may_decide(person: Person, update: StatusUpdate) -> None:
    """Raise ``NotAllowedError`` unless ``person`` may decide now."""
    desk = desk_of(person)
    if not desk.is_reviewer:
        raise NotAllowedError(_("Only members of the Arbeitsgruppe decide."))
    if is_own_office(desk, update):
        raise NotAllowedError(_("This entry is from your own office: somebody else decides."))
    if update.state != UpdateState.IN_REVIEW:
        raise NotAllowedError(_state_sentence(update))
    if not decides_in(desk, update.cycle):
        raise NotAllowedError(_("In this cycle the members vote and the chair decides."))
    if is_conflicted(desk, update):
        raise NotAllowedError(_("You have worked on this entry yourself: somebody else decides."))


def require_may_vote(person: Person, update: StatusUpdate) -> None:
    """Raise ``NotAllowedError`` unless ``person`` may vote now."""
    desk = desk_of(person)
    if not desk.is_reviewer:
        raise NotAllowedError(_("Only members of the Arbeitsgruppe decide."))
    if update.cycle.review_policy != ReviewPolicy.QUORUM:
        raise NotAllowedError(_("In this cycle there are no votes: one member decides."))
    if update.state != UpdateState.IN_REVIEW:
        raise NotAllowedError(_state_sentence(update))
    if is_conflicted(desk, update):
        raise NotAllowedError(_("This entry is your own: somebody else votes."))


def require_chair(person: Person) -> None:
    """Raise ``NotAllowedError`` unless ``person`` has the chair of the Arbeitsgruppe, or stands in for it."""
    if not desk_of(person).is_chair:
        raise NotAllowedError(_("Only the chair of the Arbeitsgruppe does this."))


def require_coordinator(person: Person) -> None:
    """Raise ``NotAllowedError`` unless ``person`` coordinates."""
    if not desk_of(person).is_coordinator:
        raise NotAllowedError(_("Only the coordinators do this."))


def _state_sentence(update: StatusUpdate) -> str:
    return {
        UpdateState.SIGNING: _("This entry has been handed in already and is being signed."),
        UpdateState.IN_REVIEW: _("This entry has been handed in already and is being reviewed."),
        UpdateState.APPROVED: _("This entry has been approved already."),
        UpdateState.RETURNED: _("This entry has been returned to the office already."),
        UpdateState.MISSING: _("The cycle is closed. Please ask the coordinators."),
        UpdateState.CANCELLED: _("This request was cancelled. Nothing is asked of you any more."),
    }.get(UpdateState(update.state), _("This entry has not been handed in yet."))
