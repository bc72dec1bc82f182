"""How fast mails leave the house: the sweep, beside a bare smtplib loop that hands the same mails to the same server.

The server runs in a process of its own (``bench/relay.py``) and costs both the same. They take turns, so that a drift
of the machine's speed meets both. The loop has its mails ready as bytes, and one connection for each turn.
"""

import smtplib
import time
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils import timezone

from bench import people
from bench.cases import Result
from bench.relay import Count, Relay
from notifications.models import Mail, MailKind, MailState
from notifications.services import delivery
from notifications.services.composing import composer_of
from notifications.services.messages import as_bytes

TURNS = 6
AT_ONCE = 100
"""So many mails are composed together, as a sweep does."""


def mails(number: int) -> list[Result]:
    """Compose and deliver the daily mails of so many people."""
    people.with_reminders(number)
    ids = list(Mail.objects.filter(kind=MailKind.REMINDER, state=MailState.DUE).values_list("pk", flat=True))
    assert len(ids) == number, len(ids)
    return [*_composing(ids), *_delivery(ids)]


def _composing(ids: Sequence[int]) -> Iterator[Result]:
    composer = composer_of(MailKind.REMINDER)
    if composer is None:
        return
    now = timezone.now()
    seconds = 0.0
    for some in _parts(ids, AT_ONCE):
        written = list(Mail.objects.filter(pk__in=some))
        begin = time.perf_counter()
        words = composer.compose(written, now=now)
        seconds += time.perf_counter() - begin
        assert len(words) == len(some), "Everybody has something to do."
        for mail in written:
            mail.subject, mail.text, mail.html = words[mail.pk].subject, words[mail.pk].text, words[mail.pk].html
            mail.composed_at = now
        Mail.objects.bulk_update(written, ["subject", "text", "html", "composed_at"])
    yield "mail.compose_per_second", round(len(ids) / seconds), "mails/s"


def _delivery(ids: Sequence[int]) -> Iterator[Result]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAIL_PER_MINUTE = 0
    Mail.objects.filter(pk__in=ids).update(next_try_at=timezone.now() + 400 * people.DAY)
    seconds = {"sweep": 0.0, "loop": 0.0}
    sizes = {"sweep": 0, "loop": 0}
    with Relay() as relay:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
        for turn, some in enumerate(_parts(ids, len(ids) // TURNS)):
            now = timezone.now()
            ready = [(mail.recipient, as_bytes(mail, now=now)) for mail in Mail.objects.filter(pk__in=some)]
            for name in ("sweep", "loop") if turn % 2 else ("loop", "sweep"):
                begin = time.perf_counter()
                _sweep(some) if name == "sweep" else _loop(relay.port, ready)
                seconds[name] += time.perf_counter() - begin
                sizes[name] += _checked(relay.count(), len(some)).size
    # Else it would not be the same work.
    assert abs(sizes["sweep"] / sizes["loop"] - 1) < 0.01, sizes  # noqa: PLR2004 - equal but for their dates
    yield "mail.per_second", round(len(ids) / seconds["sweep"]), "mails/s"
    yield "mail.smtplib_per_second", round(len(ids) / seconds["loop"]), "mails/s"


def _parts(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for begin in range(0, len(ids), size):
        yield ids[begin : begin + size]


def _checked(count: Count, expected: int) -> Count:
    assert count.mails == count.recipients == expected, count
    return count


def _sweep(ids: Sequence[int]) -> None:
    Mail.objects.filter(pk__in=ids).update(next_try_at=timezone.now())
    while delivery.sweep(clock=timezone.now):
        pass
    assert not Mail.objects.filter(pk__in=ids).exclude(state=MailState.SENT).exists()


def _loop(port: int, ready: Sequence[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as connection:
        for recipient, content in ready:
            connection.sendmail("sachstand@stadt.example", [recipient], content)
