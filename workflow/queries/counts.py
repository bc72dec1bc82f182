"""How much open work waits for a person: the numbers in the menu."""

from dataclasses import dataclass

from django.db.models import IntegerField, Q, QuerySet, Subquery

from notifications.models import PausedAddress
from offices.access import Desk
from offices.models import Person
from workflow import access, duties
from workflow.models import DepartmentLetter, LetterState, StatusUpdate, WorkItem, WorkStep


@dataclass(frozen=True, slots=True)
class Counts:
    """Open work: ``tasks`` asked of the person, ``reviews`` on which they may decide or vote now.

    ``requests`` are those for more time, which coordinators decide; ``paused`` are addresses to which no mail goes out
    until somebody has looked after them. ``duties`` are what other rooms put on the coordinators' desk,
    ``voices`` those of them that are about what visitors wrote.
    """

    tasks: int = 0
    reviews: int = 0
    requests: int = 0
    letters: int = 0
    paused: int = 0
    duties: int = 0
    voices: int = 0


class Number(Subquery):
    """How many rows a query has, as a value of another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts(desk: Desk) -> Counts:
    """Count the open work of ``desk``; one query at most, whatever the person is."""
    wanted = numbers(desk)
    if not wanted:
        return Counts()
    return Counts(**Person.objects.filter(pk=desk.person.pk).order_by().values(**wanted).get())


def numbers(desk: Desk) -> dict[str, Number]:
    """Return those of the ``Counts`` that can be more than zero, as values that any query may read along."""
    wanted = {}
    if desk.works_for_an_office or desk.is_coordinator:
        wanted["tasks"] = Number(access.open_tasks(desk).order_by().values("pk"))
    if desk.is_reviewer:
        wanted["reviews"] = Number(_reviews(desk).order_by().values("pk"))
    if desk.is_coordinator:
        asked = WorkItem.objects.filter(step=WorkStep.DECIDE_EXTENSION, is_open=True)
        wanted["requests"] = Number(asked.order_by().values("pk"))
        wanted["letters"] = proposed_letters()
        wanted["duties"] = open_duties()
        wanted["voices"] = Number(duties.open_rows_about("feedback", "barrier").order_by().values("pk"))
    if desk.is_coordinator or desk.is_administrator:
        paused = PausedAddress.objects.filter(ended_at__isnull=True)
        wanted["paused"] = Number(paused.order_by().values("pk"))
    return wanted


def proposed_letters() -> Number:
    """Return how many letters to departments wait for a coordinator's decision, as a value of any query.

    Where no department is on record there is nobody to write to: that is a hint on the page of the letters alone.
    """
    waiting = DepartmentLetter.objects.filter(state=LetterState.PROPOSED, department__isnull=False)
    return Number(waiting.order_by().values("pk"))


def open_duties() -> Number:
    """Return how many tasks beside the flow wait for the coordinators, as a value of any query."""
    return Number(duties.open_rows().order_by().values("pk"))


def _reviews(desk: Desk) -> QuerySet[StatusUpdate]:
    # The queue's own index finds what waits; the rules of access then look at those few alone.
    waiting = WorkItem.objects.filter(step=WorkStep.REVIEW, is_open=True).values("update")
    mine = Q(pk__in=access.decidable_updates(desk).filter(pk__in=waiting).values("pk"))
    mine |= Q(pk__in=access.votable_updates(desk).filter(pk__in=waiting).values("pk"))
    return StatusUpdate.objects.filter(mine)
