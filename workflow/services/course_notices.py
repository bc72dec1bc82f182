"""Mails about a change of course: more time, another office, an end or a new beginning. Rows of the change itself."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notifications.models import MailKind
from notifications.services import outbox
from notifications.services.outbox import Letter
from offices.models import Office, Person
from offices.queries import people
from workflow.models import DeadlineExtension, ExtensionState, Reassignment, ReassignmentState, StatusUpdate
from workflow.services.notices import recipients_of

Recipients = Iterable[tuple[str, Person | None]]


def extension_asked(one: DeadlineExtension, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the coordinators that an office asks for more time."""
    context = {
        "office": one.office.label,
        "reason": one.reason,
        "before": one.before,
        "wanted_on": one.wanted_on,
        "link": _link(one.update, "#entscheiden"),
    }
    to = [(person.email, person) for person in people.coordinators(today)]
    _News(MailKind.EXTENSION, "extension_asked", f"extension:{one.pk}:asked", one.update, context).send(to, now)


def extension_answered(one: DeadlineExtension, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the office whether it has more time, and until when."""
    granted = one.state == ExtensionState.GRANTED
    context = {
        "granted": granted,
        "granted_on": one.granted_on,
        "before": one.before,
        "answer": one.answer or (one.reason if one.requested_by_id == one.decided_by_id else ""),
        "link": _link(one.update),
    }
    to = recipients_of(one.office, today)
    _News(MailKind.EXTENSION, "extension_answered", f"extension:{one.pk}:{one.state}", one.update, context).send(
        to, now
    )


def take_over_asked(one: Reassignment, *, now: datetime.datetime, today: datetime.date) -> None:
    """Ask the other office whether it takes the task over."""
    context = {
        "from_office": one.from_office.label,
        "reason": one.reason,
        "contribution": one.participation_id is not None,
        "link": _link(one.update, "#entscheiden"),
    }
    to = recipients_of(one.to_office, today)
    _News(MailKind.REASSIGNMENT, "take_over_asked", f"reassignment:{one.pk}:asked", one.update, context).send(to, now)


def take_over_answered(one: Reassignment, *, now: datetime.datetime) -> None:
    """Tell whoever proposed it what the other office says, and the office whose task has gone."""
    accepted = one.state == ReassignmentState.ACCEPTED
    to: dict[str, Person | None] = {one.proposed_by.email: one.proposed_by}
    if accepted:
        to |= dict(recipients_of(one.from_office, timezone.localdate(now)))
    context = {
        "accepted": accepted,
        "to_office": one.to_office.label,
        "answer": one.answer,
        "link": _link(one.update),
    }
    key = f"reassignment:{one.pk}:{one.state}"
    _News(MailKind.REASSIGNMENT, "take_over_answered", key, one.update, context).send(to.items(), now)


def cancelled(update: StatusUpdate, offices: Collection[Office], *, reason: str, now: datetime.datetime) -> None:
    """Tell the offices that had something to do that they need not do it any more."""
    today = timezone.localdate(now)
    to = {email: person for office in offices for email, person in recipients_of(office, today)}
    key = f"cancelled:{update.pk}:{update.history_count}"
    context = {"reason": reason, "link": _link(update)}
    _News(MailKind.COURSE, "cancelled", key, update, context).send(to.items(), now)


def reopened(update: StatusUpdate, *, reason: str, correction: bool, by: Person, now: datetime.datetime) -> None:
    """Tell the lead office that it has the entry on its desk again; whoever did it need not be told."""
    context = {
        "reason": reason,
        "correction": correction,
        "due_on": update.due_on,
        "link": settings.SITE_URL + reverse("workflow:update-edit", args=[update.pk]),
    }
    to = [one for one in recipients_of(update.lead_office, timezone.localdate(now)) if one[1] != by]
    key = f"reopened:{update.pk}:{update.history_count}"
    _News(MailKind.COURSE, "reopened", key, update, context).send(to, now)


def _link(update: StatusUpdate, anchor: str = "") -> str:
    address = reverse("workflow:update-detail", args=[update.pk])
    return f"{settings.SITE_URL}{address}{anchor}"


@dataclass(frozen=True, slots=True)
class _News:
    """One mail to several people, about ``update``; ``key`` makes the same news the same mail."""

    kind: MailKind
    template: str
    key: str
    update: StatusUpdate
    context: dict[str, Any]

    def send(self, to: Recipients, now: datetime.datetime) -> None:
        title = str(self.update.recommendation)
        letters = [
            Letter(
                kind=self.kind,
                recipient=recipient,
                key=self.key,
                template=self.template,
                context={**self.context, "title": title, "person_name": person.name if person else ""},
                person=person,
                topics=(f"update:{self.update.pk}",),
            )
            for recipient, person in to
        ]
        outbox.queue_new(letters, now=now)
