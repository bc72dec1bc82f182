"""Signatures as people read them: who is asked, who has answered, and what became of a contribution."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from offices.access import Desk
from offices.queries import people
from workflow import access, diff
from workflow.authorship import ALIKE, likeness, paragraphs
from workflow.content import TEXT_FIELDS
from workflow.diff import Segment
from workflow.models import (
    Contribution,
    CoSignature,
    CoSignatureState,
    EntryKind,
    Participation,
    Passage,
    Revision,
    SignOff,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import authors, entries
from workflow.queries.authors import Passages
from workflow.queries.entries import Entry
from workflow.services import work_items
from workflow.wording import FIELD_LABELS


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures on the version that was handed in last.

    ``waits`` is whether the head of the lead office is asked now; ``has_head`` whether there is one, asked for only
    then.
    """

    co_signatures: list[CoSignature]
    sign_off: SignOff | None
    asks_for_sign_off: bool
    waits: bool
    due_on: datetime.date | None
    has_head: bool

    @property
    def asked(self) -> list[CoSignature]:
        """The offices that have not answered yet."""
        return [one for one in self.co_signatures if one.state == CoSignatureState.ASKED]

    @property
    def is_empty(self) -> bool:
        return not self.co_signatures and not self.asks_for_sign_off


def signatures(update: StatusUpdate, today: datetime.date) -> Signatures | None:
    """Return the signatures on the newest version; ``None`` before one was handed in. At most three queries."""
    if update.submitted_id is None:
        return None
    found = list(
        CoSignature.objects.filter(revision=update.submitted_id)
        .select_related("answered_by", "on_behalf_of")
        .order_by("office_label", "pk")
    )
    revision = Revision.objects.select_related("sign_off__decided_by", "sign_off__on_behalf_of").get(
        pk=update.submitted_id
    )
    asks, sign_off = revision.asks_for_sign_off, getattr(revision, "sign_off", None)
    asked = any(one.state == CoSignatureState.ASKED for one in found)
    waits = asks and sign_off is None and not asked and update.state == UpdateState.SIGNING
    return Signatures(
        co_signatures=found,
        sign_off=sign_off,
        asks_for_sign_off=asks,
        waits=waits,
        due_on=work_items.sign_due_on(update) if asks else None,
        has_head=not waits or bool(people.heads_of([update.lead_office_id], today)[update.lead_office_id]),
    )


# --- What became of a contribution ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one passage of a contribution; without any ``segments`` nothing of it is recognisable any more."""

    label: str
    text: str
    segments: list[Segment]

    @property
    def is_unchanged(self) -> bool:
        return bool(self.segments) and all(one.kind == "same" for one in self.segments)


@dataclass(frozen=True, slots=True)
class OwnContribution:
    """The contribution of one office beside the version that was handed in.

    ``measures`` are its measures, each with whether it is named there.
    """

    contribution: Contribution
    passages: list[Fate]
    measures: list[tuple[str, bool]]

    @property
    def is_nil_return(self) -> bool:
        return self.contribution.kind == EntryKind.NIL_RETURN

    @property
    def is_unchanged(self) -> bool:
        return all(one.is_unchanged for one in self.passages) and all(there for _title, there in self.measures)


def own_contributions(desk: Desk, update: StatusUpdate) -> list[OwnContribution]:
    """Return the newest contributions of the person's offices and what became of them; constant number of queries."""
    delivered = Participation.objects.filter(
        update=update, office__in=desk.acting_for, contribution__isnull=False
    ).values("contribution")
    contributions = list(
        Contribution.objects.filter(pk__in=delivered)
        .select_related("participation")
        .prefetch_related("measures")
        .order_by("office_label", "pk")
    )
    passages = list(Passage.objects.filter(revision=update.submitted_id).order_by("position")) if contributions else []
    return [_own(one, passages) for one in contributions]


