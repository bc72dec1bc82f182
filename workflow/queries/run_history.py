"""The history of one run as a page: who did what and when, each text, each comment, each mail."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from notifications.models import Mail, MailKind, Notice, NoticeKind
from notifications.reasons import reason_of, step_words, was_to_say
from offices.access import Desk
from offices.models import Membership, Office, Person
from workflow import access
from workflow.content import ContributionContent
from workflow.diff import Segment
from workflow.event_words import event_words, office_ids
from workflow.models import (
    CommentAnswer,
    Contribution,
    Event,
    EventKind,
    HistorySeal,
    Participation,
    Passage,
    ReviewComment,
    Revision,
    StatusUpdate,
)
from workflow.queries import authors, changes, entries, one_voice
from workflow.queries.authors import Passages
from workflow.queries.contributions import content_of
from workflow.queries.entries import Entry
from workflow.queries.mentions import MENTION
from workflow.services import history
from workflow.services.history import Fault

INTERNAL_KINDS = (EventKind.VOTED, EventKind.COMMENT_ANSWERED, EventKind.DRAFT_STARTED)
"""What the lead office and the Arbeitsgruppe have between themselves: contributing offices do not read it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A handed-in version and, part by part, what differs from the version before (nothing for the first)."""

    entry: Entry
    authors: Passages
    before: int
    changes: list[tuple[str, list[Segment]]]


@dataclass(frozen=True, slots=True)
class Sent:
    """One copy of a mail: to whom (role or mailbox; name and address for coordinators only), and what became of it."""

    to: str
    address: str
    state: str
    sent_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: an event, or a mail with all its copies; with what belongs to it."""

    at: datetime.datetime
    sentence: str
    actor: Person | None = None
    on_behalf_of: Person | None = None
    by_group: bool = False
    reason: str = ""
    text: Text | None = None
    contribution: Contribution | None = None
    contributed: ContributionContent | None = None
    comments: list[ReviewComment] = field(default_factory=list)
    answer: CommentAnswer | None = None
    mails: list[Sent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RunHistory:
    """Everything that happened to a run, oldest first, as one person may read it.

    ``faults`` are those of the run's chain, looked for by coordinators only; ``sealed_on`` is the day of the last seal.
    """

    lines: list[Line]
    internals: bool
    checked: bool
    faults: list[Fault]
    sealed_on: datetime.date | None


def office_labels(events: Iterable[Event]) -> dict[int, str]:
    """Return the names of all offices that ``events`` name, by their ids; one query, none without any."""
    named = {pk for event in events for pk in office_ids(event)}
    return {office.pk: office.label for office in Office.objects.filter(pk__in=named)} if named else {}


def may_open(desk: Desk, update: StatusUpdate) -> bool:
    """Whether the person reads the history: who sees internals, and contributing offices; one query at most."""
    if access.may_read_internals(desk, update):
        return True
    return bool(desk.acting_for) and Participation.objects.filter(update=update, office__in=desk.acting_for).exists()


def run_history(desk: Desk, update: StatusUpdate) -> RunHistory:
    """Return the run's history as ``desk`` may read it, in a constant number of queries."""
    internals = access.may_read_internals(desk, update)
    asked = update.events.select_related("actor", "on_behalf_of").order_by("sequence")
    events = list(one_voice.with_voice(asked, desk))
    told = events if internals else [event for event in events if event.kind not in INTERNAL_KINDS]
    lines = _Lines(desk, update, office_labels(told), internals=internals)
    found = [lines.of_event(event) for event in told]
    if internals:
        found += _mails(desk, update)
    return RunHistory(
        lines=sorted(found, key=lambda line: line.at),
        internals=internals,
        checked=desk.is_coordinator,
        faults=history.verify_run(update) if desk.is_coordinator else [],
        sealed_on=HistorySeal.objects.order_by("-sealed_on").values_list("sealed_on", flat=True).first(),
    )


class _Lines:
    """Puts beside each event what belongs to it; reads everything once."""

    def __init__(self, desk: Desk, update: StatusUpdate, labels: Mapping[int, str], *, internals: bool) -> None:
        self.desk, self.labels, self.internals = desk, labels, internals
        self.texts = _texts(update) if internals else {}
        self.contributions = _contributions(update, None if internals else desk)
        self.comments: dict[datetime.datetime, list[ReviewComment]] = defaultdict(list)
        self.answers: dict[tuple[int, datetime.datetime], CommentAnswer] = {}
        if internals:
            for one in _comments(update):
                self.comments[one.written_at].append(one)
                self.answers |= {(one.pk, answer.written_at): answer for answer in one.answers.all()}

    def of_event(self, event: Event) -> Line:
        data = event.data
        contribution = self._contribution(event)
        says_why = self.internals or data.get("office") in self.desk.acting_for
        return Line(
            at=event.at,
            sentence=event_words(event, self.labels),
            actor=event.actor,
            on_behalf_of=event.on_behalf_of,
            by_group=getattr(event, "by_group", True),
            reason=str(data.get("reason", "")) if says_why else "",
            text=self.texts.get(data.get("revision", 0)) if event.kind == EventKind.SUBMITTED else None,
            contribution=contribution,
            contributed=content_of(contribution) if contribution else None,
            # A person writes comments and decides in one moment: that is how the two are told together.
            comments=[one for one in self.comments.get(event.at, []) if one.written_by_id == event.actor_id]
            if event.kind in (EventKind.RETURNED, EventKind.VOTED)
            else [],
            answer=self.answers.get((data.get("comment", 0), event.at)),
        )

    def _contribution(self, event: Event) -> Contribution | None:
        if event.kind != EventKind.CONTRIBUTED:
            return None
        return self.contributions.get((event.actor_id, event.at))


def _texts(update: StatusUpdate) -> dict[int, Text]:
    found: dict[int, Text] = {}
    before: Entry | None = None
    written: dict[int, dict[str, list[Passage]]] = defaultdict(lambda: defaultdict(list))
    for passage in Passage.objects.filter(revision__update=update).order_by("position"):
        written[passage.revision_id][passage.field].append(passage)
    for revision in entries.readable(Revision.objects.filter(update=update)).order_by("number"):
        entry = entries.entry_of(revision, internals=True)
        by_whom = authors.if_shared(written[revision.pk])
        compared = changes.between(before.content, entry.content) if before else []
        found[revision.number] = Text(entry, by_whom, before.version if before else 0, compared)
        before = entry
    return found


def _contributions(
    update: StatusUpdate, only_of: Desk | None
) -> dict[tuple[int | None, datetime.datetime], Contribution]:
    found = Contribution.objects.filter(participation__update=update).prefetch_related("measures")
    if only_of is not None:
        found = found.filter(participation__office__in=only_of.acting_for)
    return {(one.written_by_id, one.written_at): one for one in found}


def _comments(update: StatusUpdate) -> list[ReviewComment]:
    return list(
        ReviewComment.objects.filter(revision__update=update)
        .select_related("written_by")
        .prefetch_related("answers")
        .order_by("pk")
    )


# --- Mails ----------------------------------------------------------------------------------------------------------


def _mails(desk: Desk, update: StatusUpdate) -> list[Line]:
    """Return the mails about the run; those that bundle much by what they said of this run."""
    topic = f"update:{update.pk}"
    whole = Mail.objects.filter(topics__topic=topic).select_related("person").order_by("created_at", "pk")
    parts = (
        # What was done before its mail went out was not said.
        Notice.objects.filter(topic=topic, mail__isnull=False, dropped_at__isnull=True)
        .select_related("mail__person")
        .order_by("mail__created_at", "mail", "pk")
    )
    by_name = one_voice.knows_members(desk)
    said = [(mail, _of_mail(mail, by_name=by_name)) for mail in whole]
    said += [(one.mail, _of_notice(one, by_name=by_name)) for one in parts if one.mail and not was_to_say(one.mail)]
    mails = [mail for mail, _sentence in said]
    roles = _roles(mails, desk.day)
    mailboxes = _mailboxes(mails)
    copies: dict[tuple[datetime.datetime, str], dict[int, Sent]] = defaultdict(dict)
    for mail, sentence in said:
        copies[mail.created_at, sentence][mail.pk] = _sent(mail, roles, mailboxes, in_full=desk.is_coordinator)
    return [Line(at=at, sentence=sentence, mails=list(sent.values())) for (at, sentence), sent in copies.items()]


def _of_mail(mail: Mail, *, by_name: bool) -> str:
    """Return what the line of a mail says; ``by_name``: its reader may know which member writes a comment."""
    if mail.kind == MailKind.MENTION and not by_name:
        return _("Mail about a comment that names somebody")
    if was_to_say(mail):
        return _("Reminder: %(why)s") % {"why": ", ".join(reason_of(mail, []))}
    return _("Mail: %(subject)s") % {"subject": mail.subject}


def _of_notice(notice: Notice, *, by_name: bool) -> str:
    if notice.kind == NoticeKind.NEWS:
        if notice.about.startswith(MENTION) and not by_name:
            return _("Mail about a comment that names somebody")
        return _("Mail of the day: %(line)s") % {"line": notice.line}
    return _("Reminder: %(why)s") % {"why": step_words(notice.kind, notice.step)}


def _sent(mail: Mail, roles: Mapping[int, str], mailboxes: Mapping[str, str], *, in_full: bool) -> Sent:
    if mail.person is None:
        to = mailboxes.get(mail.recipient.lower(), _("Mailbox"))
    elif in_full:
        to = ", ".join(part for part in (mail.person.name, roles.get(mail.person.pk, "")) if part)
    else:
        to = roles.get(mail.person.pk, "") or mail.person.name
    return Sent(to, mail.recipient if in_full else "", mail.state, mail.sent_at)


def _roles(mails: Iterable[Mail], day: datetime.date) -> dict[int, str]:
    """Return what the addressees are on ``day``: role and office, by person."""
    persons = {mail.person_id for mail in mails if mail.person_id is not None}
    held = (
        Membership.objects.valid_on(day).filter(person__in=persons).select_related("office").order_by("person", "role")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for one in held:
        found[one.person_id].append(
            f"{one.get_role_display()} {one.office.label}" if one.office else one.get_role_display()
        )
    return {person: ", ".join(said) for person, said in found.items()}


def _mailboxes(mails: Iterable[Mail]) -> dict[str, str]:
    """Return whose mailbox an address is, by the address."""
    addresses = {mail.recipient.lower() for mail in mails if mail.person_id is None}
    if not addresses:
        return {}
    offices = Office.objects.exclude(mailbox="")
    return {
        one.mailbox.lower(): _("Mailbox of %(office)s") % {"office": one.label}
        for one in offices
        if one.mailbox.lower() in addresses
    }
