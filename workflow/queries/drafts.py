"""Drafts: with which text a person goes on writing."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from offices.models import Person
from workflow import raw as raw_content
from workflow.models import Draft, Participation, Revision, StatusUpdate
from workflow.queries import entries


@dataclass(frozen=True, slots=True)
class Start:
    """The text with which a person goes on writing, and where it comes from.

    ``version`` is that of the person's draft, 0 without one; saving needs it. ``draft`` is the draft whose text this
    is, the person's own or that of a colleague. ``others`` are the drafts of colleagues, newest first.
    """

    raw: dict[str, Any]
    version: int
    draft: Draft | None = None
    others: tuple[Draft, ...] = ()

    @property
    def colleague(self) -> Draft | None:
        """The newest draft of somebody else in the office, if any."""
        return self.others[0] if self.others else None

    @property
    def seen(self) -> dict[int, int]:
        """The versions of the colleagues' drafts as they are now, by id."""
        return {draft.pk: draft.version for draft in self.others}

    @property
    def seen_when_saved(self) -> dict[int, int]:
        """As ``seen``, without those that were saved after the person's own draft."""
        saved_at = self.draft.saved_at if self.draft else None
        return {draft.pk: draft.version for draft in self.others if saved_at is None or draft.saved_at <= saved_at}


def start(update: StatusUpdate, person: Person, *, from_colleague: bool = False) -> Start:
    """Return where ``person`` goes on writing the entry of the lead office.

    Their own draft if it is about the version on the desk; else the version that was returned; else what a colleague
    has begun; else nothing. ``from_colleague`` prefers the colleague's draft, if there is one.
    """
    drafts = _newest_first(Draft.objects.filter(update=update, participation__isnull=True))
    return _start(
        [draft for draft in drafts if draft.based_on_id == update.submitted_id],
        next((draft for draft in drafts if draft.person_id == person.pk), None),
        person,
        returned=update.submitted_id,
        from_colleague=from_colleague,
    )


def start_contribution(participation: Participation, person: Person, *, from_colleague: bool = False) -> Start:
    """Return where ``person`` goes on writing the contribution of their office; as ``start``."""
    drafts = _newest_first(Draft.objects.filter(participation=participation))
    mine = next((draft for draft in drafts if draft.person_id == person.pk), None)
    return _start(drafts, mine, person, returned=None, from_colleague=from_colleague)


def _newest_first(drafts: "QuerySet[Draft]") -> list[Draft]:
    return list(drafts.select_related("person").order_by("-saved_at", "-pk"))


def _start(
    current: Collection[Draft], mine: Draft | None, person: Person, *, returned: int | None, from_colleague: bool
) -> Start:
    version = mine.version if mine else 0
    others = tuple(draft for draft in current if draft.person_id != person.pk)
    chosen = mine if mine is not None and mine in current else None
    if others and (from_colleague or not (chosen or returned)):
        chosen = others[0]
    if chosen is not None:
        return Start(raw_content.complete(chosen.content), version, chosen, others)
    return Start(_returned(returned) if returned else raw_content.complete({}), version, None, others)


def _returned(revision_id: int) -> dict[str, Any]:
    revision = entries.readable(Revision.objects.all()).get(pk=revision_id)
    content = entries.entry_of(revision, internals=True).content
    return raw_content.of(content)


def own(update: StatusUpdate, person: Person, participation: Participation | None = None) -> Draft | None:
    """Return the person's own draft of the entry, or of the contribution, whatever version it is about."""
    return Draft.objects.filter(update=update, participation=participation, person=person).first()


def of_colleague(
    update: StatusUpdate, person: Person, participation: Participation | None, *, pk: int, version: int
) -> Draft | None:
    """Return a colleague's draft of the same text if it still is the version that was shown."""
    drafts = Draft.objects.filter(update=update, participation=participation, pk=pk, version=version)
    return drafts.exclude(person=person).first()
