"""Which letters to departments will be proposed in the days to come if nothing changes."""

import datetime
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Min

from offices.models import Office
from workflow.models import DepartmentLetter, LetterState
from workflow.queries import department_letters as queries
from workflow.queries import reminders as rules
from workflow.queries.reminder_policies import policies_of
from workflow.services import department_letters
from workflow.services.department_letters import Place


def letters_ahead(days: Sequence[datetime.date]) -> dict[datetime.date, list[str]]:
    """Return on which of these working days a letter will be proposed, and about whom: departments, or offices without.

    Where a letter waits for a decision already, no other is proposed. A constant number of queries.
    """
    first = _first_dates(days[-1])
    if not first:
        return {}
    policies = policies_of({cycle for cycle, _department, _office in first})
    waiting = DepartmentLetter.objects.filter(state=LetterState.PROPOSED)
    proposed = set(waiting.values_list("cycle", "department", "office"))
    names = Office.objects.in_bulk({pk for _cycle, *place in first for pk in place if pk is not None})
    found: dict[datetime.date, list[str]] = defaultdict(list)
    for (cycle, department, office), due_on in first.items():
        about = department or office
        comes = due_on + datetime.timedelta(days=policies[cycle].department_after or 0)
        place = bisect_left(days, comes)
        if about is not None and (cycle, department, office) not in proposed and place < len(days):
            found[days[place]].append(names[about].label)
    return {day: sorted(labels) for day, labels in found.items()}


def _first_dates(day: datetime.date) -> dict[Place, datetime.date]:
    """Return the oldest date of what a letter would name by ``day``, by whom the letter is about."""
    late = department_letters.late_tasks(day).exclude(rules.ends_by_itself())
    decided = department_letters.decided_on()
    known = late.filter(pk__in={pk for pk, _due_on in decided}).values_list("pk", "due_on")
    done = [pk for pk, due_on in known if (pk, due_on.isoformat()) in decided]
    rows = late.exclude(pk__in=done).order_by().values_list("update__cycle", "office").annotate(Min("due_on"))
    departments = queries.departments(day)
    found: dict[Place, datetime.date] = {}
    for cycle, office, due_on in rows:
        department = departments.get(office)
        place = (cycle, department, None if department else office)
        found[place] = min(due_on, found.get(place, due_on))
    return found
