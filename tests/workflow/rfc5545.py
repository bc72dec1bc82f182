"""What RFC 5545 demands of a calendar, checked on the bytes, beside the strict parser of the ``icalendar`` package."""

import re
from dataclasses import dataclass, field

from icalendar import Calendar

LONGEST_LINE = 75
ONCE = ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "TRANSP", "STATUS")
STAMP = re.compile(r"\d{8}T\d{6}Z")
DATE = re.compile(r"\d{8}")


@dataclass
class Component:
    """A component as it stands there: names with their parameters, values as written."""

    name: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.lines if key.split(";")[0] == name]

    def text(self, name: str) -> str:
        """The value of a text, read as a calendar program reads it."""
        (value,) = self.all(name)
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"{name} holds a bare comma or semicolon: {value}"
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def checked(content: bytes) -> Component:
    """Return the calendar; fails where it breaks the standard."""
    Calendar.from_ical(content)  # raises ValueError
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    physical = content.split(b"\r\n")
    assert max(len(line) for line in physical) <= LONGEST_LINE
    for line in physical:
        line.decode()  # folding must not cut a character in two
    calendar = _read(content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"))
    assert calendar.name == "VCALENDAR"
    assert calendar.all("VERSION") == ["2.0"]
    assert len(calendar.all("PRODID")) == 1
    assert calendar.all("METHOD") in ([], ["PUBLISH"])
    events = [one for one in calendar.inside if one.name == "VEVENT"]
    assert len({one.text("UID") for one in events}) == len(events)
    for event in events:
        _check(event)
    return calendar


def _check(event: Component) -> None:
    for name in ONCE:
        assert len(event.all(name)) == 1, f"{name} in {event.lines}"
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        assert STAMP.fullmatch(event.all(name)[0])
    keys = dict(event.lines)
    begin, end = keys["DTSTART;VALUE=DATE"], keys["DTEND;VALUE=DATE"]
    assert DATE.fullmatch(begin)
    assert DATE.fullmatch(end)
    assert begin < end
    assert int(event.text("SEQUENCE")) >= 0
    assert event.text("STATUS") in {"CONFIRMED", "TENTATIVE", "CANCELLED"}
    for alarm in event.inside:
        assert alarm.name == "VALARM"
        assert [len(alarm.all(name)) for name in ("ACTION", "TRIGGER", "DESCRIPTION")] == [1, 1, 1]
        assert re.fullmatch(r"-?P(?:\d+D)?(?:T\d+H)?", alarm.text("TRIGGER"))


def _read(lines: list[str]) -> Component:
    root = Component("")
    stack = [root]
    for line in lines:
        key, _colon, value = line.partition(":")
        if key == "BEGIN":
            stack.append(Component(value))
            stack[-2].inside.append(stack[-1])
        elif key == "END":
            assert stack.pop().name == value
        else:
            assert re.fullmatch(r"[A-Z0-9-]+(?:;[A-Z-]+=[^;:]+)*", key), f"no name: {line}"
            stack[-1].lines.append((key, value))
    (calendar,) = root.inside
    return calendar
