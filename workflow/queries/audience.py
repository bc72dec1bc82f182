"""Who is told of a deadline: the people of an office, its head, the coordinators; deputies instead of the absent.

The planner, the words of the daily mail and the forecast all ask here.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from notifications.models import NoticeKind
from offices.access import desk_of
from offices.models import Office, OfficeKind, Person, Role
from offices.queries import people
from workflow.models import WorkStep

PROVIDERS = (OfficeKind.PROVIDER, OfficeKind.ASSOCIATION)
"""Where there is no head to write to within the administration: the coordinators stand in."""

KINDS = (NoticeKind.TASK, NoticeKind.HEAD, NoticeKind.COORDINATION)
"""What is told of a single task."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told: a person, perhaps in place of ``for_whom`` who is absent, or an office's mailbox."""

    addressee: str
    person: Person | None = None
    for_whom: Person | None = None
    mailbox: str = ""

    @property
    def address(self) -> str:
        return self.person.email if self.person else self.mailbox.lower()


def addressee_of(person: Person) -> str:
    """Return how notices name a person."""
    return f"p:{person.pk}"


def addressee_of_mailbox(office_id: int) -> str:
    """Return how notices name an office's mailbox."""
    return f"o:{office_id}"


@dataclass
class Audience:
    """Who is told of what in some offices on one day."""

    offices: Mapping[int, Office]
    clerks: Mapping[int, Sequence[Person]]
    heads: Mapping[int, Sequence[Person]]
    coordinators: Sequence[Person]
    deputies: Mapping[int, Person]
    _known: dict[tuple[str, int | None, str], list[Told]] = field(default_factory=dict)

    def of(self, kind: str, office_id: int | None, step: str) -> list[Told]:
        """Return who gets a notice of ``kind`` for a task of an office (``None``: of the whole city) at ``step``.

        The task itself is asked of the clerks, without any of the heads, without those of the office's mailbox, and
        where nobody can be reached of the coordinators; a signature of the heads alone, and where there is none of the
        coordinators, who can go on without it. Copies go to the heads (for providers to the coordinators) and to the
        coordinators; nobody gets a copy of what they are asked for anyway. The queue of the Arbeitsgruppe is nobody's
        own task (see ``queries.reminders``).
        """
        key = (kind, office_id, step)
        if key not in self._known:
            self._known[key] = self._own(office_id, step) if kind == NoticeKind.TASK else self._copies(*key)
        return self._known[key]

    def is_asked(self, addressee: str, office_id: int | None, step: str) -> bool:
        """Whether the task is asked of ``addressee``."""
        return any(one.addressee == addressee for one in self.of(NoticeKind.TASK, office_id, step))

    def is_out_of_reach(self, office_id: int | None) -> bool:
        """Whether an office has neither people nor a mailbox: the coordinators have to see to it."""
        return office_id is not None and not (
            self.clerks.get(office_id) or self.heads.get(office_id) or self._mailbox(office_id)
        )

    def has_coordinators_as_head(self, office_id: int | None) -> bool:
        """Whether the coordinators stand in for the head of an office."""
        return office_id is not None and self.offices[office_id].kind in PROVIDERS

    def _own(self, office_id: int | None, step: str) -> list[Told]:
        if step == WorkStep.REVIEW:
            return []
        if office_id is None:
            return self._everybody(self.coordinators, deputies=False)
        clerks, heads = self.clerks.get(office_id, ()), self.heads.get(office_id, ())
        nobody = [] if clerks or heads else self._mailbox(office_id)
        if step == WorkStep.SIGN:
            return self._everybody(heads) or [*self._everybody(self.coordinators, deputies=False), *nobody]
        return self._everybody(clerks or heads) or nobody or self._everybody(self.coordinators, deputies=False)

    def _copies(self, kind: str, office_id: int | None, step: str) -> list[Told]:
        if kind == NoticeKind.COORDINATION:
            copies = self._everybody(self.coordinators, deputies=False)
        elif office_id is None:
            copies = []
        elif self.has_coordinators_as_head(office_id):
            copies = self._everybody(self.coordinators, deputies=False)
        else:
            copies = self._everybody(self.heads.get(office_id, ()))
        return [one for one in copies if not self.is_asked(one.addressee, office_id, step)]

    def _everybody(self, persons: Iterable[Person], *, deputies: bool = True) -> list[Told]:
        found: dict[int, Told] = {}
        for person in persons:
            deputy = self.deputies.get(person.pk) if deputies else None
            if deputy is None:
                # Whoever may do it by own right is not told to do it for somebody else.
                found[person.pk] = Told(addressee_of(person), person)
            else:
                found.setdefault(deputy.pk, Told(addressee_of(deputy), deputy, person))
        return list(found.values())

    def _mailbox(self, office_id: int) -> list[Told]:
        mailbox = self.offices[office_id].mailbox
        return [Told(addressee_of_mailbox(office_id), mailbox=mailbox)] if mailbox else []


def read(office_ids: Collection[int], today: datetime.date) -> Audience:
    """Read who is told of what in these offices on ``today``; five queries."""
    offices = {one.pk: one for one in Office.objects.filter(pk__in=office_ids)}
    clerks, heads = people.clerks_of(office_ids, today), people.heads_of(office_ids, today)
    held = {person.pk for of_office in (clerks, heads) for here in of_office.values() for person in here}
    return Audience(offices, clerks, heads, people.coordinators(today), people.deputies_of(held, today))


def reviewers(today: datetime.date) -> list[Told]:
    """Return who reviews on ``today``: the members of the Arbeitsgruppe, deputies instead of the absent; two queries.

    ``for_whom`` is the member in whose place somebody reviews who is none.
    """
    members = people.reviewers(today)
    deputies = people.deputies_of([one.pk for one in members], today)
    here = {one.pk: one for one in members if one.pk not in deputies}
    found = {pk: Told(addressee_of(one), one) for pk, one in here.items()}
    for member in members:
        if (deputy := deputies.get(member.pk)) and desk_of(deputy, today).on_behalf_as(Role.REVIEWER):
            found.setdefault(deputy.pk, Told(addressee_of(deputy), deputy, member))
    return list(found.values())
