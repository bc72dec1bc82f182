"""Who is written to: an office, its head, the coordinators; with those who stand in for somebody absent."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from offices.models import Office, Person
from offices.queries import people


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address and whose it is; a mailbox is nobody's. ``for_whom`` is the absent person that ``person`` replaces."""

    address: str
    person: Person | None = None
    for_whom: Person | None = None

    @property
    def names(self) -> dict[str, str]:
        """What the mail's template needs to greet."""
        return {
            "person_name": self.person.name if self.person else "",
            "for_whom": self.for_whom.name if self.for_whom else "",
        }


def of_office(office: Office, today: datetime.date) -> list[Recipient]:
    """Return the clerks of ``office``; without any its heads; without those its mailbox, if it has one."""
    return _of(office, today, heads_first=False)


def of_heads(office: Office, today: datetime.date) -> list[Recipient]:
    """Return the heads of ``office``; without any its clerks; without those its mailbox, if it has one."""
    return _of(office, today, heads_first=True)


def of_coordinators(today: datetime.date) -> list[Recipient]:
    """Return the coordinators."""
    return [Recipient(one.email, one) for one in people.coordinators(today)]


def _of(office: Office, today: datetime.date, *, heads_first: bool) -> list[Recipient]:
    clerks, heads = people.clerks_of([office.pk], today)[office.pk], people.heads_of([office.pk], today)[office.pk]
    if somebody := (heads or clerks) if heads_first else (clerks or heads):
        return _with_deputies(somebody, today)
    return [Recipient(office.mailbox)] if office.mailbox else []


def _with_deputies(somebody: Sequence[Person], today: datetime.date) -> list[Recipient]:
    deputies = people.deputies_of([one.pk for one in somebody], today)
    found = {one.pk: Recipient(one.email, one) for one in somebody}
    for one in somebody:
        if deputy := deputies.get(one.pk):
            # Whoever is written to anyway gets no second mail as a deputy.
            found.setdefault(deputy.pk, Recipient(deputy.email, deputy, one))
    return list(found.values())
