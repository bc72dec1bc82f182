"""Notices of single tasks, found and written by the database: a few statements for however many tasks.

What Python knows (few dates, few people) goes in as JSON, and the database joins it with the open work. What nobody was
told yet is collected in a temporary table; once everybody in it has a mail, it becomes notices. PostgreSQL and SQLite
differ in how they read JSON, and in little else.

A notice counts as told unless it was dropped or its mail did not go out: then the same step is told anew, with another
mail. A later step of the same deadline covers the earlier ones. A step tells of tasks that were asked before its day.
"""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, Q

from notifications.models import Mail, MailKind, MailState
from workflow.models import OPEN_STATES

PLANNING = 0x5361_6368_5374
"""The advisory lock of the planner."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """What is due on a day in a cycle at ``step`` came on the day ``come_on`` to a step of a notice of ``kind``.

    ``heads``: in this cycle heads get copies. Whoever stands in for one then gets those, and no others as coordinator.
    """

    cycle: int
    due_on: str
    step: str
    kind: str
    days: int
    repeat: int
    come_on: str
    heads: bool


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """Who gets notices of ``kind`` for the tasks of an office (``None``: of no office) at ``step``.

    ``stands_in``: a coordinator's copy for an office whose head the coordinators stand in for.
    """

    kind: str
    office: int | None
    step: str
    addressee: str
    person: int | None
    for_whom: int | None
    stands_in: bool


_ROWS = {
    "postgresql": """
        WITH steps AS (
            SELECT * FROM jsonb_to_recordset(%s::jsonb)
                AS s(cycle bigint, due_on date, step text, kind text, days int, "repeat" int,
                    come_on date, heads boolean)
        ), recipients AS (
            SELECT * FROM jsonb_to_recordset(%s::jsonb)
                AS r(kind text, office bigint, step text, addressee text, person bigint, for_whom bigint,
                    stands_in boolean)
        )
    """,
    "sqlite": """
        WITH steps AS MATERIALIZED (
            SELECT CAST(json_extract(value, '$.cycle') AS INTEGER) AS cycle,
                   CAST(json_extract(value, '$.due_on') AS TEXT) AS due_on,
                   CAST(json_extract(value, '$.step') AS TEXT) AS step,
                   CAST(json_extract(value, '$.kind') AS TEXT) AS kind,
                   CAST(json_extract(value, '$.days') AS INTEGER) AS days,
                   CAST(json_extract(value, '$.repeat') AS INTEGER) AS "repeat",
                   CAST(json_extract(value, '$.come_on') AS TEXT) AS come_on,
                   CAST(json_extract(value, '$.heads') AS INTEGER) AS heads
            FROM json_each(%s)
        ), recipients AS MATERIALIZED (
            SELECT CAST(json_extract(value, '$.kind') AS TEXT) AS kind,
                   CAST(json_extract(value, '$.office') AS INTEGER) AS office,
                   CAST(json_extract(value, '$.step') AS TEXT) AS step,
                   CAST(json_extract(value, '$.addressee') AS TEXT) AS addressee,
                   CAST(json_extract(value, '$.person') AS INTEGER) AS person,
                   CAST(json_extract(value, '$.for_whom') AS INTEGER) AS for_whom,
                   CAST(json_extract(value, '$.stands_in') AS INTEGER) AS stands_in
            FROM json_each(%s)
        )
    """,
}

_COLLECTION = """
    CREATE TEMPORARY TABLE reminders_untold (
        kind text, addressee text, person bigint, for_whom bigint, item bigint, run bigint, due_on date, step int,
        "repeat" int
    )
"""

_COLLECT = """
    INSERT INTO reminders_untold {rows}
    SELECT steps.kind, recipients.addressee, recipients.person, recipients.for_whom, item.id, run.id, item.due_on,
        steps.days, steps."repeat"
    FROM recipients
    JOIN steps ON steps.kind = recipients.kind AND steps.step = recipients.step
        AND NOT (steps.heads AND recipients.stands_in)
    JOIN workflow_workitem item ON {office} AND item.step = steps.step AND item.due_on = steps.due_on AND item.is_open
        AND item.asked_on < steps.come_on
    JOIN workflow_statusupdate run ON run.id = item.update_id AND run.cycle_id = steps.cycle AND run.state IN ({states})
    WHERE steps.days > COALESCE((
        SELECT MAX(told.step)
        FROM notifications_notice told
        WHERE told.addressee = recipients.addressee AND told.about = 'item:' || item.id
            AND told.kind = recipients.kind AND told.due_on = item.due_on AND told.dropped_at IS NULL
            AND COALESCE((
                SELECT (letter.state IN ('sent', 'claimed', 'unknown') AND letter.bounced_at IS NULL)
                    OR (letter.state = 'due' AND (letter.possibly_double OR letter.obsolete_at > %s))
                    OR EXISTS (
                        SELECT 1 FROM notifications_mail again
                        WHERE again.resend_of_id = letter.id AND again.state = 'sent' AND again.bounced_at IS NULL
                    )
                FROM notifications_mail letter
                WHERE letter.id = told.mail_id
            ), TRUE)
    ), -32768)
