"""Addresses to which nothing is sent for now, as the page of mails shows them."""

from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from notifications.models import Mail, MailState, PausedAddress
from offices.models import Office, Person


@dataclass(frozen=True, slots=True)
class Paused:
    """A paused address: whose it is, and how many mails wait for it."""

    row: PausedAddress
    whose: str
    waiting: int


def paused_addresses() -> list[Paused]:
    """Return the addresses that are paused now, the newest first; three queries at most."""
    rows = list(_running().select_related("mail").annotate(waiting=_waiting()))
    if not rows:
        return []
    addresses = {one.address for one in rows}
    offices = Office.objects.annotate(address=Lower("mailbox")).filter(address__in=addresses)
    persons = Person.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    whose = {one.mailbox.lower(): one.label for one in offices} | {one.email.lower(): one.name for one in persons}
    return [Paused(one, whose.get(one.address, ""), one.waiting) for one in rows]


def is_paused() -> Exists:
    """Return whether the address of a mail is paused, for a query of mails."""
    return Exists(PausedAddress.objects.filter(address=OuterRef("recipient"), ended_at__isnull=True))


def _running() -> QuerySet[PausedAddress]:
    return PausedAddress.objects.filter(ended_at__isnull=True).order_by("-since", "-pk")


def _waiting() -> Coalesce:
    here = Mail.objects.filter(recipient=OuterRef("address"), state=MailState.DUE).order_by().values("recipient")
    return Coalesce(Subquery(here.annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0)
