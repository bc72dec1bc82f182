"""Importing an edition of the concept: plan, look, apply; all or nothing."""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from concept.importing.parsing import ParsedFile
from concept.importing.plans import NEW, ImportPlan, PlannedRow, plan
from concept.models import ActionField, ConceptEdition, ConceptEvent, ConceptEventKind, Goal, Recommendation
from concept.queries.imports import known_edition
from concept.services import assignments
from offices.errors import ConflictError, DomainError
from offices.models import Office, OfficeKind, Person

SLICE = 500
TEXTS = ("number", "title", "text", "rationale")


def plan_import(parsed: ParsedFile, *, edition: str, today: datetime.date, end_missing: bool = False) -> ImportPlan:
    """Return what importing ``parsed`` into the edition of that name would change on ``today``; changes nothing."""
    return plan(parsed, known_edition(edition, today), end_missing=end_missing)


def lock_edition(name: str) -> None:
    """Make imports into the edition wait for each other, until the caller's transaction ends."""
    ConceptEdition.objects.select_for_update().filter(Q(name=name) | Q(slug=name)).first()


@transaction.atomic
def apply_import(
    made: ImportPlan, *, by: Person | None, today: datetime.date, now: datetime.datetime
) -> ConceptEdition:
    """Carry out a plan and return the edition; needs a constant number of statements per 500 recommendations.

    The plan must have been made in the same transaction, or its fingerprint compared in it. Raises ``DomainError``
    and changes nothing if the plan has problems. A plan that changes nothing writes nothing.
    """
    if made.problems:
        raise DomainError(_("The file has problems. Nothing was imported."))
    edition = _edition(made)
    if not made.changes_anything:
        return edition
    offices = _create_offices(made)
    goals = _save_goals(edition, made, _save_fields(edition, made))
    recommendations = _save_recommendations(edition, made, goals, today)
    assignments.assign(_wanted(made, recommendations, offices), today=today)
    if made.end_missing:
        assignments.end_all([one.pk for one in made.absent], today=today)
    ConceptEvent.objects.create(
        edition=edition, kind=ConceptEventKind.IMPORTED, actor=by, at=now, data=_event_data(made)
    )
    return edition


def _edition(made: ImportPlan) -> ConceptEdition:
    if made.edition_pk is not None:
        return ConceptEdition.objects.select_for_update().get(pk=made.edition_pk)
    try:
        with transaction.atomic():
            return ConceptEdition.objects.create(name=made.edition_name, slug=free_slug(made.edition_name))
    except IntegrityError as error:
        message = _("The edition was created in the meantime. Please start the import again.")
        raise ConflictError(message) from error


