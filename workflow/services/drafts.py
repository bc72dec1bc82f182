"""Drafts: what a person has written and not handed in, kept as typed.

Two versions never overwrite each other unseen, be they two windows of one person or two people.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from offices.access import desk_of
from offices.errors import ConflictError
from offices.models import Person
from workflow import access, raw
from workflow.models import Draft, EventKind, Participation, StatusUpdate, UpdateState
from workflow.services import history
from workflow.services.moves import move


class DraftConflictError(ConflictError):
    """The same draft was saved elsewhere in the meantime; ``current`` is what stands there now."""

    def __init__(self, current: Draft) -> None:
        super().__init__(_("You saved this draft elsewhere in the meantime. Look at both versions; nothing is lost."))
        self.current = current


class ColleagueDraftError(ConflictError):
    """A colleague saved another text since the writer looked; ``current`` is that draft."""

    def __init__(self, current: Draft) -> None:
        super().__init__(_("A colleague saved this text in the meantime. Look at both versions; nothing is lost."))
        self.current = current


@transaction.atomic
def save_draft(
    update_id: int,
    *,
    by: Person,
    content: dict[str, Any],
    version: int,
    now: datetime.datetime,
    seen: Mapping[int, int] | None = None,
) -> Draft:
    """Keep what ``by`` has written so far of the lead office's entry, valid or not, and return the draft.

    ``version`` is the version the person started from (0: none yet), ``seen`` the versions of colleagues' drafts that
    they know, by id (``None``: do not ask). The first save moves a requested run to "in progress". Raises
    ``DraftConflictError`` if the draft was saved elsewhere since, ``ColleagueDraftError`` if a colleague saved
    something else that the person has not seen, and ``DomainError`` if it is not their turn to write; nothing is
    changed then.
    """
    update = StatusUpdate.objects.select_for_update().select_related("cycle").get(pk=update_id)
    access.require_may_write(by, update)
    drafts = Draft.objects.filter(update=update, participation__isnull=True)
    draft = drafts.filter(person=by).first() or Draft(update=update, person=by, version=0)
    _check(draft, version, content, seen, drafts.filter(based_on=update.submitted))
    draft.based_on = update.submitted
    _keep(draft, content, now)
    if update.state == UpdateState.REQUESTED:
        move(update, UpdateState.DRAFTING, now)
        behalf = desk_of(by).on_behalf_of(update.lead_office_id)
        history.record(update, EventKind.DRAFT_STARTED, by=by, on_behalf_of=behalf, now=now)
    return draft


@transaction.atomic
def save_contribution_draft(
    participation_id: int,
    *,
    by: Person,
    content: dict[str, Any],
    version: int,
    now: datetime.datetime,
    seen: Mapping[int, int] | None = None,
) -> Draft:
    """Keep what ``by`` has written so far of an office's contribution; everything else is as with ``save_draft``."""
    asked = Participation.objects.select_for_update(of=("self",)).select_related("update").get(pk=participation_id)
    access.require_may_contribute(by, asked)
    drafts = Draft.objects.filter(participation=asked)
    draft = drafts.filter(person=by).first()
    draft = draft or Draft(update=asked.update, participation=asked, person=by, version=0)
    _check(draft, version, content, seen, drafts)
    _keep(draft, content, now)
    return draft


def _check(
    draft: Draft,
    version: int,
    content: Mapping[str, Any],
    seen: Mapping[int, int] | None,
    drafts: "QuerySet[Draft]",
) -> None:
    if draft.version != version:
        raise DraftConflictError(draft)
    if seen is None:
        return
    for other in drafts.exclude(person=draft.person).select_related("person").order_by("-saved_at", "-pk"):
        news = other.version > seen.get(other.pk, 0)
        if news and not raw.is_empty(other.content) and raw.differences(content, other.content):
            raise ColleagueDraftError(other)


def _keep(draft: Draft, content: dict[str, Any], now: datetime.datetime) -> None:
    draft.content = content
    draft.version += 1
    draft.saved_at = now
    draft.save()
