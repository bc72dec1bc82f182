"""Importing a whole file: the concept, and the older texts about it, in one transaction."""

import datetime
from dataclasses import dataclass

from django.db import transaction

from concept.importing.parsing import ParsedFile
from concept.importing.plans import ImportPlan
from concept.importing.problems import Problem, in_order
from concept.services import imports
from concept.services.editions import publish_edition
from offices.models import Person
from workflow.services import history_import
from workflow.services.history_import import HistoryPlan


@dataclass(frozen=True, slots=True)
class FilePlan:
    """Everything that importing a file would do."""

    concept: ImportPlan
    history: HistoryPlan

    @property
    def problems(self) -> list[Problem]:
        return in_order([*self.concept.problems, *self.history.problems])

    @property
    def changes_anything(self) -> bool:
        return self.concept.changes_anything or bool(self.history.new)


@transaction.atomic
def import_file(
    parsed: ParsedFile,
    *,
    edition: str,
    by: Person | None,
    today: datetime.date,
    now: datetime.datetime,
    end_missing: bool = False,
    dry_run: bool = False,
    publish: datetime.date | None = None,
) -> FilePlan:
    """Plan and, unless there are problems or it is a dry run, import; return the plan.

    With ``publish``, the day of its adoption, visitors see the edition afterwards; without, it stays as it is. All or
    nothing; importing the same file again changes nothing. Raises ``BadMappingError`` if the mapping gives a
    status that there is not.
    """
    imports.lock_edition(edition)
    concept = imports.plan_import(parsed, edition=edition, today=today, end_missing=end_missing)
    plan = FilePlan(concept, history_import.plan_history(parsed.history, concept))
    if not plan.problems and not dry_run:
        made = imports.apply_import(concept, by=by, today=today, now=now)
        history_import.apply_history(plan.history, made, by=by, today=today, now=now)
        if publish is not None:
            publish_edition(made.pk, adopted_on=publish, by=by, now=now)
    return plan
