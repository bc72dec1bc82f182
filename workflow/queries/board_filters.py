"""What an address of the board asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from workflow.models import UpdateState

COLUMNS: dict[str, Promise] = {
    UpdateState.REQUESTED: pgettext_lazy("board", "Requested"),
    UpdateState.DRAFTING: pgettext_lazy("board", "In progress"),
    UpdateState.SIGNING: pgettext_lazy("board", "Signing"),
    UpdateState.IN_REVIEW: pgettext_lazy("board", "Review"),
    UpdateState.RETURNED: pgettext_lazy("board", "Rework"),
    UpdateState.APPROVED: pgettext_lazy("board", "Approved"),
    UpdateState.MISSING: pgettext_lazy("board", "No return"),
    UpdateState.CANCELLED: pgettext_lazy("board", "Cancelled"),
}

ONLY: dict[str, Promise] = {
    "abgegeben": gettext_lazy("handed in"),
    "ueberfaellig": gettext_lazy("overdue"),
    "wartet": gettext_lazy("waiting for review for more than 7 days"),
}

SORTS: dict[str, Promise] = {"frist": gettext_lazy("Deadline"), "nummer": gettext_lazy("Number")}

VIEWS: dict[str, Promise] = {
    "spalten": gettext_lazy("Columns"),
    "felder": gettext_lazy("By field of action"),
    "tabelle": gettext_lazy("Table"),
}


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What an address asks for; 0 and empty mean everything. ``all`` is the column that is shown in full.

    ``column`` is the one that a narrow screen shows, ``page`` the page of the table.
    """

    cycle: int = 0
    field: int = 0
    office: int = 0
    q: str = ""
    only: str = ""
    sort: str = "frist"
    view: str = "spalten"
    all: str = ""
    column: str = ""
    page: int = 1

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "BoardFilters":
        """Return the filters of an address; nonsense counts as not given."""
        return cls(
            cycle=_number(data.get("abfrage", "")),
            field=_number(data.get("feld", "")),
            office=_number(data.get("amt", "")),
            q=data.get("q", "").replace("\x00", "").strip()[:100],
            only=_one_of(data.get("nur", ""), ONLY, ""),
            sort=_one_of(data.get("sortierung", ""), SORTS, "frist"),
            view=_one_of(data.get("ansicht", ""), VIEWS, "spalten"),
            all=_one_of(data.get("alle", ""), COLUMNS, ""),
            column=_one_of(data.get("spalte", ""), COLUMNS, ""),
            page=_number(data.get("seite", "")) or 1,
        )

    def address(self, **changes: object) -> str:
        """Return the address of the board with ``changes``, without what is the default anyway.

        Without ``page`` among the changes, it is the first one: another selection has other pages.
        """
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        default = BoardFilters()
        given = {
            NAMES[one.name]: getattr(changed, one.name)
            for one in fields(changed)
            if getattr(changed, one.name) != getattr(default, one.name)
        }
        return "?" + urlencode(given)

    @property
    def narrows(self) -> bool:
        return bool(self.field or self.office or self.q or self.only)


NAMES = {
    "cycle": "abfrage",
    "field": "feld",
    "office": "amt",
    "q": "q",
    "only": "nur",
    "sort": "sortierung",
    "view": "ansicht",
    "all": "alle",
    "column": "spalte",
    "page": "seite",
}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits every database


def _one_of(text: str, known: Iterable[str], default: str) -> str:
    return text if text in set(known) else default
