"""What people have been told already; what never went out, or came back, does not count.

Planner and forecast ask here.
"""

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from notifications.models import Mail, MailKind, MailState, Notice, NoticeKind, PausedAddress
from workflow.models import OPEN_STATES
from workflow.queries.reminders import Deadline
from workflow.services import notice_rows

BUNDLED = (NoticeKind.NEWS, NoticeKind.LETTER, NoticeKind.DUTY)
"""What others write down, and the daily mail takes along."""


def key_of(day: datetime.date) -> str:
    """Return the key of a day's mails to people; a mailbox's has the office's id behind a colon."""
    return f"reminder:{day.isoformat()}"


def about_queue(cycle_id: int) -> str:
    """Return what a notice of a queue is about."""
    return f"queue:{cycle_id}"


def written(today: datetime.date) -> set[str]:
    """Return who has a mail of today: by person, so that an address changed at noon makes no second mail."""
    key = key_of(today)
    rows = Mail.objects.filter(kind=MailKind.REMINDER, key__startswith=key).values_list("key", "person_id")
    people_told = {f"p:{person}" for _key, person in rows if person is not None}
    return people_told | {
        f"o:{mail_key.removeprefix(f'{key}:').partition('#')[0]}" for mail_key, person in rows if person is None
    }


def paused() -> set[str]:
    """Return the addresses to which nothing is sent for now: nothing is planned for them until that ends."""
    return set(PausedAddress.objects.filter(ended_at__isnull=True).values_list("address", flat=True))


def queues(now: datetime.datetime) -> dict[tuple[str, str, datetime.date], int]:
    """Return by addressee, queue and date at which step somebody was told of a queue last; one query."""
    rows = (
        Notice.objects.filter(kind=NoticeKind.QUEUE, dropped_at__isnull=True)
        .exclude(notice_rows.in_an_undelivered_mail(now))
        .order_by("step")
        .values_list("addressee", "about", "due_on", "step")
    )
    return {(addressee, about, due_on): step for addressee, about, due_on, step in rows}


def waiting_news(now: datetime.datetime) -> Q:
    """Return the condition that a notice waits for the next daily mail of a person."""
    waits = Q(mail__isnull=True) | Q(notice_rows.in_an_undelivered_mail(now))
    return waits & Q(kind__in=BUNDLED, dropped_at__isnull=True, person__isnull=False)


# --- Single tasks ---------------------------------------------------------------------------------------------------

_TOLD = """
    SELECT addressee, kind, cycle, office, step, due_on, asked_on, most, COUNT(*)
    FROM (
        SELECT told.addressee AS addressee, told.kind AS kind, run.cycle_id AS cycle, item.office_id AS office,
            item.step AS step, item.due_on AS due_on, item.asked_on AS asked_on, item.id AS item, MAX(told.step) AS most
        FROM workflow_workitem item
        JOIN workflow_statusupdate run ON run.id = item.update_id
        JOIN notifications_notice told ON told.about = 'item:' || item.id AND told.due_on = item.due_on
        LEFT JOIN notifications_mail letter ON letter.id = told.mail_id
        WHERE item.is_open AND run.state IN ({states}) AND told.dropped_at IS NULL
            AND (
                COALESCE(letter.state, '') NOT IN ({lost}) AND letter.bounced_at IS NULL
                AND NOT (COALESCE(letter.state, '') = %s AND NOT letter.possibly_double AND letter.obsolete_at <= %s)
                OR EXISTS (
                    SELECT 1 FROM notifications_mail again
                    WHERE again.resend_of_id = letter.id AND again.state = 'sent' AND again.bounced_at IS NULL
                )
            )
        GROUP BY told.addressee, told.kind, run.cycle_id, item.office_id, item.step, item.due_on, item.asked_on,
            item.id
    ) found
    GROUP BY addressee, kind, cycle, office, step, due_on, asked_on, most
"""

LOST = (MailState.FAILED, MailState.WITHDRAWN)


class Desk(NamedTuple):
    """Tasks that are told of together: those of an office, asked on one day, due on one day at one step of a cycle."""

    deadline: Deadline
    office_id: int | None
    asked_on: datetime.date


Told = dict[tuple[str, str, Desk], dict[int, int]]
"""By addressee, kind of notice and desk: how many of the tasks they were told of at which step last."""


def tasks(now: datetime.datetime) -> Told:
    """Return what has been told of the open tasks by ``now``; one statement."""
    found: Told = defaultdict(dict)
    values = [*OPEN_STATES, *LOST, MailState.DUE]
    sql = _TOLD.format(states=_marks(OPEN_STATES), lost=_marks(LOST))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*map(str, values), connection.ops.adapt_datetimefield_value(now)])
        for addressee, kind, cycle, office, step, due_on, asked_on, most, number in cursor.fetchall():
            desk = Desk(Deadline(cycle, _date(due_on), step), office, _date(asked_on))
            found[addressee, kind, desk][most] = number
    return found


def _marks(values: tuple[object, ...]) -> str:
    return ", ".join(["%s"] * len(values))


def _date(value: str | datetime.date) -> datetime.date:
    # SQLite keeps dates as texts.
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