"""
"""Collects what nobody was told yet. The newest step told is looked up by its key, task by task: a join would have to
guess how many rows the JSON has, and read all notices there are."""

_OFFICE, _CITY = "item.office_id = recipients.office", "item.office_id IS NULL AND recipients.office IS NULL"
"""Tasks of offices, and those of none, are found by different indexes, and so in statements of their own."""

_MAILS = {
    "postgresql": """
        WITH mails AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS m(addressee text, mail bigint))
    """,
    "sqlite": """
        WITH mails AS MATERIALIZED (
            SELECT CAST(json_extract(value, '$.addressee') AS TEXT) AS addressee,
                   CAST(json_extract(value, '$.mail') AS INTEGER) AS mail
            FROM json_each(%s)
        )
    """,
}

_WRITE = """
    INSERT INTO notifications_notice (
        kind, addressee, person_id, for_whom_id, about, topic, due_on, step, "repeat", line, link, mail_id, created_at
    )
    {mails}
    SELECT untold.kind, untold.addressee, untold.person, untold.for_whom, 'item:' || untold.item,
        'update:' || untold.run, untold.due_on, untold.step, untold."repeat", '', '', mails.mail, %s
    FROM reminders_untold AS untold
    JOIN mails ON mails.addressee = untold.addressee
    WHERE TRUE
    ON CONFLICT (addressee, about, kind, due_on, step, "repeat") DO UPDATE
    SET mail_id = excluded.mail_id, for_whom_id = excluded.for_whom_id, created_at = excluded.created_at,
        dropped_at = NULL
"""


def undelivered(now: datetime.datetime) -> Q:
    """Return the condition that a mail has not gone out and will not, or came back: what it was to say is not said.

    Unless somebody has sent it once more, and that went out. What may have been handed over counts as said.
    """
    over = Q(state=MailState.DUE, possibly_double=False, obsolete_at__lte=now)
    lost = Q(state__in=(MailState.FAILED, MailState.WITHDRAWN)) | Q(bounced_at__isnull=False)
    again = Mail.objects.filter(resend_of=OuterRef("pk"), state=MailState.SENT, bounced_at__isnull=True)
    return (lost | over) & Q(~Exists(again))


def in_an_undelivered_mail(now: datetime.datetime) -> Exists:
    """Return the condition that a notice was to go with a reminder that did not go out."""
    return Exists(Mail.objects.filter(undelivered(now), pk=OuterRef("mail"), kind=MailKind.REMINDER))


def lock() -> None:
    """Let one planner work at a time, until the transaction ends. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLANNING])


def collect(steps: Sequence[StepRow], recipients: Sequence[RecipientRow], *, now: datetime.datetime) -> set[str]:
    """Collect the tasks of which somebody was not told yet, and return who that is. ``write`` has to follow."""
    rows_sql = _ROWS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(_COLLECTION)
    for office, rows in _apart(recipients):
        sql = _COLLECT.format(rows=rows_sql, office=office, states=", ".join(["%s"] * len(OPEN_STATES)))
        with _by_keys() as cursor:
            cursor.execute(sql, [_json(steps), _json(rows), *map(str, OPEN_STATES), _moment(now)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT addressee FROM reminders_untold")
        return {addressee for (addressee,) in cursor.fetchall()}


def write(mails: Mapping[str, int], *, now: datetime.datetime) -> None:
    """Write a notice for each task that was collected, into the mail of its addressee; who has none gets nothing."""
    ids = json.dumps([{"addressee": addressee, "mail": mail} for addressee, mail in mails.items()])
    with connection.cursor() as cursor:
        if mails:
            # Nobody has counted the rows of the temporary table: without it, SQLite reads them all for each mail.
            cursor.execute("CREATE INDEX reminders_untold_of ON reminders_untold (addressee)")
            cursor.execute(_WRITE.format(mails=_MAILS[connection.vendor]), [ids, _moment(now)])
        cursor.execute("DROP TABLE reminders_untold")


@contextmanager
def _by_keys() -> Iterator[CursorWrapper]:
    """Yield a cursor whose statements find rows by their keys.

    PostgreSQL takes a table for small that has grown since it was last looked at, and would read the notices from one
    end to the other for each task: those of the first morning, and all that the statement itself has written so far.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            yield cursor
            return
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield cursor
        cursor.execute("SET LOCAL enable_seqscan = on")


def _apart(recipients: Sequence[RecipientRow]) -> Iterator[tuple[str, list[RecipientRow]]]:
    of_offices = [one for one in recipients if one.office is not None]
    of_the_city = [one for one in recipients if one.office is None]
    if of_offices:
        yield _OFFICE, of_offices
    if of_the_city:
        yield _CITY, of_the_city


def _json(rows: Iterable[StepRow | RecipientRow]) -> str:
    return json.dumps([asdict(one) for one in rows])


def _moment(now: datetime.datetime) -> str:
    # As the columns hold it: SQLite compares texts.
    return str(connection.ops.adapt_datetimefield_value(now))
