"""What an address of the board asks for."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from workflow.models import OPEN_STATES, Outlook, UpdateState, WorkStep

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

WAITING: dict[str, tuple[WorkStep, ...]] = {
    "schreiben": (WorkStep.WRITE, WorkStep.REWORK),
    "zuarbeit": (WorkStep.CONTRIBUTE,),
    "mitzeichnung": (WorkStep.CO_SIGN,),
    "schlusszeichnung": (WorkStep.SIGN,),
    "pruefung": (WorkStep.REVIEW,),
    "koordination": (WorkStep.DECIDE_EXTENSION,),
    "uebernahme": (WorkStep.TAKE_OVER,),
}
"""Values of ``only`` that ask for the runs which wait for somebody: the steps that are open there."""

ONLY: dict[str, Promise] = {
    "offen": gettext_lazy("not finished yet"),
    "abgegeben": gettext_lazy("handed in"),
    "ueberfaellig": gettext_lazy("overdue"),
    "wartet": gettext_lazy("waiting for review for more than 7 days"),
    "schreiben": gettext_lazy("waiting for the lead office"),
    "zuarbeit": gettext_lazy("waiting for a contribution"),
    "mitzeichnung": gettext_lazy("waiting for a co-signature"),
    "schlusszeichnung": gettext_lazy("waiting for the head of office"),
    "pruefung": gettext_lazy("waiting for the Arbeitsgruppe"),
    "koordination": gettext_lazy("waiting for the coordinators"),
    "uebernahme": gettext_lazy("waiting for another office to take over"),
}

DUE: dict[str, Promise] = {
    "ueberfaellig": gettext_lazy("overdue"),
    "woche": gettext_lazy("this week"),
    "14tage": gettext_lazy("within 14 days"),
    "spaeter": gettext_lazy("later"),
}
"""Windows of the offices' deadlines; what is handed in has none."""

OUTLOOKS: dict[str, Promise] = {
    "implan": pgettext_lazy("outlook", "on track"),
    "gefaehrdet": pgettext_lazy("outlook", "at risk"),
    "blockiert": pgettext_lazy("outlook", "blocked"),
}

OUTLOOK_VALUES: dict[str, str] = {
    "implan": Outlook.ON_TRACK,
    "gefaehrdet": Outlook.AT_RISK,
    "blockiert": Outlook.BLOCKED,
}

SORTS: dict[str, Promise] = {"frist": gettext_lazy("Deadline"), "nummer": gettext_lazy("Number")}

VIEWS: dict[str, Promise] = {
    "spalten": gettext_lazy("Columns"),
    "felder": gettext_lazy("By field of action"),
    "aemter": gettext_lazy("By office"),
    "tabelle": gettext_lazy("Table"),
    "zeitleiste": gettext_lazy("Timeline"),
}

LANES = ("felder", "aemter")
PAGED = ("tabelle", "zeitleiste")

UNFINISHED = OPEN_STATES
LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What an address asks for; 0 and empty mean everything. ``all`` is the column that is shown in full.

    ``column`` is the one that a narrow screen shows, ``page`` the page of table and timeline.
    """

    cycle: int = 0
    field: int = 0
    goal: int = 0
    office: int = 0
    state: str = ""
    due: str = ""
    due_from: datetime.date | None = None
    due_until: datetime.date | None = None
    only: str = ""
    outlook: str = ""
    mine: str = ""
    q: str = ""
    sort: str = "frist"
    view: str = "spalten"
    all: str = ""
    column: str = ""
    page: int = 1

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "BoardFilters":
        """Return the filters of an address; nonsense counts as not given."""

        def given(name: str) -> str:
            return data.get(NAMES[name], "")

        return cls(
            cycle=_number(given("cycle")),
            field=_number(given("field")),
            goal=_number(given("goal")),
            office=_number(given("office")),
            state=_one_of(given("state"), COLUMNS, ""),
            due=_one_of(given("due"), DUE, ""),
            due_from=_day(given("due_from")),
            due_until=_day(given("due_until")),
            only=_one_of(given("only"), ONLY, ""),
            outlook=_one_of(given("outlook"), OUTLOOKS, ""),
            mine=_one_of(given("mine"), ("1",), ""),
            q=given("q").replace("\x00", "").strip()[:100],
            sort=_one_of(given("sort"), SORTS, "frist"),
            view=_one_of(given("view"), VIEWS, "spalten"),
            all=_one_of(given("all"), COLUMNS, ""),
            column=_one_of(given("column"), COLUMNS, ""),
            page=_number(given("page")) or 1,
        )

    def query(self, **changes: object) -> str:
        """Return the part of the address after the question mark, without what is the default anyway.

        Without ``page`` among the changes, it is the first one: another selection has other pages.
        """
        changed = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        values = {name: getattr(changed, name) for name in NAMES}
        return urlencode({NAMES[name]: value for name, value in values.items() if value != _DEFAULTS[name]})

    def address(self, **changes: object) -> str:
        """Return the address of the board with ``changes``; see ``query``."""
        return f"?{self.query(**changes)}"

    @property
    def everything(self) -> str:
        """The address without any filter."""
        return self.address(**{name: _DEFAULTS[name] for name in (*NARROWING, "all")})

    @property
    def words(self) -> list[str]:
        return self.q.split()

    @property
    def more(self) -> bool:
        """Whether one of the filters is set that are folded away at first."""
        return (
            any((self.goal, self.only, self.outlook, self.due_from, self.due_until, self.mine)) or self.sort != "frist"
        )

    @property
    def narrows(self) -> bool:
        return any(getattr(self, name) for name in NARROWING)


NAMES = {
    "cycle": "abfrage",
    "field": "feld",
    "goal": "ziel",
    "office": "amt",
    "state": "stand",
    "due": "frist",
    "due_from": "von",
    "due_until": "bis",
    "only": "nur",
    "outlook": "ampel",
    "mine": "meine",
    "q": "q",
    "sort": "sortierung",
    "view": "ansicht",
    "all": "alle",
    "column": "spalte",
    "page": "seite",
}
"""What the parts of a selection are called in the address."""

NARROWING = ("field", "goal", "office", "state", "due", "due_from", "due_until", "only", "outlook", "mine", "q")
_DEFAULTS = {one.name: one.default for one in fields(BoardFilters)}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits every database


def _one_of(text: str, known: Iterable[str], default: str) -> str:
    return text if text in set(known) else default


def _tried(read: Callable[[str], datetime.date], text: str) -> datetime.date | None:
    try:
        return read(text)
    except ValueError:
        return None


def _day(text: str) -> datetime.date | None:
    """Return the day as a date field of the browser sends it, or as people write it."""
    text = text.strip()
    return _tried(datetime.date.fromisoformat, text) or _tried(_german, text)


def _german(text: str) -> datetime.date:
    day, month, year = text.split(".")
    return datetime.date(int(year), int(month), int(day))
