"""Drafts: with which text a person goes on writing."""

from dataclasses import dataclass
from typing import Any

from offices.models import Person
from workflow import raw as raw_content
from workflow.models import Draft, Revision, StatusUpdate
from workflow.queries import entries


@dataclass(frozen=True, slots=True)
class Start:
    """The text with which a person goes on writing, and where it comes from.

    ``version`` is that of the person's draft, 0 without one; saving needs it. ``draft`` is the draft whose text this
    is, the person's own or that of a colleague. ``colleague`` is the newest other draft of the office, if any.
    """

    raw: dict[str, Any]
    version: int
    draft: Draft | None = None
    colleague: Draft | None = None


def start(update: StatusUpdate, person: Person, *, from_colleague: bool = False) -> Start:
    """Return where ``person`` goes on writing.

    Their own draft if it is about the version on the desk; else the version that was returned; else what a colleague
    has begun; else nothing. ``from_colleague`` prefers the colleague's draft, if there is one.
    """
    drafts = list(Draft.objects.filter(update=update).select_related("person").order_by("-saved_at", "-pk"))
    mine = next((draft for draft in drafts if draft.person_id == person.pk), None)
    version = mine.version if mine else 0
    current = [draft for draft in drafts if draft.based_on_id == update.submitted_id]
    colleague = next((draft for draft in current if draft.person_id != person.pk), None)
    if from_colleague and colleague:
        return Start(raw_content.complete(colleague.content), version, colleague, colleague)
    if mine in current:
        return Start(raw_content.complete(mine.content), version, mine, colleague)
    if update.submitted_id:
        return Start(_returned(update.submitted_id), version, None, colleague)
    if colleague:
        return Start(raw_content.complete(colleague.content), version, colleague, colleague)
    return Start(raw_content.complete({}), version)


def _returned(revision_id: int) -> dict[str, Any]:
    revision = entries.readable(Revision.objects.all()).get(pk=revision_id)
    content = entries.entry_of(revision, internals=True).content
    return raw_content.of(content)


def draft_of(update: StatusUpdate, person: Person) -> Draft | None:
    """Return the person's own draft, whatever version it is about."""
    return Draft.objects.filter(update=update, person=person).first()
