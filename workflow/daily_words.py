"""The words of the daily mail: what stands in its subject, its lines and its headings.

Pure functions on values; nothing here reads the database.
"""

import datetime
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from workflow.models import WRITING_STEPS
from workflow.queries.daily_mail import Content, Overdue, Task
from workflow.queries.reminders import Waiting
from workflow.thread import DUE_WORDS, due


def subject_of(
    content: Content,
    day: datetime.date,
    *,
    letters: int = 0,
    duties: Sequence[datetime.date] = (),
    news: Sequence[str] = (),
) -> str:
    """Return the most important thing in a few words: what is overdue, what comes next; else what the mail is about."""
    if content.tasks:
        return _tasks(content.tasks, day)
    if content.reviews:
        return reviews_sentence(sum(one.number for one in content.reviews))
    if content.late:
        return ngettext(
            "In your office: %(number)d task overdue", "In your office: %(number)d tasks overdue", len(content.late)
        ) % {"number": len(content.late)}
    if duties:
        return _duties(duties, day)
    if content.overdue:
        return _overdue(content.overdue)
    return letters_sentence(letters) if letters else _news(news)


def _news(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return lines[0]
    return ngettext("%(number)d piece of news", "%(number)d pieces of news", len(lines)) % {"number": len(lines)}


def _tasks(tasks: Sequence[Task], day: datetime.date) -> str:
    late = sum(one.due_on < day for one in tasks)
    ahead = sorted(one.due_on for one in tasks if one.due_on >= day)
    said = [_late(late, tasks)] if late else []
    if ahead:
        next_day, number = ahead[0], ahead.count(ahead[0])
        said.append(_until(number, next_day, day) if late else _first_until(number, next_day, day, tasks))
        if later := len(ahead) - number:
            said.append(ngettext("%(number)d later", "%(number)d later", later) % {"number": later})
    return ", ".join(said)


def _duties(due: Sequence[datetime.date], day: datetime.date) -> str:
    """Say what is overdue of the tasks beside the flow, else until when the next is due."""
    if late := sum(one < day for one in due):
        return ngettext("%(number)d task overdue", "%(number)d tasks overdue", late) % {"number": late}
    first = min(due)
    return _first_until(due.count(first), first, day, [])


def _are_texts(tasks: Iterable[Task]) -> bool:
    steps = [one.step for one in tasks]
    return bool(steps) and all(step in WRITING_STEPS for step in steps)


def _late(number: int, tasks: Iterable[Task]) -> str:
    if _are_texts(tasks):
        said = ngettext("%(number)d status update overdue", "%(number)d status updates overdue", number)
    else:
        said = ngettext("%(number)d task overdue", "%(number)d tasks overdue", number)
    return said % {"number": number}


def _first_until(number: int, until: datetime.date, day: datetime.date, tasks: Iterable[Task]) -> str:
    values = {"number": number, "date": _short(until)}
    if _are_texts(tasks):
        if until == day:
            said = ngettext("%(number)d status update due today", "%(number)d status updates due today", number)
        else:
            said = ngettext("%(number)d status update by %(date)s", "%(number)d status updates by %(date)s", number)
    elif until == day:
        said = ngettext("%(number)d task due today", "%(number)d tasks due today", number)
    else:
        said = ngettext("%(number)d task by %(date)s", "%(number)d tasks by %(date)s", number)
    return said % values


def _until(number: int, until: datetime.date, day: datetime.date) -> str:
    if until == day:
        return gettext("%(number)d due today") % {"number": number}
    return gettext("%(number)d by %(date)s") % {"number": number, "date": _short(until)}


def _short(day: datetime.date) -> str:
    return date_format(day, "d.m.")


def _overdue(overdue: Sequence[Overdue]) -> str:
    number = sum(one.number for one in overdue)
    offices = len({one.office_id for one in overdue})
    tasks = ngettext("%(number)d task long overdue", "%(number)d tasks long overdue", number) % {"number": number}
    where = ngettext("in %(number)d office", "in %(number)d offices", offices) % {"number": offices}
    return f"{tasks} {where}" if offices > 1 else tasks


def reviews_sentence(number: int) -> str:
    """Say how much waits for a reviewer."""
    said = ngettext(
        "%(number)d status update waits for your review", "%(number)d status updates wait for your review", number
    )
    return said % {"number": number}


def review_deadline(waiting: Waiting, day: datetime.date) -> str:
    """Say until when the oldest of them is to be reviewed."""
    return due(waiting.due_on, day, "review").sentence


def letters_sentence(number: int) -> str:
    """Say how many letters to departments a coordinator decides on."""
    said = ngettext(
        "%(number)d letter to a department waits for you", "%(number)d letters to departments wait for you", number
    )
    return said % {"number": number}


def overdue_sentence(one: Overdue, day: datetime.date) -> str:
    """Say how much an office owes, and for how long."""
    tasks = ngettext("%(number)d task overdue", "%(number)d tasks overdue", one.number) % {"number": one.number}
    days = (day - one.oldest).days
    if one.number == 1:
        since = ngettext("for %(days)d day", "for %(days)d days", days)
    else:
        since = ngettext("the oldest for %(days)d day", "the oldest for %(days)d days", days)
    return f"{tasks}, {since % {'days': days}}"


@lru_cache(maxsize=4096)
def task_deadline(due_on: datetime.date, day: datetime.date, step: str) -> str:
    """Say when a task is or was due."""
    return due(due_on, day, DUE_WORDS.get(step, "")).sentence


def standing_in(name: str) -> str:
    """Say for whom a deputy is asked; empty for nobody."""
    return gettext("standing in for %(name)s") % {"name": name} if name else ""


def out_of_reach(office: str) -> str:
    """Say why the coordinators are asked."""
    return gettext("Nobody can be reached at %(office)s.") % {"office": office}


def more(number: int) -> str:
    """Say how many are not named; empty for none."""
    return ngettext("and %(number)d more", "and %(number)d more", number) % {"number": number} if number > 0 else ""


def later(tasks: Sequence[Task], day: datetime.date) -> str:
    """Say what else is asked that no reminder has come to yet, and until when; empty for nothing."""
    if not tasks:
        return ""
    last = max(one.due_on for one in tasks)
    said = ngettext("Also open: %(number)d task by %(date)s", "Also open: %(number)d tasks by %(date)s", len(tasks))
    return said % {"number": len(tasks), "date": _short(last) if last.year == day.year else date_format(last, "d.m.Y")}


def nobodys_office() -> str:
    """Say with whom lies what lies with no office."""
    return gettext("Arbeitsgruppe")
