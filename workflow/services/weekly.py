"""The weekly summary for coordinators: where everything stands, in the figures of the board."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from notifications.models import Delivery, Mail, MailKind, MailState, NewsKind
from notifications.queries.outbox import BOUNCED, MailFilters
from notifications.queries.troubles import troubles
from notifications.services import outbox, preferences
from notifications.services.outbox import Letter, News
from offices.access import desk_of
from offices.models import Person
from offices.queries import people
from offices.working_days import WorkingDays, working_days
from workflow import duties
from workflow.duties import OpenDuty
from workflow.queries import department_letters, weekly
from workflow.queries.board_filters import BoardFilters
from workflow.queries.board_late import late_words
from workflow.queries.weekly import CycleWeek

AT = datetime.time(7)
WEEK = datetime.timedelta(days=7)
LONGEST = 2 * WEEK
"""The last summary may be older, if nothing ran: then the week alone is told."""
MOST_DUTIES = 10


@transaction.atomic
def plan_weekly(*, now: datetime.datetime) -> int:
    """Write this week's summary to every coordinator who wants it, and return how many are new.

    It is due on Monday at 7:00, on a free Monday on the next working day, and a run that was lost is made up for within
    the week. Once it is written, nobody gets another one in the same week: neither who is appointed later, nor whoever
    moves to another address. No cycle that ran by then and nothing to be done beside, no summary. Constant number of
    queries for each cycle.
    """
    today = timezone.localdate(now)
    working = working_days()
    due_at = _due_at(today, working)
    if now < due_at or working.is_free(today) or Mail.objects.filter(kind=MailKind.WEEKLY, key=_key(today)).exists():
        return 0
    to = _wanted(today)
    cycles = weekly.running_cycles(due_at) if to else []
    beside = duties.open_duties(today) if to else []
    if not cycles and not beside:
        return 0
    since = _since(now)
    weeks = weekly.weeks(cycles, since=since, now=now, desk=desk_of(to[0], today))
    context = _context(weeks, since, now) | _duties(beside)
    letters = [
        Letter(
            kind=MailKind.WEEKLY,
            recipient=person.email,
            key=_key(today),
            template="weekly",
            context=context | {"person_name": person.name},
            person=person,
            obsolete_at=_midnight(_monday(today) + WEEK),
            news=News(NewsKind.WEEKLY, str(NewsKind.WEEKLY.label), settings.SITE_URL + reverse("workflow:board")),
        )
        for person in to
    ]
    return outbox.queue_new(letters, now=now) if context["cycles"] or beside else 0


def foreseen(days: Collection[datetime.date], *, now: datetime.datetime) -> dict[datetime.date, int]:
    """Return on which of these working days the summary will go out, and to how many, as everything stands now."""
    today, working = timezone.localdate(now), working_days()
    number = len(_wanted(today))
    if not number or not (weekly.running_cycles(now) or duties.open_duties(today)):
        return {}
    done = Mail.objects.filter(kind=MailKind.WEEKLY, key=_key(today)).exists()
    weeks: dict[str, datetime.date] = {}
    for day in sorted(days):
        this_week_is_done = done and _key(day) == _key(today)
        if day >= timezone.localdate(_due_at(day, working)) and not this_week_is_done:
            weeks.setdefault(_key(day), day)
    return dict.fromkeys(weeks.values(), number)


def _wanted(today: datetime.date) -> list[Person]:
    found = people.coordinators(today)
    chosen = preferences.chosen({one.pk for one in found}, {NewsKind.WEEKLY})
    return [one for one in found if chosen.get((one.pk, NewsKind.WEEKLY)) != Delivery.OFF]


def _since(now: datetime.datetime) -> datetime.datetime:
    """Return from when on changes are told: since the last summary, or else for a week."""
    # This week's is not written yet, so the last one is that of a week before.
    last: datetime.datetime | None = Mail.objects.filter(kind=MailKind.WEEKLY, resend_of__isnull=True).aggregate(
        last=Max("created_at")
    )["last"]
    return last if last and now - LONGEST < last < now else now - WEEK


def _due_at(today: datetime.date, working: WorkingDays) -> datetime.datetime:
    day = working.on_or_after(_monday(today))
    return timezone.make_aware(datetime.datetime.combine(day, AT))


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _key(today: datetime.date) -> str:
    year, week, _day = today.isocalendar()
    return f"weekly:{year}-W{week:02}"


# --- Words ----------------------------------------------------------------------------------------------------------


def _context(weeks: Sequence[CycleWeek], since: datetime.datetime, now: datetime.datetime) -> dict[str, Any]:
    found = troubles(since)
    return {
        "cycles": [_cycle(one) for one in weeks],
        "since": since,
        "now": now,
        "week": timezone.localdate(now).isocalendar().week,
        "letters": len(department_letters.proposed()),
        "letters_link": settings.SITE_URL + reverse("workflow:letter-list"),
        "troubles": found,
        "outbox_link": settings.SITE_URL + reverse("notifications:outbox"),
        "failed_link": _outbox(MailFilters(state=MailState.FAILED, first_day=timezone.localdate(since))),
        "bounced_link": _outbox(MailFilters(state=BOUNCED, first_day=timezone.localdate(since))),
    }


def _duties(beside: Sequence[OpenDuty]) -> dict[str, Any]:
    """Return what is to be done beside the flow, with the most urgent by name."""
    named = [{"title": one.title, "link": settings.SITE_URL + one.link, "due": one.due} for one in beside[:MOST_DUTIES]]
    return {"duties": named, "more_duties": len(beside) - len(named), "late_duties": sum(one.is_late for one in beside)}


def _cycle(one: CycleWeek) -> dict[str, Any]:
    """Return one cycle as the mail's templates show it, every figure with the board's address that holds it."""
    seen = one.board
    here = BoardFilters(cycle=one.cycle.pk)
    requests = settings.SITE_URL + reverse("workflow:request-list")
    return {
        "name": str(one.cycle),
        "link": _board(here),
        "figures": seen.figures,
        "overdue": seen.late_kinds,
        "overdue_words": late_words(seen.late_kinds),
        "due": seen.due,
        "forecast": seen.forecast,
        "handed_in_link": _board(here, only="abgegeben"),
        "approved_link": _board(here, state="approved"),
        "overdue_link": _board(here, only="ueberfaellig"),
        "waiting_link": _board(here, only="wartet"),
        "newly_late": one.newly_late,
        "undecidable": one.shortage.entries if one.shortage else 0,
        "shortage_link": f"{settings.SITE_URL}{reverse('workflow:cycle-detail', args=[one.cycle.pk])}#zeichnung",
        "waiting": [
            # What the coordinators themselves have to decide is decided on a page of its own.
            {"one": group, "link": requests if group.only == "koordination" else _board(here, only=group.only)}
            for group in seen.waiting
        ],
        "late": [{"one": office, "link": _board(here, only="ueberfaellig", office=office.pk)} for office in seen.late],
        "more_late": len(seen.more_late),
        "changes": one.changes,
    }


def _outbox(filters: MailFilters) -> str:
    return f"{settings.SITE_URL}{reverse('notifications:outbox')}?{filters.address.removesuffix('&')}"


def _board(filters: BoardFilters, **only: object) -> str:
    return f"{settings.SITE_URL}{reverse('workflow:board')}{filters.address(**only)}"
