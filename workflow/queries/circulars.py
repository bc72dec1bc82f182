"""Who would get a mail to a selection of the board, and about which runs.

A constant number of queries per 1,000 runs.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.services import addresses
from offices.models import AG_ROLES, Membership, Office, Person
from offices.queries import people
from workflow import desk_links
from workflow.models import Participation, StatusUpdate, WorkItem, WorkStep
from workflow.services import nudges, recipients
from workflow.services.recipients import Recipient

SLICE = 1_000


class Audience(models.TextChoices):
    """Whom a mail to a selection is for."""

    DESK = "tisch", gettext_lazy("whoever has it on their desk now")
    LEAD = "federfuehrung", gettext_lazy("all clerks of the lead offices")
    CONTRIBUTORS = "beteiligte", gettext_lazy("the contributing offices")
    HEADS = "leitung", gettext_lazy("the heads of the lead offices")


@dataclass
class Addressee:
    """Somebody who gets the mail, or an office's mailbox (no ``person``), once for all reasons.

    ``links`` are, by run, the page to which the mail leads. ``at`` are the offices for which it comes. ``for_whom`` are
    the absent people for whom they stand in, if that alone is why they are written to. To a ``paused`` address nothing
    is sent at the moment: the mail waits.
    """

    address: str
    person: Person | None
    links: dict[int, str] = field(default_factory=dict)
    at: dict[str, None] = field(default_factory=dict)
    for_whom: dict[str, None] = field(default_factory=dict)
    by_own_right: bool = False
    paused: bool = False

    @property
    def name(self) -> str:
        return self.person.name if self.person else ""

    @property
    def offices(self) -> str:
        return ", ".join(self.at)

    @property
    def absent(self) -> str:
        """The names of those for whom they stand in; empty for whoever gets the mail by own right."""
        return "" if self.by_own_right else ", ".join(self.for_whom)

    def add(self, one: Recipient, where: str, update_id: int, link: str) -> None:
        """Write to them because of one more run; its first link stays."""
        self.links.setdefault(update_id, link)
        self.at[where] = None
        if one.for_whom is None:
            self.by_own_right = True
        else:
            self.for_whom[one.for_whom.name] = None


@dataclass
class Circulation:
    """Who gets a mail about which runs. ``titles`` are those of all runs of the selection, in printed order.

    ``unreached`` says in a sentence each which offices were meant and cannot be reached.
    """

    titles: dict[int, str] = field(default_factory=dict)
    addressees: list[Addressee] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)

    @property
    def people(self) -> int:
        return sum(one.person is not None for one in self.addressees)

    @property
    def mailboxes(self) -> int:
        return len(self.addressees) - self.people

    @property
    def example(self) -> Addressee:
        """Somebody whose mail looks like most others; there is at least one."""
        return next((one for one in self.addressees if one.person and not one.absent), self.addressees[0])

    @property
    def heard(self) -> dict[int, int]:
        """By run how many hear of it; runs of which nobody does are left out."""
        found: dict[int, int] = defaultdict(int)
        for one in self.addressees:
            for update_id in one.links:
                found[update_id] += 1
        return dict(found)

    @property
    def unheard(self) -> list[str]:
        """The runs of the selection of which nobody would hear."""
        heard = self.heard
        return [title for pk, title in self.titles.items() if pk not in heard]

    @property
    def fingerprint(self) -> str:
        """Changes whenever somebody else would get the mail, or about other runs."""
        said = sorted(f"{one.address}|{one.name}|{sorted(one.links)}" for one in self.addressees)
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


class _Run(NamedTuple):
    pk: int
    lead_office: int
    title: str


class _Reason(NamedTuple):
    """Why an office is written to about a run, and where the mail leads."""

    office: int
    update: int
    link: str


def circulation(update_ids: Sequence[int], audiences: Collection[str], today: datetime.date) -> Circulation:
    """Return who gets a mail about these runs, by name, the mailboxes last. Nothing is written.

    Whoever is meant for several reasons, or for several offices, gets one mail. An office without clerks is reached
    through its heads, and without those through its mailbox; heads are written to as heads alone. During an absence
    the deputy gets it as well.
    """
    found = _Found(today)
    runs = _runs(update_ids)
    ids = [run.pk for run in runs]
    if Audience.DESK in audiences:
        found.add_desks(ids, {run.pk: run.lead_office for run in runs})
    if Audience.LEAD in audiences:
        found.clerks += [_Reason(run.lead_office, run.pk, desk_links.run(run.pk)) for run in runs]
    if Audience.CONTRIBUTORS in audiences:
        found.clerks += _contributing(ids)
    if Audience.HEADS in audiences:
        found.heads += [_Reason(run.lead_office, run.pk, desk_links.run(run.pk)) for run in runs]
    addressees, unreached = found.resolved()
    return Circulation({run.pk: run.title for run in runs}, addressees, unreached)


class _Found:
    """Collects who is meant, then asks once for each way of reaching an office."""

    def __init__(self, today: datetime.date) -> None:
        self._today = today
        self.clerks: list[_Reason] = []
        self.signers: list[_Reason] = []
        self.heads: list[_Reason] = []
        self._others: list[tuple[Recipient, str, int, str]] = []

    def add_desks(self, update_ids: Sequence[int], lead_offices: Mapping[int, int]) -> None:
        """Add whoever has something to do now: offices, heads, and the Arbeitsgruppe without the lead office's own."""
        for item in nudges.open_items(update_ids):
            reason = _Reason(item.office_id or 0, item.update_id, desk_links.address_of(item))
            (self.signers if item.step == WorkStep.SIGN else self.clerks).append(reason)
        in_review = _in_review(update_ids)
        if not in_review:
            return
        members = _members(self._today)
        people_ = [one for one, _offices in members.values()]
        to = recipients.with_deputies(people_, people.deputies_of(members, self._today))
        for update_id in in_review:
            link = desk_links.address(WorkStep.REVIEW, update_id)
            for one in to:
                seat = (one.for_whom or one.person or people_[0]).pk
                if lead_offices[update_id] not in members[seat][1]:
                    self._others.append((one, _("Arbeitsgruppe"), update_id, link))

    def resolved(self) -> tuple[list[Addressee], list[str]]:
        """Return who is reached, and of which offices nobody is, in a sentence each."""
        by_address: dict[str, Addressee] = {}
        unreached: set[str] = set()
        for reasons, reach in (
            (self.clerks, recipients.of_offices),
            (self.signers, partial(recipients.of_offices, heads_first=True)),
            (self.heads, recipients.heads_of_offices),
        ):
            if not reasons:
                continue
            offices = Office.objects.in_bulk({one.office for one in reasons})
            reached = reach(offices.values(), self._today)
            for reason in reasons:
                label = offices[reason.office].label
                for one in reached[reason.office]:
                    _at(by_address, one).add(one, label, reason.update, reason.link)
                if not reached[reason.office]:
                    unreached.add(_nobody(label, heads_alone=reasons is self.heads))
        for one, where, update_id, link in self._others:
            _at(by_address, one).add(one, where, update_id, link)
        for address in addresses.paused(by_address):
            by_address[address].paused = True
        ordered = sorted(by_address.values(), key=lambda one: (one.person is None, one.name, one.address))
        return ordered, sorted(unreached)


