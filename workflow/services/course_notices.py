"""Mails about a change of course: more time, another office, an end or a new beginning. Rows of the change itself."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import MailKind, NewsKind
from notifications.services import outbox
from notifications.services.outbox import Letter, News
from offices.models import Office, Person
from workflow import published
from workflow.models import DeadlineExtension, ExtensionState, Reassignment, ReassignmentState, StatusUpdate
from workflow.services import recipients
from workflow.services.recipients import Recipient


def extension_asked(one: DeadlineExtension, *, now: datetime.datetime, today: datetime.date) -> None:
    """Tell the coordinators that an office asks for more time."""
    context = {
        "office": one.office.label,
        "reason": one.reason,
        "before": one.before,
        "wanted_on": one.wanted_on,
        "link": _link(one.update, "#entscheiden"),
    }
    key = f"extension:{one.pk}:asked"
    line = _("%(title)s: %(office)s asks for more time, until %(wanted_on)s")
    asked = _Course(MailKind.EXTENSION, "extension_asked", key, one.update, context, NewsKind.EXTENSION, line)
    asked.send(recipients.of_coordinators(today), now)


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
    # Undone and decided anew, the second answer is another mail.
    key = f"extension:{one.pk}:{one.state}:{one.update.history_count}"
    to = recipients.of_office(one.office, today)
    line = (
        _("%(title)s: more time, until %(granted_on)s") if granted else _("%(title)s: no extension, due on %(before)s")
    )
    answered = _Course(MailKind.EXTENSION, "extension_answered", key, one.update, context, NewsKind.EXTENSION, line)
    answered.send(to, now)


def extension_undone(one: DeadlineExtension, granted_on: datetime.date, *, now: datetime.datetime) -> None:
    """Tell the office that the former deadline holds again, and whether its question is open again."""
    context = {
        "granted_on": granted_on,
        "before": one.before,
        "asked": one.state == ExtensionState.REQUESTED,
        "link": _link(one.update),
    }
    key = f"extension:{one.pk}:undone:{one.update.history_count}"
    to = recipients.of_office(one.office, timezone.localdate(now))
    line = _("%(title)s: extension taken back, due on %(before)s")
    undone = _Course(MailKind.EXTENSION, "extension_undone", key, one.update, context, NewsKind.EXTENSION, line)
    undone.send(to, now)


def take_over_asked(one: Reassignment, *, now: datetime.datetime, today: datetime.date) -> None:
    """Ask the other office whether it takes the task over."""
    context = {
        "from_office": one.from_office.label,
        "reason": one.reason,
        "contribution": one.participation_id is not None,
        "link": _link(one.update, "#entscheiden"),
    }
    to = recipients.of_office(one.to_office, today)
    key = f"reassignment:{one.pk}:asked"
    line = _("%(title)s: %(from_office)s asks whether your office takes over")
    asked = _Course(MailKind.REASSIGNMENT, "take_over_asked", key, one.update, context, NewsKind.REASSIGNED, line)
    asked.send(to, now)


def take_over_answered(one: Reassignment, *, now: datetime.datetime) -> None:
    """Tell whoever proposed it what the other office says, and the office whose task has gone."""
    accepted = one.state == ReassignmentState.ACCEPTED
    to = [Recipient(one.proposed_by.email, one.proposed_by)]
    if accepted:
        to += recipients.of_office(one.from_office, timezone.localdate(now))
    context = {
        "accepted": accepted,
        "to_office": one.to_office.label,
        "answer": one.answer,
        "link": _link(one.update),
    }
    key = f"reassignment:{one.pk}:{one.state}"
    line = _("%(title)s: %(to_office)s takes over") if accepted else _("%(title)s: %(to_office)s does not take over")
    answered = _Course(MailKind.REASSIGNMENT, "take_over_answered", key, one.update, context, NewsKind.REASSIGNED, line)
    answered.send(to, now)


def take_over_withdrawn(one: Reassignment, *, by: Person, now: datetime.datetime) -> None:
    """Tell the office that was asked to take over that nobody asks it any more."""
    context = {
        "from_office": one.from_office.label,
        "contribution": one.participation_id is not None,
        "link": settings.SITE_URL + reverse("workflow:inbox"),
    }
    to = [who for who in recipients.of_office(one.to_office, timezone.localdate(now)) if who.person != by]
    key = f"reassignment:{one.pk}:withdrawn"
    line = _("%(title)s: nobody asks any more whether your office takes over")
    withdrawn = _Course(MailKind.COURSE, "take_over_withdrawn", key, one.update, context, NewsKind.REASSIGNED, line)
    withdrawn.send(to, now)


def cancelled(update: StatusUpdate, offices: Collection[Office], *, reason: str, now: datetime.datetime) -> None:
    """Tell the offices that had something to do that they need not do it any more."""
    today = timezone.localdate(now)
    to = [who for some in recipients.of_offices(offices, today).values() for who in some]
    key = f"cancelled:{update.pk}:{update.history_count}"
    correction = update.approved_id is not None
    context = {"reason": reason, "correction": correction, "link": _link(update)}
    line = (
        _("%(title)s: correction discarded, nothing more to do")
        if correction
        else _("%(title)s: cancelled, nothing more to do")
    )
    _Course(MailKind.COURSE, "cancelled", key, update, context, NewsKind.COURSE, line).send(to, now)


def reopened(update: StatusUpdate, *, reason: str, correction: bool, by: Person, now: datetime.datetime) -> None:
    """Tell the lead office that it has the entry on its desk again; whoever did it need not be told."""
    context = {
        "reason": reason,
        "correction": correction,
        "is_public": correction and published.public_runs(now).filter(pk=update.pk).exists(),
        "is_withdrawn": update.withdrawn_at is not None,
        "due_on": update.due_on,
        "link": settings.SITE_URL + reverse("workflow:update-edit", args=[update.pk]),
    }
    to = [who for who in recipients.of_office(update.lead_office, timezone.localdate(now)) if who.person != by]
    key = f"reopened:{update.pk}:{update.history_count}"
    line = (
        _("%(title)s: to be corrected by %(due_on)s") if correction else _("%(title)s: open again, due on %(due_on)s")
    )
    _Course(MailKind.COURSE, "reopened", key, update, context, NewsKind.COURSE, line).send(to, now)


def entry_withdrawn(
    update: StatusUpdate, along: Sequence[StatusUpdate], *, note: str, by: Person, now: datetime.datetime
) -> None:
    """Tell clerks and head of the lead office that their entry is not public any more, and what can be done."""
    context = {
        "note": note,
        "period": update.cycle.period_label,
        "along": [one.cycle.period_label for one in along],
        "link": _link(update),
    }
    line = _("%(title)s: not public any more")
    _about_publication(update, along, "entry_withdrawn", context, line, by=by, now=now)


def entry_restored(update: StatusUpdate, *, reason: str, by: Person, now: datetime.datetime) -> None:
    """Tell clerks and head of the lead office that their entry is public again."""
    context = {"reason": reason, "period": update.cycle.period_label, "link": _link(update)}
    _about_publication(update, (), "entry_restored", context, _("%(title)s: public again"), by=by, now=now)


def _about_publication(
    update: StatusUpdate,
    along: Sequence[StatusUpdate],
    template: str,
    context: dict[str, Any],
    line: str,
    *,
    by: Person,
    now: datetime.datetime,
) -> None:
    today = timezone.localdate(now)
    offices = {one.lead_office for one in (update, *along)}
    clerks, heads = recipients.of_offices(offices, today), recipients.heads_of_offices(offices, today)
    to = [who for some in (*clerks.values(), *heads.values()) for who in some if who.person != by]
    key = f"{template}:{update.pk}:{update.history_count}"
    _Course(MailKind.COURSE, template, key, update, context, NewsKind.COURSE, line).send(to, now)


def succeeded(ending: Office, runs: Mapping[Office, Sequence[StatusUpdate]], *, now: datetime.datetime) -> None:
    """Tell the offices that follow ``ending`` which runs they go on with: one mail each, however many there are."""
    to = recipients.of_offices(runs, timezone.localdate(now))
    link = settings.SITE_URL + reverse("workflow:inbox")
    letters: list[Letter] = []
    for heir, updates in runs.items():
        titles = [str(update.recommendation) for update in updates]
        context = {
            "ending": ending.label,
            "heir": heir.label,
            "total": len(titles),
            "titles": titles,
            "link": link,
        }
        line = ngettext(
            "%(heir)s goes on with %(total)d status update of %(ending)s",
            "%(heir)s goes on with %(total)d status updates of %(ending)s",
            len(titles),
        )
        news = News(NewsKind.COURSE, line % context, link)
        key = f"succeeded:{ending.pk}:{heir.pk}:{now.isoformat()}"
        topics = tuple(f"update:{update.pk}" for update in updates)
        letters += [
            who.letter(MailKind.COURSE, key, "succeeded", context, topics=topics, news=news) for who in to[heir.pk]
        ]
    outbox.queue_new(letters, now=now)


def _link(update: StatusUpdate, anchor: str = "") -> str:
    address = reverse("workflow:update-detail", args=[update.pk])
    return f"{settings.SITE_URL}{address}{anchor}"


@dataclass(frozen=True, slots=True)
class _Course:
    """One mail to several people, about ``update``; ``key`` makes the same news the same mail.

    ``news`` and ``line`` say what it is for those who want their news once a day.
    """

    kind: MailKind
    template: str
    key: str
    update: StatusUpdate
    context: dict[str, Any]
    news: NewsKind
    line: str

    def send(self, to: Iterable[Recipient], now: datetime.datetime) -> None:
        title = str(self.update.recommendation)
        context = {**self.context, "title": title}
        words = {name: _plain(value) for name, value in context.items()}
        news = News(self.news, self.line % words, self.context["link"])
        topics = (f"update:{self.update.pk}",)
        # Whoever is named twice reads the mail that is for them rather than the one as somebody's deputy.
        by_address = {who.address: who for who in sorted(to, key=lambda who: who.for_whom is None)}
        letters = [
            who.letter(self.kind, self.key, self.template, context, topics=topics, news=news)
            for who in by_address.values()
        ]
        outbox.queue_new(letters, now=now)


def _plain(value: object) -> object:
    return date_format(value, "d.m.Y") if isinstance(value, datetime.date) else value
