"""Mails about signatures: who is asked for one, and that an entry came back without it."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from notifications.models import MailKind
from notifications.services import outbox
from notifications.services.outbox import Letter
from offices.models import Office
from offices.queries import people
from workflow.models import CoSignature, Revision, SignOff, StatusUpdate
from workflow.services import recipients, work_items
from workflow.services.recipients import Recipient


def co_signatures_asked(
    update: StatusUpdate, asked: Sequence[CoSignature], *, now: datetime.datetime, today: datetime.date
) -> None:
    """Ask each office to co-sign: its clerks, else its heads, else its mailbox; one mail per version and person."""
    letters: list[Letter] = []
    for one in asked:
        context = _about(update) | {
            "step": "co_sign",
            "office": one.office_label,
            "due_on": one.due_on,
            "silence": one.silence_is_consent,
        }
        key = f"co-sign:{update.pk}:{one.revision.number}:{one.office_id}"
        letters += [_request(update, whom, key, context) for whom in recipients.of_office(one.office, today)]
    outbox.queue_many(letters, now=now)


def signature_asked(update: StatusUpdate, revision: Revision, *, now: datetime.datetime, today: datetime.date) -> None:
    """Ask the head of the lead office to sign; where nobody is the head, tell the coordinators.

    One mail per version and person.
    """
    office = Office.objects.get(pk=update.lead_office_id)
    has_head = bool(people.heads_of([office.pk], today)[office.pk])
    whom = recipients.of_heads(office, today) if has_head else recipients.of_coordinators(today)
    context = _about(update) | {
        "step": "sign" if has_head else "no_head",
        "office": update.lead_office_label,
        "due_on": work_items.sign_due_on(update),
    }
    key = f"sign:{update.pk}:{revision.number}:{update.lead_office_id}"
    outbox.queue_many([_request(update, one, key, context) for one in whom], now=now)


def objected(update: StatusUpdate, one: CoSignature, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the lead office that a contributing office objects, and what it says."""
    said = {"office": one.office_label, "reason": one.comment, "by": "office"}
    _returned(update, f"objected:{update.pk}:{one.revision.number}", said, now=now, today=today)


def returned_unsigned(update: StatusUpdate, made: SignOff, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the clerks of the lead office that their head did not sign, and why."""
    said = {"office": update.lead_office_label, "reason": made.comment, "by": "head"}
    _returned(update, f"unsigned:{update.pk}:{made.revision.number}", said, now=now, today=today)


def _about(update: StatusUpdate) -> dict[str, object]:
    return {
        "title": str(update.recommendation),
        "lead": update.lead_office_label,
        "link": settings.SITE_URL + reverse("workflow:update-sign", args=[update.pk]),
        "run_link": settings.SITE_URL + reverse("workflow:update-detail", args=[update.pk]),
    }


def _request(update: StatusUpdate, whom: Recipient, key: str, context: dict[str, object]) -> Letter:
    return Letter(
        kind=MailKind.SIGN_REQUEST,
        recipient=whom.address.strip().lower(),
        key=key,
        template="sign_request",
        context=context | whom.names,
        person=whom.person,
        topics=(f"update:{update.pk}",),
    )


def _returned(
    update: StatusUpdate, key: str, said: dict[str, str], *, now: datetime.datetime, today: datetime.date
) -> None:
    context = _about(update) | said | {"due_on": update.due_on}
    context["link"] = settings.SITE_URL + reverse("workflow:update-edit", args=[update.pk])
    office = Office.objects.get(pk=update.lead_office_id)
    outbox.queue_many(
        [
            Letter(
                kind=MailKind.RETURNED,
                recipient=one.address.strip().lower(),
                key=key,
                template="unsigned",
                context=context | one.names,
                person=one.person,
                topics=(f"update:{update.pk}",),
            )
            for one in recipients.of_office(office, today)
        ],
        now=now,
    )