def _nobody(office: str, *, heads_alone: bool) -> str:
    said = (
        _("%(office)s: no head of office works here") if heads_alone else _("%(office)s: nobody works here, no mailbox")
    )
    return said % {"office": office}


def _at(by_address: dict[str, Addressee], one: Recipient) -> Addressee:
    address = one.address.strip().lower()
    found = by_address.setdefault(address, Addressee(address, one.person))
    # A person at an address that is also an office's mailbox is greeted by name.
    found.person = found.person or one.person
    return found


def _runs(update_ids: Sequence[int]) -> list[_Run]:
    rows = [
        row
        for part in _sliced(update_ids)
        for row in StatusUpdate.objects.filter(pk__in=part).values_list(
            "recommendation__position",
            "recommendation__number",
            "pk",
            "lead_office",
            "recommendation__title",
        )
    ]
    return [_Run(pk, office, f"{number} {title}") for _position, number, pk, office, title in sorted(rows)]


def _contributing(update_ids: Sequence[int]) -> list[_Reason]:
    return [
        _Reason(office, update_id, desk_links.run(update_id))
        for part in _sliced(update_ids)
        for office, update_id in Participation.objects.filter(update__in=part)
        .order_by("update", "pk")
        .values_list("office", "update")
    ]


def _in_review(update_ids: Sequence[int]) -> list[int]:
    return [
        pk
        for part in _sliced(update_ids)
        for pk in WorkItem.objects.filter(update__in=part, is_open=True, step=WorkStep.REVIEW)
        .order_by("update")
        .values_list("update", flat=True)
    ]


def _members(today: datetime.date) -> dict[int, tuple[Person, set[int]]]:
    """Return the members of the Arbeitsgruppe by id, each with all offices from which they come; one query."""
    held = Membership.objects.valid_on(today).filter(person__is_active=True)
    members = held.filter(role__in=AG_ROLES).values("person")
    found: dict[int, tuple[Person, set[int]]] = {}
    for one in held.filter(person__in=members).select_related("person").order_by("person__name", "person"):
        _person, offices = found.setdefault(one.person_id, (one.person, set()))
        if one.office_id is not None:
            offices.add(one.office_id)
    return found


def _sliced(update_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (update_ids[start : start + SLICE] for start in range(0, len(update_ids), SLICE))
