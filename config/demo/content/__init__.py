"""The demonstration's texts, in our own words: invented, but on what is known of such a concept and its offices.

Written as of 2026. Whoever reads them in another year passes ``years``: entries and their dates move along, so that
"since autumn 2025" stays true of the running period. The concept itself and its first history stay where they are.
"""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

from config.demo.contributions import Supplied

WRITTEN_IN = 2026
"""The last year of the running period as the texts know it."""

FOLDER = Path(__file__).parent
# The years around the running period; 2019 and before are history and stand still.
MOVING_YEAR = re.compile(r"\b20(?:2[1-9]|3\d)\b")


def offices() -> list[dict[str, Any]]:
    """Return the offices, parents before their children."""
    return list(_read("offices.toml")["offices"])


def people() -> list[dict[str, Any]]:
    """Return the people with their roles."""
    return list(_read("people.toml")["people"])


def invitations() -> list[dict[str, Any]]:
    """Return the unanswered invitations, each sent some ``days`` ago."""
    return list(_read("people.toml")["invitations"])


def absences() -> list[dict[str, Any]]:
    """Return the absences by the addresses of ``person`` and ``deputy``, in days from the day of loading."""
    return list(_read("people.toml")["absences"])


def contributions() -> Supplied:
    """Return what contributing offices supply."""
    return Supplied(**_read("contributions.toml"))


def crosswalk() -> list[dict[str, Any]]:
    """Return the links from the edition of 2012 to that of 2019."""
    return list(_read("crosswalk.toml")["links"])


def readers(years: int = 0) -> dict[str, Any]:
    """Return ``summaries``, ``feedback`` and ``barriers``; years in summaries are moved by ``years``."""
    found = _read("readers.toml")
    for row in found["summaries"]:
        cycle = row["cycle"]
        row.update(moved(row, years))
        row["cycle"] = cycle
    return found


def edition(name: str, years: int = 0) -> dict[str, Any]:
    """Return the edition in folder ``name``, with ``fields`` in printed order.

    Cycles and entries are moved by ``years``.
    """
    folder = FOLDER / name
    found = _read(f"{name}/edition.toml")
    found["fields"] = [_read(f"{name}/{path.name}") for path in sorted(folder.glob("[0-9]*.toml"))]
    found["cycles"] = moved(found["cycles"], years)
    for field in found["fields"]:
        for recommendation in field["recommendations"]:
            for entry in recommendation.get("entries", []):
                cycle = entry["cycle"]
                entry.update(moved(entry, years))
                entry["cycle"] = cycle
    return found


def moved(value: Any, years: int) -> Any:
    """Return ``value`` with every date and every year in its texts moved by ``years``."""
    if not years:
        return value
    if isinstance(value, dict):
        return {key: inner if key == "name" else moved(inner, years) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, years) for inner in value]
    if isinstance(value, datetime.date):
        return _moved_date(value, years)
    if isinstance(value, str):
        return MOVING_YEAR.sub(lambda found: str(int(found.group()) + years), value)
    return value


def _moved_date(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _read(path: str) -> dict[str, Any]:
    found: dict[str, Any] = _unwrapped(tomllib.loads((FOLDER / path).read_text(encoding="utf-8")))
    return found


def _unwrapped(value: Any) -> Any:
    """Return ``value`` with the lines of each paragraph joined: the files wrap them, people's screens do it anew."""
    if isinstance(value, dict):
        return {key: _unwrapped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unwrapped(inner) for inner in value]
    if isinstance(value, str):
        return "\n\n".join(" ".join(part.split()) for part in value.split("\n\n")).strip()
    return value
