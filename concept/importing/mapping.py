"""Mapping files (TOML): how a city's own table becomes ours. ``docs/import.md`` is the reference."""

import datetime
import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from concept.importing.cells import one_line
from concept.importing.columns import BY_NAME
from concept.importing.problems import BadMappingError

MAX_NAME, MAX_NUMBER = 200, 20
KINDS = ("department", "municipal_office", "joint_body", "provider", "association")


@dataclass(frozen=True, slots=True)
class OfficeDeclaration:
    """An office that is created if it does not exist."""

    name: str
    number: str = ""
    kind: str = "municipal_office"
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """What the mapping says about a field of action; empty texts say nothing."""

    number: str
    summary: str = ""
    lead: str = ""
    contributing: str = ""
    goal_number: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period and every spelling under which rows belong to it."""

    spellings: frozenset[str]
    period_from: datetime.date
    period_until: datetime.date
    approved_on: datetime.date


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What one value of the status column means."""

    status: str
    outlook: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A table whose rows hang under each other: fields, below them recommendations, below them dated texts.

    ``kind`` is the column that tells the texts of a recommendation apart: ``plan`` names its own text, ``periods``
    the dated ones. Texts that are exactly one of ``nil_texts`` are nil returns.
    """

    id: str
    parent: str
    field_name: str
    kind: str
    text: str
    plan: frozenset[str]
    periods: tuple[Period, ...]
    status_column: str
    statuses: Dict[str, StatusRule]
    nil_texts: frozenset[str]
    field_summary: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file, checked. ``columns`` leads from our columns to headings of the file.

    Columns that it does not name are recognised by their headings, unless ``guess`` is off.
    """

    columns: Dict[str, str] = field(default_factory=dict)
    constants: Dict[str, str] = field(default_factory=dict)
    patterns: Dict[str, str] = field(default_factory=dict)
    replacements: Dict[str, str] = field(default_factory=dict)
    offices: tuple[OfficeDeclaration, ...] = ()
    fields: Dict[str, FieldDeclaration] = field(default_factory=dict)
    tree: Tree | None = None
    labels: Dict[str, Dict[str, str]] = field(default_factory=dict)
    guess: bool = True


def load(content: bytes) -> Mapping:
    """Return the mapping that ``content`` holds; raises ``BadMappingError`` naming the place that is wrong."""
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMappingError(_("The mapping file is not valid TOML: %(error)s") % {"error": error}) from error
    known = {"columns", "constants", "patterns", "replace", "labels", "office", "field", "tree"}
    for key in data:
        _require(key in known, key, _("unknown section"))
    columns = _texts(data, "columns")
    constants = _texts(data, "constants")
    patterns = _texts(data, "patterns")
    for section, names in (("columns", columns), ("constants", constants), ("patterns", patterns)):
        for name in names:
            _require(name in BY_NAME, f"{section}.{name}", _("unknown column"))
    labels = data.get("labels", {})
    _require(isinstance(labels, dict), "labels", _("a table is expected"))
    return Mapping(
        columns=columns,
        constants=constants,
        patterns=patterns,
        replacements=_texts(data, "replace"),
        offices=tuple(_office(one, number) for number, one in enumerate(_list(data, "office"), start=1)),
        fields={one.number: one for one in map(_field, _list(data, "field"))},
        tree=_tree(data["tree"]) if "tree" in data else None,
        labels={name: _texts(labels, name) for name in labels},
    )


def _require(condition: object, place: str, message: str) -> None:
    if not condition:
        raise BadMappingError(_("Mapping file, “%(place)s”: %(message)s.") % {"place": place, "message": message})


def _texts(data: Dict[str, Any], key: str) -> dict[str, str]:
    section = data.get(key, {})
    _require(isinstance(section, dict), key, _("a table is expected"))
    for name, value in section.items():
        _require(isinstance(value, str), f"{key}.{name}", _("a text is expected"))
    return dict(section)


def _list(data: Dict[str, Any], key: str) -> list[dict[str, Any]]:
    entries = data.get(key, [])
    correct = isinstance(entries, list) and all(isinstance(one, dict) for one in entries)
    _require(correct, key, _("a list of tables is expected"))
    return list(entries)


def _text(data: Dict[str, Any], key: str, place: str, *, needed: bool = False) -> str:
    value = data.get(key, "")
    _require(isinstance(value, str), f"{place}.{key}", _("a text is expected"))
    _require(value or not needed, f"{place}.{key}", _("is missing"))
    return str(value)


def _office(data: dict[str, Any], position: int) -> OfficeDeclaration:
    place = f"office {position}"
    kind = _text(data, "kind", place) or "municipal_office"
    _require(kind in KINDS, f"{place}.kind", _("unknown kind of office"))
    name, number = one_line(_text(data, "name", place, needed=True)), one_line(_text(data, "number", place))
    mailbox = _text(data, "mailbox", place)
    _require(len(name) <= MAX_NAME and len(number) <= MAX_NUMBER, place, _("name or number is too long"))
    try:
        if mailbox:
            validate_email(mailbox)
    except ValidationError as error:
        raise BadMappingError(f"{place}.mailbox: {error.messages[0]}") from error
    return OfficeDeclaration(name=name, number=number, kind=kind, mailbox=mailbox)


def _field(data: dict[str, Any]) -> FieldDeclaration:
    number = _text(data, "number", "field", needed=True)
    place = f"field {number}"
    names = ("summary", "lead", "contributing", "goal_number", "goal")
    return FieldDeclaration(number=number, **{name: _text(data, name, place) for name in names})


def _tree(data: Any) -> Tree:
    _require(isinstance(data, dict), "tree", _("a table is expected"))
    statuses = data.get("status", {})
    _require(isinstance(statuses, dict), "tree.status", _("a table is expected"))
    return Tree(
        **{name: _text(data, name, "tree", needed=True) for name in ("id", "parent", "field_name", "kind", "text")},
        plan=_spellings(data.get("plan", []), "tree.plan"),
        periods=tuple(_period(one, number) for number, one in enumerate(_list(data, "period"), start=1)),
        status_column=_text(data, "status_column", "tree"),
        statuses={value: _status(one, value) for value, one in statuses.items()},
        nil_texts=_spellings(data.get("nil_return", []), "tree.nil_return"),
        field_summary=_text(data, "field_summary", "tree"),
    )


def _spellings(value: Any, place: str) -> frozenset[str]:
    correct = isinstance(value, list) and all(isinstance(one, str) for one in value)
    _require(correct, place, _("a list of texts is expected"))
    return frozenset(value)


def _period(data: dict[str, Any], position: int) -> Period:
    place = f"tree.period {position}"
    dates = {}
    for key in ("from", "until"):
        _require(type(data.get(key)) is datetime.date, f"{place}.{key}", _("a date is expected"))
        dates[key] = data[key]
    _require(dates["from"] < dates["until"], place, _("the period ends before it begins"))
    approved = data.get("approved_on", dates["until"])
    _require(type(approved) is datetime.date, f"{place}.approved_on", _("a date is expected"))
    spellings = _spellings(data.get("spellings", []), f"{place}.spellings")
    _require(spellings, f"{place}.spellings", _("is missing"))
    return Period(spellings, dates["from"], dates["until"], approved)


def _status(data: Any, value: str) -> StatusRule:
    place = f"tree.status.{value}"
    _require(isinstance(data, dict), place, _("a table is expected"))
    return StatusRule(
        status=_text(data, "status", place, needed=True),
        outlook=_text(data, "outlook", place),
        reason=_text(data, "reason", place),
    )
