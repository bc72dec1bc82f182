"""Who is written to: an office, its head, the coordinators; with those who stand in for somebody absent."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifications.models import MailKind
from notifications.services.outbox import Letter, News
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

    def letter(
        self,
        kind: MailKind,
        key: str,
        template: str,
        context: Mapping[str, Any],
        *,
        topics: tuple[str, ...],
        news: News | None = None,
    ) -> Letter:
        """Return a mail to this recipient."""
        return Letter(
            kind=kind,
            recipient=self.address.strip().lower(),
            key=key,
            template=template,
            context={**context, **self.names},
            person=self.person,
            topics=topics,
            news=news,
            for_whom=self.for_whom,
        )


def of_office(office: Office, today: datetime.date) -> list[Recipient]:
    """Return the clerks of ``office``; without any its heads; without those its mailbox, if it has one."""
    return _of(office, today, heads_first=False)


def of_heads(office: Office, today: datetime.date) -> list[Recipient]:
    """Return the heads of ``office``; without any its clerks; without those its mailbox, if it has one."""
    return _of(office, today, heads_first=True)


def of_coordinators(today: datetime.date) -> list[Recipient]:
    """Return the coordinators."""
    return [Recipient(one.email, one) for one in people.coordinators(today)]


def of_offices(
    offices: Iterable[Office], today: datetime.date, *, heads_first: bool = False
) -> dict[int, list[Recipient]]:
    """Return by office what ``of_office`` (or ``of_heads``) says; three queries for any number of offices."""
    by_id = {office.pk: office for office in offices}
    clerks, heads = people.clerks_of(by_id, today), people.heads_of(by_id, today)
    first, then = (heads, clerks) if heads_first else (clerks, heads)
    somebody = {pk: first[pk] or then[pk] for pk in by_id}
    deputies = people.deputies_of({one.pk for here in somebody.values() for one in here}, today)
    return {
        pk: with_deputies(somebody[pk], deputies) or ([Recipient(office.mailbox)] if office.mailbox else [])
        for pk, office in by_id.items()
    }


def heads_of_offices(offices: Iterable[Office], today: datetime.date) -> dict[int, list[Recipient]]:
    """Return by office its heads and those who stand in for them, nobody else; two queries."""
    heads = people.heads_of({office.pk for office in offices}, today)
    deputies = people.deputies_of({one.pk for here in heads.values() for one in here}, today)
    return {pk: with_deputies(here, deputies) for pk, here in heads.items()}


def _of(office: Office, today: datetime.date, *, heads_first: bool) -> list[Recipient]:
    return of_offices([office], today, heads_first=heads_first)[office.pk]


def with_deputies(somebody: Sequence[Person], deputies: Mapping[int, Person]) -> list[Recipient]:
    """Return ``somebody`` and, behind them, who stands in for one of them; each once."""
    found = {one.pk: Recipient(one.email, one) for one in somebody}
    for one in somebody:
        if deputy := deputies.get(one.pk):
            # Whoever is written to anyway gets no second mail as a deputy.
            found.setdefault(deputy.pk, Recipient(deputy.email, deputy, one))
    return list(found.values())
