"""When a cycle reminds, in words; pure."""

import datetime

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext

from offices.working_days import WorkingDays
from workflow.reminding import Policy, Step


def policy_sentence(policy: Policy) -> str:
    """Return what the policy says as one sentence."""
    own = _own(policy)
    if not own:
        said = gettext("This cycle reminds nobody of a deadline")
    else:
        said = gettext("Reminders go out %(when)s") % {"when": ", ".join(own)}
    return "; ".join([said, *_copies(policy)]) + "."


def step_words(step: Step) -> str:
    """Return how far a step is from its deadline: "14 days before"."""
    if step.offset == 0:
        return gettext("on the day")
    if step.offset < 0:
        return ngettext("%(days)s day before", "%(days)s days before", -step.offset) % {"days": -step.offset}
    return ngettext("%(days)s day after", "%(days)s days after", step.offset) % {"days": step.offset}


def free_day_words(day: datetime.date, working: WorkingDays) -> str:
    """Return a free day with the reason: "Saturday, 3 October (German Unity Day)"."""
    said = date_format(day, "l, j. F")
    name = working.name_of(day)
    return f"{said} ({name})" if name else said


def _own(policy: Policy) -> list[str]:
    parts = []
    if policy.before:
        days = sorted(policy.before, reverse=True)
        parts.append(ngettext("%(days)s day before", "%(days)s days before", days[-1]) % {"days": _listed(days)})
    if policy.on_the_day:
        parts.append(gettext("on the day"))
    if policy.after:
        days = sorted(policy.after)
        parts.append(ngettext("%(days)s day after", "%(days)s days after", days[-1]) % {"days": _listed(days)})
    if policy.own.every:
        said = ngettext("then every day", "then every %(days)s days", policy.own.every)
        parts.append(said % {"days": policy.own.every})
    return parts


def _listed(days: list[int]) -> str:
    return get_text_list([str(one) for one in days], gettext("and"))


def _copies(policy: Policy) -> list[str]:
    said = []
    if days := policy.head_after:
        said.append(
            ngettext(
                "after %(days)s day the head of office hears of it",
                "after %(days)s days the head of office hears of it",
                days,
            )
            % {"days": days}
        )
    if days := policy.coordinator_after:
        said.append(
            ngettext(
                "after %(days)s day the coordination hears of it",
                "after %(days)s days the coordination hears of it",
                days,
            )
            % {"days": days}
        )
    if days := policy.department_after:
        said.append(
            ngettext(
                "after %(days)s day a letter to the department is proposed",
                "after %(days)s days a letter to the department is proposed",
                days,
            )
            % {"days": days}
        )
    return said
