"""What ``import_concept`` answers, for people and for programs."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concept.importing.known import KnownRecommendation
from concept.importing.plans import ImportPlan
from concept.importing.problems import Problem, UnreadableTableError
from offices.errors import DomainError
from workflow.services.concept_import import FilePlan

MAX_PRINTED = 50
MAX_IN_JSON = 1_000
MAX_VALUE = 70


def as_json(plan: FilePlan, *, dry_run: bool) -> str:
    """Return the answer as documented in ``docs/import.md``; at most 1,000 problems, with the number of all."""
    concept, problems = plan.concept, plan.problems
    answer: dict[str, Any] = {
        "ok": not problems,
        "imported": not problems and not dry_run,
        "edition": concept.edition_name,
        "edition_is_new": concept.edition_pk is None,
        "problems_total": len(problems),
        "problems": [problem.as_json() for problem in problems[:MAX_IN_JSON]],
        "new": [{"row": row.record.row, "id": row.record.key} for row in concept.new],
        "changed": [
            {
                "row": row.record.row,
                "id": row.record.key,
                "changes": [{"column": one.column, "old": one.old, "new": one.new} for one in row.changes],
            }
            for row in concept.changed
        ],
        "unchanged": len(concept.unchanged),
        "absent": [_absent(one) for one in concept.absent],
        "absent_are_ended": concept.end_missing,
        "reordered": concept.reordered,
        "offices": [one.name for one in concept.offices],
        "fields": [one.number for one in concept.fields],
        "goals": [{"field": one.field_number, "number": one.number} for one in concept.goals],
        "history": {
            "new": len(plan.history.new),
            "unchanged": plan.history.unchanged,
            "periods": [[first.isoformat(), last.isoformat()] for first, last in plan.history.periods],
        },
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def error_as_json(error: DomainError) -> str:
    """Return the answer for a file or mapping that cannot be used at all."""
    code = error.code if isinstance(error, UnreadableTableError) else "bad_mapping"
    problem = Problem(None, None, code, str(error))
    return json.dumps(
        {"ok": False, "imported": False, "problems_total": 1, "problems": [problem.as_json()]},
        ensure_ascii=False,
        indent=2,
    )


def _absent(one: KnownRecommendation) -> dict[str, str]:
    return {"id": one.key, "number": one.number, "title": one.title}


def as_text(plan: FilePlan, *, dry_run: bool) -> str:
    """Return the answer for people; at most 50 problems, with the number of the rest."""
    return "\n".join(_problems(plan.problems) if plan.problems else _changes(plan, dry_run=dry_run))


def _problems(problems: list[Problem]) -> Iterator[str]:
    count = len(problems)
    headline = ngettext(
        "%(count)d problem found. Nothing was imported.", "%(count)d problems found. Nothing was imported.", count
    )
    yield headline % {"count": count}
    for problem in problems[:MAX_PRINTED]:
        yield f"  {problem.place}{problem.message}"
    if count > MAX_PRINTED:
        rest = count - MAX_PRINTED
        yield "  " + ngettext("… and %(rest)d more.", "… and %(rest)d more.", rest) % {"rest": rest}


def _changes(plan: FilePlan, *, dry_run: bool) -> Iterator[str]:
    concept = plan.concept
    yield _("Edition: %(name)s") % {"name": concept.edition_name} + (
        " " + _("(new)") if concept.edition_pk is None else ""
    )
    counts = {"new": len(concept.new), "changed": len(concept.changed), "unchanged": len(concept.unchanged)}
    yield _("Recommendations: %(new)d new, %(changed)d changed, %(unchanged)d unchanged") % counts
    yield from _parts(concept)
    for row in concept.changed:
        yield "  " + _("%(id)s (row %(row)d)") % {"id": row.record.key, "row": row.record.row}
        for change in row.changes:
            yield f"    {change.column}: {_short(change.old)} → {_short(change.new)}"
    if concept.reordered:
        yield _("The order changes to that of the file.")
    if concept.absent:
        yield _("Not in the file, ended:") if concept.end_missing else _("Not in the file, left as they are:")
        yield from (f"  {one.number} {one.title}" for one in concept.absent)
    if plan.history.new or plan.history.unchanged:
        counts = {"new": len(plan.history.new), "unchanged": plan.history.unchanged}
        yield _("Older status texts: %(new)d new, %(unchanged)d unchanged") % counts
    yield _("Dry run: nothing was changed.") if dry_run else _("Done.")


def _parts(concept: ImportPlan) -> Iterator[str]:
    for office in concept.offices:
        yield "  " + _("New office: %(name)s") % {"name": f"{office.number} {office.name}".strip()}
    for title, parts in ((_("Field of action"), concept.fields), (_("Goal"), concept.goals)):
        for part in parts:
            for change in part.changes:
                yield f"  {title} {part.number}: {_short(change.old)} → {_short(change.new)}"
            if part.pk is None:
                yield f"  {title} {part.number}: {_short(part.name)} " + _("(new)")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"„{line}“" if len(line) <= MAX_VALUE else f"„{line[:MAX_VALUE]} …“"