def free_slug(name: str) -> str:
    """Return an address for an edition that no other has."""
    german = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
    base = slugify(name.translate(german))[:110] or "konzept"
    taken = set(ConceptEdition.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, count = base, 2
    while slug in taken:
        slug, count = f"{base}-{count}", count + 1
    return slug


def _create_offices(made: ImportPlan) -> dict[tuple[str, str], int]:
    """Create the declared offices and return their ids by number and name."""
    new = [
        Office(number=one.number, name=one.name, kind=OfficeKind(one.kind), mailbox=one.mailbox) for one in made.offices
    ]
    return {(one.number, one.name): one.pk for one in Office.objects.bulk_create(new)}


def _save_fields(edition: ConceptEdition, made: ImportPlan) -> dict[str, int]:
    """Create and rename fields, put them in order, and return their ids by number."""
    fields = {one.number: one for one in ActionField.objects.filter(edition=edition)}
    new = [
        ActionField(edition=edition, number=one.number, name=one.name, summary=one.summary or "")
        for one in made.fields
        if one.pk is None
    ]
    touched = {}
    for part in made.fields:
        if part.pk is not None:
            there = touched[part.number] = fields[part.number]
            there.name = part.name
            there.summary = there.summary if part.summary is None else part.summary
    fields |= {one.number: one for one in new}
    for position, number in enumerate(made.field_order, start=1):
        if fields[number].position != position:
            fields[number].position = position
            touched[number] = fields[number]
    for one in ActionField.objects.bulk_create(new):
        touched.pop(one.number, None)
    ActionField.objects.bulk_update(touched.values(), ["name", "summary", "position"], batch_size=SLICE)
    return {number: one.pk for number, one in fields.items()}


def _save_goals(edition: ConceptEdition, made: ImportPlan, fields: dict[str, int]) -> dict[tuple[str, str], int]:
    """Create and reword goals and return their ids by the numbers of field and goal; new ones come last."""
    goals = {(one.field_id, one.number): one for one in Goal.objects.filter(field__edition=edition)}
    last = max((one.position for one in goals.values()), default=0)
    new, touched = [], []
    for part in made.goals:
        place = (fields[part.field_number], part.number)
        if part.pk is None:
            last += 1
            goals[place] = Goal(field_id=place[0], number=part.number, text=part.name, position=last)
            new.append(goals[place])
        else:
            goals[place].text = part.name
            touched.append(goals[place])
    Goal.objects.bulk_create(new, batch_size=SLICE)
    Goal.objects.bulk_update(touched, ["text"], batch_size=SLICE)
    numbers = {pk: number for number, pk in fields.items()}
    return {(numbers[field], number): one.pk for (field, number), one in goals.items()}


def _save_recommendations(
    edition: ConceptEdition, made: ImportPlan, goals: dict[tuple[str, str], int], today: datetime.date
) -> dict[str, int]:
    """End, write and order the recommendations and return the ids of all by key."""
    if made.end_missing:
        # First, because their numbers become free for others.
        _end([one.pk for one in made.absent], today)
    there = {one.key: one for one in Recommendation.objects.filter(edition=edition)}
    changed = [there[row.record.key] for row in made.changed]
    _free_numbers([there[row.record.key] for row in made.changed if there[row.record.key].number != row.record.number])
    for row in made.new:
        there[row.record.key] = Recommendation(edition=edition, key=row.record.key)
    for row in (*made.new, *made.changed):
        _write(there[row.record.key], row, goals)
    moved = [one for position, key in enumerate(made.order, start=1) if _moved(one := there[key], position)]
    Recommendation.objects.bulk_update(changed, [*TEXTS, "goal", "ended_on"], batch_size=SLICE)
    Recommendation.objects.bulk_update([one for one in moved if one.pk], ["position"], batch_size=SLICE)
    Recommendation.objects.bulk_create([there[row.record.key] for row in made.new], batch_size=SLICE)
    return {key: one.pk for key, one in there.items()}


def _end(recommendations: list[int], today: datetime.date) -> None:
    for start in range(0, len(recommendations), SLICE):
        Recommendation.objects.filter(pk__in=recommendations[start : start + SLICE]).update(ended_on=today)


def _moved(one: Recommendation, position: int) -> bool:
    """Put ``one`` at ``position`` and return whether it stood elsewhere."""
    moved = one.position != position
    one.position = position
    return moved


def _write(one: Recommendation, row: PlannedRow, goals: dict[tuple[str, str], int]) -> None:
    record = row.record
    one.goal_id = goals[(record.field_number, record.goal_number)]
    one.number, one.title, one.ended_on = record.number, record.title, None
    one.text = one.text if record.text is None else record.text
    one.rationale = one.rationale if record.rationale is None else record.rationale


def _free_numbers(renumbered: list[Recommendation]) -> None:
    """Park the numbers that are about to change, so that two recommendations can exchange theirs."""
    for one in renumbered:
        one.number = f"~{one.pk}"
    Recommendation.objects.bulk_update(renumbered, ["number"], batch_size=SLICE)


def _wanted(
    made: ImportPlan, recommendations: dict[str, int], offices: dict[tuple[str, str], int]
) -> list[assignments.Wanted]:
    def pk_of(number: str, name: str, pk: int | None) -> int:
        return offices[(number, name)] if pk is None else pk

    wanted = []
    for row in (*made.new, *made.changed):
        lead = pk_of(row.lead.number, row.lead.name, row.lead.pk) if row.lead else None
        others = row.contributing
        helpers = None if others is None else {pk_of(one.number, one.name, one.pk) for one in others}
        wanted.append(assignments.Wanted(recommendations[row.record.key], lead, helpers, is_new=row.action == NEW))
    return wanted


def _event_data(made: ImportPlan) -> dict[str, object]:
    """Return what the history keeps: ids of new and ended recommendations, and each change before and after."""
    return {
        "new": [row.record.key for row in made.new],
        "changed": {
            row.record.key: [{"column": one.column, "old": one.old, "new": one.new} for one in row.changes]
            for row in made.changed
        },
        "ended": [one.key for one in made.absent] if made.end_missing else [],
        "offices": [one.name for one in made.offices],
        "fields": [one.number for one in made.fields],
        "goals": [[one.field_number, one.number] for one in made.goals],
        "reordered": made.reordered,
    }
