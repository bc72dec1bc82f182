"""The daily mail as it is laid out: contents in, subject, text and HTML out. Reads nothing from the database."""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from notifications.models import Notice, NoticeKind
from notifications.services.composing import Composed, render
from offices.models import Person
from workflow import daily_words, desk_links
from workflow.models import WRITING_STEPS, WorkStep
from workflow.queries.board_filters import BoardFilters
from workflow.queries.daily_mail import Content, Contents, Overdue, Task
from workflow.thread import due

LONGEST = 50
"""So many tasks are named; of the others the mail says how many they are."""


def compose(contents: Contents, content: Content, person: Person | None, notices: Sequence[Notice]) -> Composed:
    """Return the words of one mail; ``notices`` hold its news, letters, duties. Without a person it is a mailbox's."""
    if person is None:
        office = contents.office(int(content.addressee.removeprefix("o:")))
        return render("reminder_mailbox", {"office": office, "total": len(content.tasks), **_tasks(contents, content)})
    news = [_line(one) for one in notices if one.kind == NoticeKind.NEWS]
    letters = [_line(one) for one in notices if one.kind == NoticeKind.LETTER]
    duties = sorted((one for one in notices if one.kind == NoticeKind.DUTY), key=lambda one: (one.due_on, one.pk))
    subject = daily_words.subject_of(
        content,
        contents.day,
        letters=len(letters),
        duties=[one.due_on for one in duties],
        news=[str(one["line"]) for one in news],
    )
    return render(
        "reminder",
        {
            "subject": subject,
            "person_name": person.name,
            **_tasks(contents, content),
            "reviews": _reviews(contents, content),
            "late": _late(contents, content),
            "overdue": [_overdue(contents, one) for one in content.overdue],
            "duties": [_duty(one, contents.day) for one in duties],
            "letters": _letters(letters),
            "news": news,
        },
    )


def _tasks(contents: Contents, content: Content) -> dict[str, Any]:
    shown = content.tasks[:LONGEST]
    groups = _by_cycle(contents, content, shown)
    own = [one for one in content.tasks if not contents.heard.is_out_of_reach(one.office_id)]
    return {
        "total": len(content.tasks),
        "groups": groups,
        "several": len(groups) > 1,
        "introduction": groups[0]["introduction"] if len(groups) == 1 else "",
        "more": daily_words.more(len(content.tasks) - len(shown)),
        "later": daily_words.later(content.later, contents.day),
        "inbox": settings.SITE_URL + reverse("workflow:inbox"),
        # What came back with comments is reworked; only a new status update can confirm the last text.
        "may_confirm": any(one.step == WorkStep.WRITE for one in own),
        "is_about_writing": any(one.step in (*WRITING_STEPS, WorkStep.CONTRIBUTE) for one in own),
    }


def _by_cycle(contents: Contents, content: Content, shown: Iterable[Task]) -> list[dict[str, Any]]:
    """Return the tasks by cycle, that with the most urgent first, each with the words of its coordinators.

    A cycle of which only the queue is spoken has its words as well.
    """
    groups: dict[int, list[dict[str, Any]]] = {}
    for task in shown:
        groups.setdefault(task.cycle_id, []).append(_task(contents, content, task))
    for one in content.reviews:
        groups.setdefault(one.cycle_id, [])
    found = []
    for pk, tasks in groups.items():
        introduction = contents.due.policies[pk].introduction
        if tasks or introduction:
            found.append({"label": contents.cycles[pk].period_label, "introduction": introduction, "tasks": tasks})
    return found


def _task(contents: Contents, content: Content, task: Task) -> dict[str, Any]:
    return {
        "title": f"{task.number} {task.title}",
        "due": daily_words.task_deadline(task.due_on, contents.day, task.step),
        "is_late": task.due_on < contents.day,
        "for_whom": _why(contents, content, task),
        "link": settings.SITE_URL + _address(contents, task),
    }


def _why(contents: Contents, content: Content, task: Task) -> str:
    """Return in whose place somebody is asked; empty for the own task."""
    if contents.heard.is_out_of_reach(task.office_id):
        return daily_words.out_of_reach(contents.office(task.office_id))
    return daily_words.standing_in(content.for_whom.get(task.pk, ""))


def _address(contents: Contents, task: Task) -> str:
    if contents.heard.is_out_of_reach(task.office_id):
        # A coordinator gives the task to somebody, or goes on without.
        return desk_links.run(task.update_id)
    if task.step == WorkStep.SIGN and task.office_id is not None and not contents.heard.heads[task.office_id]:
        # A coordinator cannot sign, but go on without the signature; that stands on the run's page.
        return desk_links.run(task.update_id)
    return desk_links.address(task.step, task.update_id, task.participation_id)


def _reviews(contents: Contents, content: Content) -> list[dict[str, str]]:
    return [
        {
            "sentence": daily_words.reviews_sentence(one.number),
            "due": daily_words.review_deadline(one, contents.day),
            "for_whom": daily_words.standing_in(content.reviews_for),
            "label": contents.cycles[one.cycle_id].period_label,
            "link": settings.SITE_URL + reverse("workflow:review-queue"),
        }
        for one in content.reviews
    ]


def _late(contents: Contents, content: Content) -> list[dict[str, Any]]:
    """Return what is late in the head's offices, by office, the most urgent first."""
    shown = sorted(content.late[:LONGEST], key=lambda one: (contents.office(one.office_id), one.due_on, one.pk))
    found = [
        {
            "office": office,
            "tasks": [
                {
                    "title": f"{task.number} {task.title}",
                    "due": daily_words.task_deadline(task.due_on, contents.day, task.step),
                    "for_whom": daily_words.standing_in(content.for_whom.get(task.pk, "")),
                    "link": settings.SITE_URL + desk_links.run(task.update_id),
                }
                for task in tasks
            ],
            "more": "",
        }
        for office, tasks in itertools.groupby(shown, key=lambda one: contents.office(one.office_id))
    ]
    if found:
        found[-1]["more"] = daily_words.more(len(content.late) - len(shown))
    return found


def _overdue(contents: Contents, one: Overdue) -> dict[str, str]:
    if one.office_id is None:
        filters = BoardFilters(cycle=one.cycle_id, only="pruefung")
    else:
        filters = BoardFilters(cycle=one.cycle_id, office=one.office_id, only="ueberfaellig")
    return {
        "office": contents.office(one.office_id) or daily_words.nobodys_office(),
        "sentence": daily_words.overdue_sentence(one, contents.day),
        "period": contents.cycles[one.cycle_id].period_label,
        "link": f"{settings.SITE_URL}{reverse('workflow:board')}?{filters.query()}",
    }


def _line(notice: Notice) -> dict[str, str]:
    link = notice.link if not notice.link.startswith("/") else settings.SITE_URL + notice.link
    for_whom = daily_words.standing_in(notice.for_whom.name if notice.for_whom else "")
    return {"line": notice.line, "for_whom": for_whom, "link": link}


def _duty(notice: Notice, day: datetime.date) -> dict[str, Any]:
    return {**_line(notice), "due": due(notice.due_on, day, "duty").sentence, "is_late": notice.due_on < day}


def _letters(letters: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return the letters that wait for a decision; those without words of their own in one line."""
    named = [one for one in letters if one["line"]]
    others = [one for one in letters if not one["line"]]
    if others:
        named.append({"line": daily_words.letters_sentence(len(others)), "for_whom": "", "link": others[0]["link"]})
    return named
