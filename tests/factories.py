"""Small builders for tests: each makes one valid object, with the given fields set."""

import datetime
from typing import Any

from concept.models import ActionField, Assignment, AssignmentRole, ConceptEdition, Goal, Recommendation
from offices.models import Membership, Office, Person, Role


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


def edition(name: str = "Neue Akzente 2019", **fields: Any) -> ConceptEdition:
    fields.setdefault("slug", "".join(c if c.isalnum() else "-" for c in name.lower()))
    fields.setdefault("adopted_on", datetime.date(2019, 6, 3))
    return ConceptEdition.objects.create(name=name, **fields)


def goal(of: ConceptEdition, field_number: str = "1", number: str = "1.1", **fields: Any) -> Goal:
    field, _created = ActionField.objects.get_or_create(
        edition=of, number=field_number, defaults={"name": f"Handlungsfeld {field_number}", "position": int(field_number)}
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
