"""The outbox as its list shows it: what went to whom, when, why and with what outcome; never what the mails say."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from notifications.models import Mail, MailKind, MailState, MailTopic, Notice, NoticeKind
from notifications.queries.addresses import is_paused
from notifications.reasons import Reason, reason_of
from notifications.subjects import subjects, topics

PER_PAGE = 50

BOUNCED = "bounced"

STATES = (*MailState.choices, (BOUNCED, pgettext_lazy("mail", "came back")))
"""What can be filtered for: the states of a mail, and those of which a bounce came back."""

NAMES = {
    "state": "stand",
    "kind": "art",
    "text": "q",
    "run": "vorgang",
    "topic": "thema",
    "first_day": "von",
    "last_day": "bis",
}
"""What the filters are called in the address."""


@dataclass(frozen=True, slots=True)
class MailFilters:
    """What somebody is looking for; empty means everything.

    ``run`` is the number of a recommendation as people type it, ``topic`` names one thing exactly (``update:12``). The
    days are those on which a mail was planned, both included.
    """

    state: str = ""
    kind: str = ""
    text: str = ""
    run: str = ""
    topic: str = ""
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    fault: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "MailFilters":
        """Return the filters of an address; nonsense counts as not given, ``fault`` says it of days."""
        state, kind = data.get("stand", ""), data.get("art", "")
        return cls(
            state=state if state in dict(STATES) else "",
            kind=kind if kind in MailKind.values else "",
            text=_words(data.get("q", "")),
            run=_words(data.get("vorgang", "")),
            topic=_words(data.get("thema", "")),
            first_day=_day(data.get("von", "")),
            last_day=_day(data.get("bis", "")),
            fault=_fault(data.get("von", "").strip(), data.get("bis", "").strip()),
        )

    @property
    def address(self) -> str:
        """The filters as the query of an address, with an ampersand at the end if there are any."""
        return self._address(self)

    @property
    def without_state(self) -> str:
        return self._address(replace(self, state=""))

    @property
    def are_set(self) -> bool:
        return replace(self, state="", fault="") != MailFilters()

    @staticmethod
    def _address(of: "MailFilters") -> str:
        given = {said: getattr(of, name) for name, said in NAMES.items() if getattr(of, name)}
        return f"{urlencode(given)}&" if given else ""


def _words(text: str) -> str:
    return text.replace("\x00", "").strip()[:100]


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _fault(first: str, last: str) -> str:
    """Return what is wrong with two days as they were typed; empty if nothing is."""
    wrong = [one for one in (first, last) if one and _day(one) is None]
    if wrong:
        said = ngettext(
            "This is no day: %(days)s. Please write it like 2026-11-30.",
            "These are no days: %(days)s. Please write them like 2026-11-30.",
            len(wrong),
        )
        return said % {"days": ", ".join(one[:20] for one in wrong)}
    begins, ends = _day(first), _day(last)
    if begins and ends and begins > ends:
        return _("“From” is after “until”: no mail lies between these days. Please change one of them.")
    return ""


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter: what it says, and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail of the list and why it was written."""

    mail: Mail
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Outbox:
    """A page of the mails that fit the filters; ``counts`` are those of each state under the other filters."""

    page: "Page[Any]"
    rows: list[MailRow]
    filters: MailFilters
    counts: list[tuple[str, str, int]]
    total: int
    chips: list[Chip]


def outbox(filters: MailFilters, page: str | None) -> Outbox:
    """Return a page of the outbox, the newest first; a constant number of queries however many mails there are."""
    others = _narrowed(replace(filters, state=""))
    counts = _counts(others)
    found = _in_state(others, filters.state).defer("text", "html").annotate(is_paused=is_paused())
    found = found.select_related("wanted_by", "person")
    paginator = Paginator(found.order_by("-created_at", "-pk"), PER_PAGE)
    # Counted already, by state.
    paginator.__dict__["count"] = counts[filters.state] if filters.state else counts[""]
    here = paginator.get_page(page)
    told = _told([mail.pk for mail in here])
    return Outbox(
        page=here,
        rows=[MailRow(mail, reason_of(mail, told[mail.pk])) for mail in here],
        filters=filters,
        counts=[(value, str(label), counts[value]) for value, label in STATES],
        total=counts[""],
        chips=_chips(filters),
    )


