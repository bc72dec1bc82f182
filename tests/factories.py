"""Small builders for tests: each makes one valid object, with the given fields set."""

import datetime
from dataclasses import fields as dataclass_fields
from typing import Any

from django.utils import timezone
from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from concept.models import ActionField, Assignment, AssignmentRole, ConceptEdition, Goal, Recommendation
from notifications.models import Mail, MailKind, MailTopic
from offices.models import Absence, Membership, Office, Person, Role
from workflow import opening
from workflow.content import EntryContent
from workflow.models import Participation, ParticipationState, ReportingCycle, WorkItem, WorkStep
from workflow.services import cycles
from workflow.services.cycle_policies import CyclePolicy
from workflow.services.cycles import CycleDates

TODAY = datetime.date(2026, 11, 23)
"""The day on which tests play, unless they say otherwise."""

NOW = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)
"""That day, ten o'clock in Kassel."""


def office(number: str = "51", name: str = "Jugendamt", **fields: Any) -> Office:
    return Office.objects.create(number=number, name=name, **fields)


def person(email: str = "person@stadt.example", name: str = "Person", **fields: Any) -> Person:
    return Person.objects.create_person(email, name, **fields)


def member(
    role: Role, at: Office | None = None, *, email: str | None = None, name: str | None = None, **fields: Any
) -> Person:
    """A person with one role; the address follows from role and office."""
    where = f"-{at.number or at.pk}" if at else ""
    somebody = person(email or f"{role}{where}@stadt.example", name or f"{role.label}{where}")
    Membership.objects.create(person=somebody, role=role, office=at, **fields)
    return somebody


def absence(
    of: Person,
    deputy: Person,
    *,
    first_day: datetime.date | None = None,
    last_day: datetime.date | None = None,
    **fields: Any,
) -> Absence:
    """An absence with a deputy: around the day on which tests play and the real one, unless said otherwise."""
    fields.setdefault("entered_at", NOW)
    return Absence.objects.create(
        person=of,
        deputy=deputy,
        first_day=first_day or min(TODAY, timezone.localdate()) - datetime.timedelta(days=7),
        last_day=last_day or max(TODAY, timezone.localdate()) + datetime.timedelta(days=7),
        **fields,
    )


def edition(name: str = "Neue Akzente 2019", **fields: Any) -> ConceptEdition:
    fields.setdefault("slug", "".join(c if c.isalnum() else "-" for c in name.lower()))
    fields.setdefault("adopted_on", datetime.date(2019, 6, 3))
    noon = datetime.time(12, tzinfo=datetime.UTC)
    fields.setdefault(
        "published_at", datetime.datetime.combine(fields["adopted_on"], noon) if fields["adopted_on"] else NOW
    )
    return ConceptEdition.objects.create(name=name, **fields)


def goal(of: ConceptEdition, field_number: str = "1", number: str = "1.1", **fields: Any) -> Goal:
    field, _created = ActionField.objects.get_or_create(
        edition=of,
        number=field_number,
        defaults={"name": f"Handlungsfeld {field_number}", "position": int(field_number)},
    )
    fields.setdefault("text", f"Ziel {number}")
    return Goal.objects.create(field=field, number=number, **fields)


def recommendation(
    of: Goal,
    number: str = "1.1.1",
    *,
    lead: Office | None = None,
    contributing: tuple[Office, ...] = (),
    **fields: Any,
) -> Recommendation:
    fields.setdefault("key", number)
    fields.setdefault("title", f"Empfehlung {number}")
    fields.setdefault("text", f"Der Wortlaut von {number}.")
    made = Recommendation.objects.create(edition=of.field.edition, goal=of, number=number, **fields)
    if lead:
        Assignment.objects.create(recommendation=made, office=lead, role=AssignmentRole.LEAD)
    for one in contributing:
        Assignment.objects.create(recommendation=made, office=one, role=AssignmentRole.CONTRIBUTING)
    return made


def cycle(of: ConceptEdition, *, due_on: datetime.date | None = None, **fields: Any) -> ReportingCycle:
    """A planned cycle for 2025–2026, due on 2027-01-15 unless said otherwise."""
    due = due_on or datetime.date(2027, 1, 15)
    policy = CyclePolicy(
        **{one.name: fields.pop(one.name) for one in dataclass_fields(CyclePolicy) if one.name in fields}
    )
    dates = CycleDates(
        period_from=fields.pop("period_from", datetime.date(2025, 1, 1)),
        period_until=fields.pop("period_until", datetime.date(2026, 12, 31)),
        due_on=due,
        opens_on=fields.pop("opens_on", datetime.date(2026, 10, 1)),
        **fields,
    )
    return cycles.create_cycle(of, dates, by=None, now=NOW, today=TODAY, policy=policy)


def open_cycle(
    of: ConceptEdition,
    *,
    by: Person | None = None,
    contributions: bool = False,
    mails: bool = False,
    **fields: Any,
) -> ReportingCycle:
    """An open cycle with one run per recommendation of the edition that has a lead.

    Only with ``contributions`` does anybody wait for the contributing offices; only with ``mails`` do the mails about
    everybody's new tasks lie in the outbox, which would stand in the way of those that a test is about.
    """
    made = cycle(of, **fields)
    opening.open_cycle(made.pk, by=by, now=NOW, today=TODAY)
    if not mails:
        MailTopic.objects.filter(mail__kind=MailKind.ASSIGNED).delete()
        Mail.objects.filter(kind=MailKind.ASSIGNED).delete()
    made.refresh_from_db()
    return made if contributions else without_contributions(made)


def without_contributions(of: ReportingCycle) -> ReportingCycle:
    """Let nobody wait for contributions to the cycle, as if all of them had been left out long ago; no events."""
    asked = WorkItem.objects.filter(update__cycle=of, step=WorkStep.CONTRIBUTE, is_open=True)
    # By their ids: a database that has not looked at its tables for a while joins them one by one.
    Task.objects.filter(pk__in=list(asked.values_list("task", flat=True))).update(status=STATUS.CANCELED, finished=NOW)
    Participation.objects.filter(update__cycle=of).update(state=ParticipationState.SKIPPED)
    asked.update(is_open=False)
    return of


def content(**fields: Any) -> EntryContent:
    """A valid report."""
    fields.setdefault("implementation_status", "in_progress")
    fields.setdefault("done", "Sechs Schulen haben ein Elterncafé eröffnet.")
    return EntryContent(**fields)
