"""Notices of single tasks, found and written by the database: one statement for however many tasks.

What Python knows (few dates, few people) goes in as JSON, and the database joins it with the open work. PostgreSQL and
SQLite differ in how they read JSON, and in nothing else.

A notice counts as told unless it was dropped or its mail did not go out: then the same step is told anew, with another
mail. A later step of the same deadline covers the earlier ones.
"""

import datetime
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from notifications.models import Mail, MailKind, MailState
from workflow.models import OPEN_STATES

PLANNING = 0x5361_6368_5374
"""The advisory lock of the planner."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """What is due on a day in a cycle at ``step`` has come to a step of a notice of ``kind``."""

    cycle: int
    due_on: str
    step: str
    kind: str
    days: int
    repeat: int


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """Who gets notices of ``kind`` for the tasks of an office (0: of no office) at ``step``, in which mail."""

    kind: str
    office: int
    step: str
    addressee: str
    person: int | None
    for_whom: int | None
    message_id: str = ""


_ROWS = {
    "postgresql": """
        WITH steps AS (
            SELECT * FROM jsonb_to_recordset(%s::jsonb)
                AS s(cycle bigint, due_on date, step text, kind text, days int, "repeat" int)
        ), recipients AS (
            SELECT * FROM jsonb_to_recordset(%s::jsonb)
                AS r(kind text, office bigint, step text, addressee text, person bigint, for_whom bigint,
                     message_id text)
        )
    """,
    "sqlite": """
        WITH steps AS MATERIALIZED (
            SELECT CAST(json_extract(value, '$.cycle') AS INTEGER) AS cycle,
                   CAST(json_extract(value, '$.due_on') AS TEXT) AS due_on,
                   CAST(json_extract(value, '$.step') AS TEXT) AS step,
                   CAST(json_extract(value, '$.kind') AS TEXT) AS kind,
                   CAST(json_extract(value, '$.days') AS INTEGER) AS days,
                   CAST(json_extract(value, '$.repeat') AS INTEGER) AS "repeat"
            FROM json_each(%s)
        ), recipients AS MATERIALIZED (
            SELECT CAST(json_extract(value, '$.kind') AS TEXT) AS kind,
                   CAST(json_extract(value, '$.office') AS INTEGER) AS office,
                   CAST(json_extract(value, '$.step') AS TEXT) AS step,
                   CAST(json_extract(value, '$.addressee') AS TEXT) AS addressee,
                   CAST(json_extract(value, '$.person') AS INTEGER) AS person,
                   CAST(json_extract(value, '$.for_whom') AS INTEGER) AS for_whom,
                   CAST(json_extract(value, '$.message_id') AS TEXT) AS message_id
            FROM json_each(%s)
        )
    """,
}

_UNTOLD = """
    FROM workflow_workitem item
    JOIN workflow_statusupdate run ON run.id = item.update_id
    JOIN steps ON steps.cycle = run.cycle_id AND steps.due_on = item.due_on AND steps.step = item.step
    JOIN recipients ON recipients.office = COALESCE(item.office_id, 0) AND recipients.step = item.step
        AND recipients.kind = steps.kind
    {mail}
    WHERE item.is_open AND run.state IN ({states})
        AND NOT EXISTS (
            SELECT 1
            FROM notifications_notice told
            LEFT JOIN notifications_mail letter ON letter.id = told.mail_id
            WHERE told.addressee = recipients.addressee AND told.about = 'item:' || item.id
                AND told.kind = recipients.kind AND told.due_on = item.due_on AND told.step >= steps.days
                AND told.dropped_at IS NULL
                AND NOT (
                    COALESCE(letter.state, '') IN ('failed', 'withdrawn')
                    OR (COALESCE(letter.state, '') IN ('due', 'claimed') AND letter.obsolete_at <= %s)
                )
        )
"""

_ADDRESSEES = "SELECT DISTINCT recipients.addressee"

_INSERT = """
    INSERT INTO notifications_notice (
        kind, addressee, person_id, for_whom_id, about, topic, due_on, step, "repeat", line, link, mail_id, created_at
    )
"""

_NOTICES = """
    SELECT steps.kind, recipients.addressee, recipients.person, recipients.for_whom, 'item:' || item.id,
        'update:' || item.update_id, item.due_on, steps.days, steps."repeat", '', '', mail.id, %s
"""

_AGAIN = """
    ON CONFLICT (addressee, about, kind, due_on, step, "repeat") DO UPDATE
    SET mail_id = excluded.mail_id, for_whom_id = excluded.for_whom_id, created_at = excluded.created_at,
        dropped_at = NULL
"""


def undelivered(now: datetime.datetime) -> Q:
    """Return the condition that a mail has not gone out and will not: what it was to say counts as not said."""
    over = Q(state__in=(MailState.DUE, MailState.CLAIMED), obsolete_at__lte=now)
    return Q(state__in=(MailState.FAILED, MailState.WITHDRAWN)) | over


def in_an_undelivered_mail(now: datetime.datetime) -> Exists:
    """Return the condition that a notice was to go with a reminder that did not go out."""
    return Exists(Mail.objects.filter(undelivered(now), pk=OuterRef("mail"), kind=MailKind.REMINDER))


def lock() -> None:
    """Let one planner work at a time, until the transaction ends. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLANNING])


def addressees(steps: Iterable[StepRow], recipients: Iterable[RecipientRow], *, now: datetime.datetime) -> set[str]:
    """Return who has something to be told of that they were not told of yet; one statement."""
    sql = "\n".join((_ROWS[connection.vendor], _ADDRESSEES, _untold("")))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_json(steps, recipients), *_conditions(now)])
        return {addressee for (addressee,) in cursor.fetchall()}


def write(steps: Iterable[StepRow], recipients: Iterable[RecipientRow], *, now: datetime.datetime) -> None:
    """Write a notice for each task of which somebody was not told yet, into the mail of the recipient; one statement.

    A recipient whose mail does not exist gets nothing.
    """
    mail = "JOIN notifications_mail mail ON mail.message_id = recipients.message_id"
    sql = "\n".join((_INSERT, _ROWS[connection.vendor], _NOTICES, _untold(mail), _AGAIN))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_json(steps, recipients), _moment(now), *_conditions(now)])


def _untold(mail: str) -> str:
    return _UNTOLD.format(mail=mail, states=", ".join(["%s"] * len(OPEN_STATES)))


def _json(steps: Iterable[StepRow], recipients: Iterable[RecipientRow]) -> tuple[str, str]:
    return json.dumps([asdict(one) for one in steps]), json.dumps([asdict(one) for one in recipients])


def _conditions(now: datetime.datetime) -> list[str]:
    return [*map(str, OPEN_STATES), _moment(now)]


def _moment(now: datetime.datetime) -> str:
    # As the columns hold it: SQLite compares texts.
    return str(connection.ops.adapt_datetimefield_value(now))