def _narrowed(filters: MailFilters) -> QuerySet[Mail]:
    found = Mail.objects.all()
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.text:
        found = found.filter(
            Q(recipient__icontains=filters.text)
            | Q(person__name__icontains=filters.text)
            | Q(subject__icontains=filters.text)
        )
    if filters.run:
        found = found.filter(about(topics(filters.run)))
    if filters.topic:
        found = found.filter(about({filters.topic}))
    if filters.first_day:
        found = found.filter(created_at__gte=_midnight(filters.first_day))
    if filters.last_day and filters.last_day < datetime.date.max:
        found = found.filter(created_at__lt=_midnight(filters.last_day + datetime.timedelta(days=1)))
    return found


def about(names: Collection[str]) -> Q:
    """Return the condition that a mail is about one of the topics, by itself or by a notice that it speaks of."""
    told = Notice.objects.filter(topic__in=names, mail__isnull=False, dropped_at__isnull=True)
    said = MailTopic.objects.filter(topic__in=names)
    return Q(pk__in=said.values("mail")) | Q(pk__in=told.values("mail"))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _in_state(found: QuerySet[Mail], state: str) -> QuerySet[Mail]:
    if state == BOUNCED:
        return found.filter(bounced_at__isnull=False)
    return found.filter(state=state) if state else found


def _counts(found: QuerySet[Mail]) -> dict[str, int]:
    """Return how many mails stand in each state, and under ``""`` how many they are together; one query."""
    by_state = found.order_by().values_list("state").annotate(Count("pk"), Count("bounced_at"))
    counts = dict.fromkeys(("", *dict(STATES)), 0)
    for state, number, bounced in by_state:
        counts[state] += number
        counts[""] += number
        counts[BOUNCED] += bounced
    return counts


def _told(mails: Collection[int]) -> dict[int, list[Reason]]:
    """Return by mail what it speaks of; of a withdrawn one, what it was to speak of; one query."""
    grouped = (
        Notice.objects.filter(mail__in=mails)
        .order_by()
        .values_list("mail", "mail__created_at", "kind", "step", "repeat", "due_on")
        .annotate(Count("pk"), Count("dropped_at"))
    )
    told: dict[int, Counter[tuple[str, int, int, bool]]] = defaultdict(Counter)
    dropped: dict[int, Counter[tuple[str, int, int, bool]]] = defaultdict(Counter)
    for mail, at, kind, step, repeat, due_on, number, gone in grouped:
        # News and letters have no date that anybody counts from.
        dated = kind not in {NoticeKind.NEWS, NoticeKind.LETTER}
        days = (timezone.localdate(at) - due_on).days if dated else step
        to, counted = (told, number - gone) if number > gone else (dropped, gone)
        to[mail][kind, step, days, dated and repeat > 0] += counted
    found = {mail: [Reason(*what, number) for what, number in same.items()] for mail, same in (dropped | told).items()}
    return defaultdict(list, found)


def _chips(filters: MailFilters) -> list[Chip]:
    topic = subjects({filters.topic})[filters.topic].label if filters.topic else ""
    said = {
        "topic": topic,
        "run": _("recommendation %(number)s") % {"number": filters.run} if filters.run else "",
        "kind": str(MailKind(filters.kind).label) if filters.kind else "",
        "text": _("“%(text)s”") % {"text": filters.text} if filters.text else "",
        "first_day": _("from %(day)s") % {"day": date_format(filters.first_day, "d.m.Y")} if filters.first_day else "",
        "last_day": _("until %(day)s") % {"day": date_format(filters.last_day, "d.m.Y")} if filters.last_day else "",
    }
    empty = MailFilters()
    return [
        Chip(label, f"?{replace(filters, **{name: getattr(empty, name)}).address}".rstrip("&"))
        for name, label in said.items()
        if label
    ]
