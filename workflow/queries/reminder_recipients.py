"""Whom a cycle's reminders reach, person by person."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Min

from notifications.models import NoticeKind
from offices.models import Person
from workflow.queries import audience, reminders
from workflow.queries.audience import Told


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who has a task, whoever's date comes first on top; who reviews; and who besides hears of what is overdue.

    Nobody is named twice.
    """

    asked: list[Person]
    reviewers: list[Person]
    informed: list[Person]

    def __iter__(self) -> Iterator[Person]:
        yield from (*self.asked, *self.reviewers, *self.informed)


def recipients_of(cycle_id: int, day: datetime.date) -> Recipients:
    """Return whom the open work of a cycle concerns on ``day``; deputies instead of the absent.

    Eight queries, and two more for each deputy in the Arbeitsgruppe.
    """
    rows = (
        reminders.open_work()
        .filter(update__cycle=cycle_id)
        .order_by()
        .values_list("office", "step")
        .annotate(first=Min("due_on"))
    )
    places = sorted(rows, key=lambda row: (row[2], row[1], row[0] or 0))
    heard = audience.read({office for office, _step, _due in places if office is not None}, day)
    known: set[int] = set()
    asked = _new(known, (told for office, step, _due in places for told in heard.of(NoticeKind.TASK, office, step)))
    reviewers = _new(known, audience.reviewers(day)) if places else []
    copies = (
        told
        for office, step, _due in places
        for kind in reminders.kinds_at(step)
        if kind != NoticeKind.TASK
        for told in heard.of(kind, office, step)
    )
    return Recipients(asked, reviewers, _new(known, copies))


def _new(known: set[int], told: Iterable[Told]) -> list[Person]:
    """Return the people of ``told`` who are not known yet, and know them from now on."""
    found = []
    for one in told:
        if one.person is not None and one.person.pk not in known:
            known.add(one.person.pk)
            found.append(one.person)
    return found
