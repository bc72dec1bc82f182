"""A city of many people, each of whom has something to do: what reminders and their delivery are measured with."""

import datetime

from django.utils import timezone

from concept.models import ActionField, Assignment, AssignmentRole, ConceptEdition, Goal, Recommendation
from notifications.models import Mail, MailState
from offices.models import Membership, Office, Person, Role
from offices.working_days import working_days
from workflow import opening
from workflow.models import WorkItem
from workflow.services import cycles
from workflow.services.cycles import CycleDates
from workflow.services.reminders import plan_reminders

DAY = datetime.timedelta(days=1)


def with_reminders(people: int) -> None:
    """Write a city and let the planner remind everybody in it, on the next working day."""
    now = timezone.now()
    # Never today: what runs at midnight would outlive its mails.
    day = working_days().on_or_after(timezone.localdate(now) + DAY)
    with_tasks(people, due_on=day)
    # What was said at the opening was delivered long ago.
    Mail.objects.update(state=MailState.SENT, sent_at=now)
    plan_reminders(today=day, now=now)


def does_everything(recipient: str) -> None:
    """Let the person with this address do all that their office owes, without a word to the outbox."""
    office = Membership.objects.filter(person__email=recipient).values("office")
    WorkItem.objects.filter(office__in=office).update(is_open=False)


def with_tasks(people: int, *, due_on: datetime.date) -> None:
    """Write so many offices with one clerk each; each leads one recommendation and contributes to its neighbour's."""
    offices = Office.objects.bulk_create(
        Office(number=f"{number:04}", name=f"Amt {number:04}", mailbox=f"amt-{number:04}@stadt.example")
        for number in range(people)
    )
    persons = [
        Person.objects.create_person(f"person-{one.number}@stadt.example", f"Person {one.number}") for one in offices
    ]
    Membership.objects.bulk_create(
        Membership(person=person, role=Role.CLERK, office=office)
        for person, office in zip(persons, offices, strict=True)
    )
    _open_cycle(_edition(offices), due_on)


def _edition(offices: list[Office]) -> ConceptEdition:
    adopted = datetime.datetime(2019, 6, 3, 10, tzinfo=datetime.UTC)
    edition = ConceptEdition.objects.create(
        name="Messung", slug="messung", adopted_on=adopted.date(), published_at=adopted
    )
    field = ActionField.objects.create(edition=edition, number="1", name="Handlungsfeld 1", position=1)
    goal = Goal.objects.create(field=field, number="1.1", text="Ziel 1.1", position=1)
    recommendations = Recommendation.objects.bulk_create(
        Recommendation(
            edition=edition,
            goal=goal,
            key=f"he-{position}",
            number=f"1.1.{position}",
            title=f"Empfehlung {position}: Angebote im Stadtteil gemeinsam planen",
            text="Die Ämter planen ihre Angebote im Stadtteil gemeinsam.",
            position=position,
        )
        for position in range(len(offices))
    )
    Assignment.objects.bulk_create(
        Assignment(recommendation=one, office=offices[(one.position + shift) % len(offices)], role=role)
        for one in recommendations
        for shift, role in ((0, AssignmentRole.LEAD), (1, AssignmentRole.CONTRIBUTING))
    )
    return edition


def _open_cycle(edition: ConceptEdition, due_on: datetime.date) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    period = (datetime.date(due_on.year - 2, 1, 1), datetime.date(due_on.year - 1, 12, 31))
    dates = CycleDates(*period, due_on, opens_on=due_on - 60 * DAY)
    cycle = cycles.create_cycle(edition, dates, by=None, now=now, today=today)
    opening.open_cycle(cycle.pk, by=None, now=now, today=today)