def _own(contribution: Contribution, passages: Sequence[Passage]) -> OwnContribution:
    office = contribution.participation.office_id
    theirs = [one for one in passages if one.office_id == office]
    named = {one.text for one in passages if one.field == "measures"}
    return OwnContribution(
        contribution=contribution,
        passages=[
            _fate(name, text, [one.text for one in theirs if one.field == name])
            for name in TEXT_FIELDS
            if (text := getattr(contribution, name).strip())
        ],
        measures=[(one.title, one.title in named) for one in contribution.measures.all()],
    )


def _fate(name: str, text: str, kept: Sequence[str]) -> Fate:
    return Fate(str(FIELD_LABELS[name]), text, list(_compared(paragraphs(text), kept)) if kept else [])


def _compared(written: Sequence[str], kept: Sequence[str]) -> Iterator[Segment]:
    """Compare each paragraph that was written with the one that it became, in the order of writing."""
    rest = list(kept)
    for number, paragraph in enumerate(written):
        if number:
            yield Segment("same", "\n\n")
        heir = max(rest, key=lambda one: likeness(paragraph, one), default="")
        if heir and likeness(paragraph, heir) > ALIKE / 2:
            rest.remove(heir)
            yield from diff.segments(paragraph, heir)
        else:
            yield Segment("gone", paragraph)


# --- The page on which somebody signs -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignSheet:
    """Everything that somebody needs to sign: the entry as handed in, and what is asked of whom.

    ``mine`` are the co-signatures of the person's offices; ``may_sign`` is whether the person signs as head now,
    ``signs`` whether they are the head of the lead office at all.
    """

    update: StatusUpdate
    revision: Revision
    entry: Entry
    signatures: Signatures
    mine: list[CoSignature]
    authors: Passages
    own: list[OwnContribution]
    signs: bool
    may_sign: bool

    @property
    def to_answer(self) -> list[CoSignature]:
        """The co-signatures that the person can give now."""
        return [one for one in self.mine if one.state == CoSignatureState.ASKED]


def may_open(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the page is the person's: a contributing office's, or that of the head who signs; one query at most."""
    if update.lead_office_id in desk.signing_for:
        return True
    return bool(desk.acting_for) and Participation.objects.filter(update=update, office__in=desk.acting_for).exists()


def sheet(desk: Desk, update: StatusUpdate, today: datetime.date) -> SignSheet | None:
    """Return what the person signs; ``None`` before anything was handed in. Constant number of queries."""
    found = signatures(update, today)
    if found is None or update.submitted_id is None:
        return None
    revision = (
        entries.readable(Revision.objects.filter(pk=update.submitted_id))
        .select_related("submitted_by", "on_behalf_of", "confirms__update__cycle")
        .get()
    )
    signs = update.lead_office_id in desk.signing_for
    return SignSheet(
        update=update,
        revision=revision,
        entry=entries.entry_of(revision, internals=access.may_read_internals(desk, update)),
        signatures=found,
        mine=[one for one in found.co_signatures if one.office_id in desk.acting_for],
        authors=authors.if_shared(authors.of(revision)),
        own=own_contributions(desk, update),
        signs=signs,
        may_sign=signs and found.waits,
    )


def next_step(update_id: int) -> str:
    """Return in a sentence who has the next step with a run that has just been handed in or signed."""
    update = StatusUpdate.objects.only("state", "submitted", "lead_office_label").get(pk=update_id)
    if update.state != UpdateState.SIGNING:
        return _("Next, the Arbeitsgruppe reviews it.")
    asked = CoSignature.objects.filter(revision=update.submitted_id, state=CoSignatureState.ASKED)
    labels = ", ".join(asked.order_by("office_label").values_list("office_label", flat=True))
    if labels:
        return _("Next, these offices co-sign: %(offices)s.") % {"offices": labels}
    return _("Next, the head of the lead office signs: %(office)s.") % {"office": update.lead_office_label}
