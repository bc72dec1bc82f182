"""Triggers by which the database itself notes each change of what visitors can read (``PublishedChange``).

Whatever changes a row (a page, the back office, an import, somebody at the database's prompt) is noted in the change's
own transaction. They are laid anew after every ``migrate``, because SQLite loses them when a table is rebuilt.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

FUNCTION = "publication_note_change"


@dataclass(frozen=True, slots=True)
class Watched:
    """A table of which some changes show on public pages.

    ``columns`` are those whose change shows; without any, every change does. ``inserted`` is the condition under which
    a new row shows, in SQL with ``NEW``; empty: no new row shows.
    """

    table: str
    columns: tuple[str, ...] = ()
    inserted: str = ""


WATCHED = (
    Watched("concept_conceptedition"),
    Watched("concept_actionfield"),
    Watched("concept_goal"),
    Watched("concept_recommendation"),
    Watched("concept_crosswalklink"),
    Watched("concept_assignment"),
    Watched("offices_office"),
    Watched("offices_officesuccession"),
    Watched(
        "workflow_reportingcycle",
        ("state", "publish_on", "period_from", "period_until", "due_on", "closed_at", "edition_id"),
        "NEW.state = 'closed'",
    ),
    Watched(
        "workflow_statusupdate",
        ("approved_id", "approved_at", "withdrawn_at", "withdrawal_note", "restored_at", "lead_office_label"),
        "NEW.approved_id IS NOT NULL OR NEW.state = 'cancelled'",
    ),
    Watched("publication_reportedition", ("stage", "withdrawal_note", "change_note")),
    Watched("publication_entrysummary"),
    Watched("publication_feedback", ("state", "answer")),
)
CANCELLED = "(OLD.state = 'cancelled') <> (NEW.state = 'cancelled')"
"""A run that is cancelled, or asked for again, shows as well; its other states do not."""


def lay(using: str) -> None:
    """Lay all triggers anew, in the database ``using``; leaves out tables and columns that are not there (yet)."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if "publication_publishedchange" not in tables:
        return
    statements = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        watched = [_as_it_is(one, connection, cursor) for one in WATCHED if one.table in tables]
        for statement in statements(watched):
            cursor.execute(statement)


def _as_it_is(one: Watched, connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> Watched:
    """Return what is watched without the columns that the table does not have: somebody has migrated back."""
    if not one.columns:
        return one
    there = {column.name for column in connection.introspection.get_table_description(cursor, one.table)}
    return replace(one, columns=tuple(name for name in one.columns if name in there))


def lay_after_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receive ``post_migrate``."""
    lay(using)


def _conditions(one: Watched, differs: str) -> Iterator[tuple[str, str]]:
    """Yield each event with the condition under which it is noted, empty for always."""
    if not one.columns:
        yield from (("INSERT", ""), ("UPDATE", ""), ("DELETE", ""))
        return
    changed = [f"OLD.{name} {differs} NEW.{name}" for name in one.columns]
    if one.table == "workflow_statusupdate":
        changed.append(CANCELLED)
    yield "UPDATE", " OR ".join(changed)
    yield "DELETE", ""
    if one.inserted:
        yield "INSERT", one.inserted


def _postgresql(watched: list[Watched]) -> Iterator[str]:
    yield f"""
        CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO publication_publishedchange (weight, at) VALUES (1, clock_timestamp());
            RETURN NULL;
        END $$
    """  # noqa: S608 - names of our own
    for one in watched:
        for event, condition in _conditions(one, "IS DISTINCT FROM"):
            yield f"DROP TRIGGER IF EXISTS {_name(one, event)} ON {one.table}"
            each = f"FOR EACH ROW WHEN ({condition})" if condition else "FOR EACH STATEMENT"
            yield (
                f"CREATE TRIGGER {_name(one, event)} AFTER {event} ON {one.table} {each} EXECUTE FUNCTION {FUNCTION}()"
            )


def _sqlite(watched: list[Watched]) -> Iterator[str]:
    # In the form in which Django keeps moments.
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    for one in watched:
        for event, condition in _conditions(one, "IS NOT"):
            yield f"DROP TRIGGER IF EXISTS {_name(one, event)}"
            when = f"WHEN {condition}" if condition else ""
            yield f"""
                CREATE TRIGGER {_name(one, event)} AFTER {event} ON {one.table} FOR EACH ROW {when}
                BEGIN INSERT INTO publication_publishedchange (weight, at) VALUES (1, {now}); END
            """  # noqa: S608 - names of our own


def _name(one: Watched, event: str) -> str:
    return f"published_{one.table}_{event}".lower()
