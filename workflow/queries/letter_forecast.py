"""Which letters to departments will be proposed in the days to come if nothing changes."""

import datetime
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from offices.models import Office
from workflow.models import DepartmentLetter, LetterState
from workflow.queries import reminders as rules
from workflow.queries.reminder_policies import policies_of
from workflow.services import department_letters


def letters_ahead(days: Sequence[datetime.date]) -> dict[datetime.date, list[str]]:
    """Return on which of these working days a letter will be proposed, and about whom: departments, or offices without.

    Where a letter waits for a decision already, no other is proposed. A constant number of queries.
    """
    overdue = department_letters.overdue_for_long(days[-1])
    if not overdue:
        return {}
    policies = policies_of({cycle for cycle, _department, _office in overdue})
    over = set(rules.open_work().filter(rules.ends_by_itself()).values_list("pk", flat=True))
    waiting = DepartmentLetter.objects.filter(state=LetterState.PROPOSED)
    proposed = set(waiting.values_list("cycle", "department", "office"))
    names = Office.objects.in_bulk({pk for _cycle, *place in overdue for pk in place if pk is not None})
    found: dict[datetime.date, list[str]] = defaultdict(list)
    for (cycle, department, office), tasks in overdue.items():
        dates = [due_on for pk, due_on in tasks.items() if pk not in over]
        about = department or office
        if (cycle, department, office) in proposed or not dates or about is None:
            continue
        comes = min(dates) + datetime.timedelta(days=policies[cycle].department_after or 0)
        if (place := bisect_left(days, comes)) < len(days):
            found[days[place]].append(names[about].label)
    return {day: sorted(labels) for day, labels in found.items()}
