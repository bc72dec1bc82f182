"""What an import is compared with: one edition as it stands, in a constant number of queries."""

import datetime

from concept.importing.known import Known, KnownField, KnownGoal, KnownRecommendation
from concept.importing.offices import OfficeRef
from concept.models import ActionField, Assignment, AssignmentRole, ConceptEdition, Goal, Recommendation
from offices.models import Office


def edition_named(name: str) -> ConceptEdition | None:
    """Return the edition with this name or, failing that, this address."""
    return ConceptEdition.objects.filter(name=name).first() or ConceptEdition.objects.filter(slug=name).first()


def known_edition(name: str, today: datetime.date) -> Known:
    """Return the edition called ``name`` with everything an import compares; six queries at most."""
    offices = {
        office.pk: OfficeRef(
            office.pk, office.number, office.name, ended=office.valid_until is not None and office.valid_until < today
        )
        for office in Office.objects.all()
    }
    edition = edition_named(name)
    if edition is None:
        return Known(name, offices=tuple(offices.values()))
    fields = ActionField.objects.filter(edition=edition).order_by("position", "number")
    goals = Goal.objects.filter(field__edition=edition).select_related("field").order_by("position", "number")
    return Known(
        edition.name,
        edition.pk,
        tuple(offices.values()),
        tuple(KnownField(one.pk, one.number, one.name, one.summary) for one in fields),
        tuple(KnownGoal(one.pk, one.field.number, one.number, one.text) for one in goals),
        _recommendations(edition, offices, today),
    )


def _recommendations(
    edition: ConceptEdition, offices: dict[int, OfficeRef], today: datetime.date
) -> tuple[KnownRecommendation, ...]:
    leads: dict[int, OfficeRef] = {}
    others: dict[int, list[OfficeRef]] = {}
    assignments = Assignment.objects.valid_on(today).filter(recommendation__edition=edition)
    for recommendation, office, role in assignments.values_list("recommendation_id", "office_id", "role"):
        if role == AssignmentRole.LEAD:
            leads[recommendation] = offices[office]
        else:
            others.setdefault(recommendation, []).append(offices[office])
    rows = (
        Recommendation.objects.filter(edition=edition)
        .select_related("goal__field")
        .order_by("position", "number", "pk")
    )
    return tuple(
        KnownRecommendation(
            pk=one.pk,
            key=one.key,
            number=one.number,
            field_number=one.goal.field.number,
            goal_number=one.goal.number,
            title=one.title,
            text=one.text,
            rationale=one.rationale,
            ended=one.ended_on is not None,
            lead=leads.get(one.pk),
            contributing=tuple(sorted(others.get(one.pk, []), key=lambda office: (office.number, office.name))),
        )
        for one in rows
    )
