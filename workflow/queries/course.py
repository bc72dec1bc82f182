"""Changes of course as people meet them: what may be done with a run, and what waits for an answer."""

import datetime
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from offices.access import Desk
from offices.models import Office
from workflow import access
from workflow.models import (
    DeadlineExtension,
    ExtensionState,
    Participation,
    ParticipationState,
    Reassignment,
    ReassignmentState,
    StatusUpdate,
)
from workflow.services.lifecycle import REOPENABLE_STATES


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the person may do with the run, and the page on which it is done."""

    label: str | Promise
    address: str
    hint: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """An open request for more time, and whether the person decides on it or may take it back."""

    request: DeadlineExtension
    may_decide: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """The open question whether another office takes over, and whether the person answers or may take it back."""

    offer: Reassignment
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What may become of a run, for one person."""

    actions: list[Action] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    @property
    def has_questions(self) -> bool:
        return bool(self.extensions or self.offers)


def actions_for(desk: Desk, update: StatusUpdate) -> Course:
    """Return what the person may do with ``update`` beside writing and deciding; three queries at most."""
    extensions = [
        Extension(one, may_decide=desk.is_coordinator, may_withdraw=one.office_id in desk.acting_for)
        for one in open_extensions().filter(update=update)
        if desk.is_coordinator or one.office_id in desk.acting_for
    ]
    offers = [
        Offer(one, may_answer=one.to_office_id in desk.acting_for, may_withdraw=access.may_withdraw_offer(desk, one))
        for one in open_offers().filter(update=update)
        if access.may_withdraw_offer(desk, one) or one.to_office_id in desk.acting_for
    ]
    asked = {one.request.participation_id for one in extensions}
    offered = {one.offer.participation_id for one in offers}
    actions = [
        action
        for about in (None, *_own_contributions(desk, update))
        for action in _task_actions(desk, update, about, asked, offered)
    ]
    return Course([*actions, *_run_actions(desk, update)], extensions, offers)


def _own_contributions(desk: Desk, update: StatusUpdate) -> list[Participation]:
    if not update.is_open or not (desk.acting_for or desk.is_coordinator):
        return []
    found = Participation.objects.filter(update=update, state=ParticipationState.ASKED).order_by("office_label")
    if not desk.is_coordinator:
        found = found.filter(office__in=desk.acting_for)
    own = list(found)
    for one in own:
        one.update = update
    return own


def _task_actions(
    desk: Desk, update: StatusUpdate, about: Participation | None, asked: set[int | None], offered: set[int | None]
) -> list[Action]:
    has_it = access.has_the_task(desk, update, about)
    if not access.is_writing(update, about) or not (has_it or desk.is_coordinator):
        return []
    key = about.pk if about else None
    query, office = (f"?beitrag={about.pk}", about.office_label) if about else ("", "")
    found = []
    if key not in asked:
        label = _("Ask for more time") if has_it else _("Extend the deadline")
        found.append(Action(label, reverse("workflow:extension-request", args=[update.pk]) + query, office))
    if key not in offered:
        label = _("Not your topic? Give it to another office") if has_it else _("Give it to another office")
        found.append(Action(label, reverse("workflow:reassignment-propose", args=[update.pk]) + query, office))
    return found


def _run_actions(desk: Desk, update: StatusUpdate) -> list[Action]:
    found = []
    if access.may_correct(desk, update):
        found.append(Action(_("Correct the published entry"), reverse("workflow:update-correct", args=[update.pk])))
    if desk.is_coordinator and update.withdrawn_at is not None:
        found.append(Action(_("Show the entry again"), reverse("workflow:entry-restore", args=[update.pk])))
    elif desk.is_coordinator and update.approved_id is not None:
        found.append(Action(_("Take the entry off the pages"), reverse("workflow:entry-withdraw", args=[update.pk])))
    if desk.is_coordinator:
        address = f"{reverse('workflow:circular-write')}?von=vorgang&run={update.pk}"
        found.append(Action(_("Write a mail"), address))
    if desk.is_coordinator and update.state in REOPENABLE_STATES:
        found.append(Action(_("Open again"), reverse("workflow:update-reopen", args=[update.pk])))
    if desk.is_coordinator and update.is_open:
        corrected = update.approved_id is not None
        label = _("Discard the correction") if corrected else _("Cancel the request")
        found.append(Action(label, reverse("workflow:update-cancel", args=[update.pk])))
    return found


def open_extensions() -> QuerySet[DeadlineExtension]:
    """Return the requests for more time that nobody has decided, the most urgent first."""
    return (
        DeadlineExtension.objects.filter(state=ExtensionState.REQUESTED)
        .select_related("office", "participation", "requested_by", "update__recommendation", "update__cycle")
        .order_by("before", "pk")
    )


def open_offers() -> QuerySet[Reassignment]:
    """Return the questions whether another office takes over that nobody has answered, the oldest first."""
    return (
        Reassignment.objects.filter(state=ReassignmentState.PROPOSED)
        .select_related(
            "from_office", "to_office", "participation", "proposed_by", "update__recommendation", "update__cycle"
        )
        .order_by("proposed_at", "pk")
    )


def extension(pk: int) -> DeadlineExtension | None:
    """Return the request for more time, decided or not, with all that its page shows."""
    return (
        DeadlineExtension.objects.select_related(
            "office", "participation", "requested_by", "update__recommendation__goal__field", "update__cycle"
        )
        .filter(pk=pk)
        .first()
    )


def offer(pk: int) -> Reassignment | None:
    """Return the question whether another office takes over, answered or not, with all that its page shows."""
    return (
        Reassignment.objects.select_related(
            "from_office",
            "to_office",
            "participation",
            "proposed_by",
            "update__recommendation__goal__field",
            "update__cycle",
        )
        .filter(pk=pk)
        .first()
    )


def participation(update: StatusUpdate, pk: int) -> Participation | None:
    """Return the contribution of ``update`` with this id, with its office."""
    found = Participation.objects.select_related("office").filter(update=update, pk=pk).first()
    if found is not None:
        found.update = update
    return found


def offices_to_choose(today: datetime.date, without: Office) -> QuerySet[Office]:
    """Return the offices that exist today, except ``without``."""
    return Office.objects.valid_on(today).exclude(pk=without.pk).order_by("number", "name")
