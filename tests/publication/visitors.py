"""What a visitor's browser does with a form: it reads the page, waits, and sends what stands in it."""

import datetime
import html.parser

import time_machine
from django.test import Client

NOW = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)
"""A Thursday, ten o'clock in Kassel."""

MINUTE = datetime.timedelta(minutes=1)


class Hidden(html.parser.HTMLParser):
    """The hidden fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.found[given["name"] or ""] = given.get("value") or ""


def hidden(page: str) -> dict[str, str]:
    reader = Hidden()
    reader.feed(page)
    return reader.found


def send(
    client: Client,
    address: str,
    *,
    to: str = "",
    now: datetime.datetime = NOW,
    after: datetime.timedelta = MINUTE,
    origin: str = "http://testserver",
    **fields: str,
):  # type: ignore[no-untyped-def]
    """Open ``address``, wait, and send its form (to another address, if said) with ``fields``; return the answer."""
    with time_machine.travel(now, tick=False):
        shown = client.get(address)
    assert shown.status_code == 200, address
    values = hidden(shown.content.decode()) | fields
    with time_machine.travel(now + after, tick=False):
        return client.post(to or address, values, headers={"origin": origin} if origin else {})
