"""Dates as an iCalendar file (RFC 5545), read by Outlook, Thunderbird, Apple's and telephones' calendars; pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from icalendar import Alarm, Calendar, Event, vText

CONTENT_TYPE = "text/calendar; charset=utf-8"
DAY = datetime.timedelta(days=1)
REFRESH = datetime.timedelta(hours=4)
ALARMS = (datetime.timedelta(hours=9) - 3 * DAY, datetime.timedelta(hours=9))
"""From the midnight with which the day begins: three days before and on the day, at nine in the morning."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One date, a whole day.

    ``uid`` names it for good. ``sequence`` grows and ``changed_at`` moves whenever it changes. ``alarm``: the calendar
    speaks up. ``cancelled``: it was in the calendar and no longer counts.
    """

    uid: str
    day: datetime.date
    summary: str
    sequence: int
    changed_at: datetime.datetime
    category: str
    description: str = ""
    url: str = ""
    alarm: bool = False
    cancelled: bool = False


def render(name: str, entries: Iterable[Entry], *, host: str) -> bytes:
    """Return the calendar ``name`` with ``entries``; the same entries are the same bytes.

    Without METHOD, as befits a calendar that is subscribed to: DTSTAMP is then when an entry changed last. Nobody is
    shown as busy by a deadline (TRANSP).
    """
    calendar = Calendar()
    calendar.add("prodid", vText(f"-//{settings.CITY_NAME}//{settings.SERVICE_CLAIM}//DE"))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # Two names, two intervals: the standard's (RFC 7986), and those that older programs know.
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for entry in entries:
        calendar.add_component(_event(entry, host))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.day)
    # The end is the first moment that no longer belongs to it.
    event.add("dtend", entry.day + DAY)
    event.add("summary", vText(entry.summary))
    if entry.description:
        event.add("description", vText(entry.description))
    if entry.url:
        event.add("url", entry.url)
    event.add("categories", [entry.category])
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.alarm and not entry.cancelled:
        for before in ALARMS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", vText(entry.summary))
            alarm.add("trigger", before)
            event.add_component(alarm)
    return event
