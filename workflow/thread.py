"""The Jahresfaden: one mark per reporting period, oldest first, whose shape, colour and word tell the status.

Pure functions on values; nothing here reads the database.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from workflow.models import ImplementationStatus, WorkStep

MISSING = "missing"
"""The period is closed and nothing was approved for it."""

OPEN = "open"
"""The period is running and nothing is approved yet."""

LEFT_OUT = "left_out"
"""The request was cancelled: nobody was asked for this period, so it is no gap, and has no mark."""

SOON_DAYS = 7

STATUS_WORDS: dict[str, str | Promise] = {
    **{str(status.value): status.label for status in ImplementationStatus},
    MISSING: pgettext_lazy("status", "no report"),
    OPEN: pgettext_lazy("status", "still open"),
}

STATUS_ORDER: tuple[str, ...] = (
    "made_permanent",
    "implemented",
    "in_progress",
    "planned",
    "deferred",
    "not_pursued",
    "unknown",
    MISSING,
    OPEN,
)
"""Reached ones first, so that rows of marks can be compared at their left edge."""


@dataclass(frozen=True, slots=True)
class ThreadStep:
    """One period of a thread. ``status`` is an ``ImplementationStatus`` value, ``missing`` or ``open``."""

    period: str
    status: str

    @property
    def is_loose(self) -> bool:
        """Whether nobody said anything, so that the thread to and from the mark is dotted."""
        return self.status in {MISSING, OPEN}

    @property
    def is_end(self) -> bool:
        """Whether the thread ends here by decision."""
        return self.status == ImplementationStatus.NOT_PURSUED


class Period(Protocol):
    """What a thread needs to know of a reporting cycle."""

    @property
    def cycle_id(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def closed(self) -> bool: ...


AnyPeriod = TypeVar("AnyPeriod", bound=Period)


def thread_steps(periods: Iterable[Period], statuses: Mapping[int, str]) -> list[ThreadStep]:
    """Return the thread of one recommendation from its ``statuses`` by cycle id; ``periods`` come oldest first.

    A closed period without a status is ``missing``; a running one without a status is left out, and so is one for
    which the request was cancelled (``LEFT_OUT``). Where nothing else is known, one ``open`` step says so; the result
    is never empty.
    """
    steps: list[ThreadStep] = []
    last_label = ""
    for period in periods:
        last_label = period.label
        status = statuses.get(period.cycle_id)
        if status == LEFT_OUT:
            continue
        if status or period.closed:
            steps.append(ThreadStep(period.label, status or MISSING))
    return steps or [ThreadStep(last_label, OPEN)]


def status_after(status: str | None, before: str, *, closed: bool) -> str:
    """Return how a recommendation stands at the end of a period, where it stood ``before`` at its beginning.

    While a period runs, and where nobody was asked, it counts as it stood before.
    """
    if status == LEFT_OUT:
        return before
    return status or (MISSING if closed else before)


def standing_after_each(
    periods: Iterable[AnyPeriod], statuses: Sequence[Mapping[int, str]]
) -> Iterator[tuple[AnyPeriod, list[str]]]:
    """Yield each period with how the members stood at its end, empty for who has no word yet.

    ``statuses`` hold those of each member by cycle id; ``periods`` come oldest first.
    """
    last = ["" for _ in statuses]
    for period in periods:
        last = [
            status_after(known.get(period.cycle_id), before, closed=period.closed)
            for known, before in zip(statuses, last, strict=True)
        ]
        yield period, last


def status_word(status: str, *, public: bool = False) -> str:
    """Return the word for ``status`` in the person's language; ``public`` words the open period for visitors."""
    if public and status == OPEN:
        return pgettext("status", "no report yet")
    return str(STATUS_WORDS[status])


def thread_label(steps: Sequence[ThreadStep], *, public: bool = False) -> str:
    """Return the thread in words, for those who do not see the marks."""
    words = (f"{step.period} {status_word(step.status, public=public)}".strip() for step in steps)
    return gettext("Thread of the years: %(steps)s") % {"steps": ", ".join(words)}


Tone = Literal["late", "soon", "calm"]


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, as a sentence and a tone that only repeats it."""

    sentence: str
    tone: Tone

    @property
    def icon(self) -> str:
        return {"late": "danger", "soon": "warning", "calm": "calendar-today"}[self.tone]


def due(due_on: datetime.date, today: datetime.date, what: str = "") -> Due:
    """Return how far ``due_on`` is from ``today``, in whole days; due on a day means until its end.

    ``what`` is one of ``""`` (hand-in), ``"rework"``, ``"review"``, ``"contribution"``, ``"co_signature"``,
    ``"signature"``, ``"answer"`` and ``"duty"`` (beside the flow); ``DUE_WORDS`` gives it for a step.
    """
    days = (due_on - today).days
    values = {"what": _what(what), "date": date_format(due_on, "d.m.Y"), "days": abs(days)}
    if days < 0:
        late = ngettext(
            "%(what)s was due on %(date)s, %(days)d day overdue",
            "%(what)s was due on %(date)s, %(days)d days overdue",
            -days,
        )
        return Due(late % values, "late")
    if days == 0:
        return Due(gettext("%(what)s is due today, %(date)s") % values, "soon")
    ahead = ngettext(
        "%(what)s by %(date)s, %(days)d day left",
        "%(what)s by %(date)s, %(days)d days left",
        days,
    )
    return Due(ahead % values, "soon" if days <= SOON_DAYS else "calm")


def _what(what: str) -> str:
    return {
        "": pgettext("due", "Return"),
        "rework": pgettext("due", "Rework"),
        "review": pgettext("due", "Review"),
        "contribution": pgettext("due", "Contribution"),
        "co_signature": pgettext("due", "Co-signature"),
        "signature": pgettext("due", "Signature"),
        "answer": pgettext("due", "Answer"),
        "duty": pgettext("due", "Completion"),
    }[what]


DUE_WORDS: dict[str, str] = {
    WorkStep.REWORK: "rework",
    WorkStep.REVIEW: "review",
    WorkStep.CONTRIBUTE: "contribution",
    WorkStep.CO_SIGN: "co_signature",
    WorkStep.SIGN: "signature",
    WorkStep.TAKE_OVER: "answer",
    WorkStep.DECIDE_EXTENSION: "answer",
}
"""By step, what is due; a step that is missing here is the hand-in."""


def due_name(step: str) -> str:
    """Return what is due when ``step`` is: ``Abgabe``, ``Prüfung`` and so on."""
    return _what(DUE_WORDS.get(step, ""))
