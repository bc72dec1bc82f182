"""Telling the offices that their entries are approved or public: one mail for each person and action.

An approval writes its announcements in its own transaction. Whoever approves many does so under one ``batch`` and tells
it at the end; what a crash left untold is found by a job.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import Delivery, MailKind, NewsKind
from notifications.services import outbox, preferences
from notifications.services.outbox import Letter, News
from offices.models import Office
from workflow import published as door
from workflow.models import (
    Announcement,
    AnnouncementKind,
    Participation,
    ParticipationState,
    Revision,
    StatusUpdate,
)
from workflow.services import recipients
from workflow.services.recipients import Recipient

LISTED = 30
"""So many entries a mail names; it counts the others."""

LEFT_OVER_AFTER = datetime.timedelta(minutes=10)
SLICE = 1_000


@dataclass(slots=True)
class _Entry:
    """What is told of one revision."""

    update: StatusUpdate
    today: datetime.date
    kinds: set[str] = field(default_factory=set)

    @property
    def is_public(self) -> bool:
        return AnnouncementKind.PUBLISHED in self.kinds

    @property
    def is_approved(self) -> bool:
        return AnnouncementKind.APPROVED in self.kinds

    @property
    def public_from(self) -> datetime.date | None:
        """The day from which everybody can read it, if that is still to come.

        A day that is over says nothing of an entry that is not public: its edition of the concept is not, say.
        """
        day = self.update.cycle.publish_on
        return day if day and day >= self.today and not self.is_public else None


@dataclass(slots=True)
class _Desk:
    """What one recipient is told; ``for_whom`` are the absent people for whom a deputy is, if nothing is their own."""

    who: Recipient
    entries: list[_Entry] = field(default_factory=list)


def approved(update: StatusUpdate, revision: Revision, *, batch: str, now: datetime.datetime) -> None:
    """Keep that ``revision`` has just been approved, and is public if it is; without a ``batch`` tell it at once."""
    kinds = [AnnouncementKind.APPROVED]
    if door.public_runs(now).filter(pk=update.pk).exists():
        kinds.append(AnnouncementKind.PUBLISHED)
    alone = batch or f"revision:{revision.pk}"
    Announcement.objects.bulk_create(
        Announcement(revision=revision, kind=kind, batch=alone, created_at=now) for kind in kinds
    )
    if not batch:
        tell(alone, now=now)


def published(*, now: datetime.datetime) -> int:
    """Tell the offices which of their approved entries have become public by a date; return how many have.

    One mail for each person and cycle. A second run finds nothing.
    """
    told = Announcement.objects.filter(revision=OuterRef("revision"), kind=AnnouncementKind.PUBLISHED)
    waiting = Announcement.objects.filter(
        ~Exists(told),
        kind=AnnouncementKind.APPROVED,
        revision=F("revision__update__approved"),
        revision__update__in=door.public_runs(now),
    )
    found: dict[int, list[int]] = defaultdict(list)
    for revision, cycle in waiting.values_list("revision", "revision__update__cycle"):
        found[cycle].append(revision)
    for cycle, revisions in found.items():
        batch = f"published:{cycle}:{now.isoformat()}"
        with transaction.atomic():
            # Of two that run at once, the second waits here for the first, and then keeps nothing.
            Announcement.objects.bulk_create(
                (
                    Announcement(revision_id=pk, kind=AnnouncementKind.PUBLISHED, batch=batch, created_at=now)
                    for pk in revisions
                ),
                ignore_conflicts=True,
                batch_size=500,
            )
            tell(batch, now=now)
    return sum(map(len, found.values()))


def tell_left_over(*, now: datetime.datetime) -> int:
    """Tell what was to be told more than ten minutes ago; return how many batches that were."""
    untold = Announcement.objects.filter(told_at__isnull=True)
    batches = untold.order_by().values("batch").annotate(newest=Max("created_at"))
    late = batches.filter(newest__lte=now - LEFT_OVER_AFTER).values_list("batch", flat=True)
    found = list(late)
    for batch in found:
        tell(batch, now=now)
    return len(found)


@transaction.atomic
def tell(batch: str, *, now: datetime.datetime) -> int:
    """Write the mails about everything in ``batch`` that has not been told; return how many entries that is.

    One mail for each person, a constant number of statements per 1,000 entries. A second call finds nothing. Nothing is
    called public that went off the pages since its approval; if it comes back, ``published`` tells it then.
    """
    untold = Announcement.objects.filter(batch=batch, told_at__isnull=True)
    untold.filter(kind=AnnouncementKind.PUBLISHED).exclude(revision__update__in=door.public_runs(now)).delete()
    rows = list(
        untold.select_for_update(of=("self",))
        .select_related(
            "revision__update__recommendation__edition", "revision__update__cycle", "revision__update__lead_office"
        )
        .order_by("pk")
    )
    if not rows:
        return 0
    entries: dict[int, _Entry] = {}
    today = timezone.localdate(now)
    for row in rows:
        entries.setdefault(row.revision_id, _Entry(row.revision.update, today)).kinds.add(row.kind)
    ordered = sorted(entries.values(), key=_printed_order)
    desks = _desks(ordered, today)
    outbox.queue_new(_letters(desks, f"{batch}:{rows[0].pk}"), now=now)
    untold.update(told_at=now)
    return len(entries)


def _printed_order(entry: _Entry) -> tuple[int, str, int]:
    recommendation = entry.update.recommendation
    return recommendation.position, recommendation.number, recommendation.pk


def _desks(entries: Sequence[_Entry], today: datetime.date) -> list[_Desk]:
    """Return who is told of what: the clerks of the lead offices, and of those that have contributed."""
    offices = {entry.update.lead_office_id: entry.update.lead_office for entry in entries}
    contributed = _contributed([entry.update.pk for entry in entries])
    offices |= {office.pk: office for some in contributed.values() for office in some}
    to = recipients.of_offices(offices.values(), today)
    desks: dict[str, _Desk] = {}
    for entry in entries:
        concerned = {entry.update.lead_office_id, *(office.pk for office in contributed[entry.update.pk])}
        for pk in sorted(concerned):
            for who in to[pk]:
                desk = desks.setdefault(who.address.strip().lower(), _Desk(who))
                if who.for_whom is None:
                    # Whoever is told of anything by own right is not told as a deputy.
                    desk.who = who
                if not desk.entries or desk.entries[-1] is not entry:
                    desk.entries.append(entry)
    return list(desks.values())


def _contributed(update_ids: Collection[int]) -> dict[int, list[Office]]:
    found: dict[int, list[Office]] = defaultdict(list)
    ids = list(update_ids)
    for start in range(0, len(ids), SLICE):
        delivered = Participation.objects.filter(
            update__in=ids[start : start + SLICE], state=ParticipationState.DELIVERED
        )
        for one in delivered.select_related("office").order_by("pk"):
            found[one.update_id].append(one.office)
    return found


def _letters(desks: Sequence[_Desk], key: str) -> list[Letter]:
    people = {desk.who.person.pk for desk in desks if desk.who.person}
    chosen = preferences.chosen(people, [NewsKind.APPROVED, NewsKind.PUBLISHED])
    return [_letter(desk, key, _kind(desk, chosen)) for desk in desks]


_HASTE = (Delivery.AT_ONCE, Delivery.DAILY, Delivery.OFF)


def _kind(desk: _Desk, chosen: dict[tuple[int, NewsKind], Delivery]) -> NewsKind:
    """Return as which kind of news a mail about approval and publication comes: what the person wants sooner."""
    kinds = []
    if any(entry.is_approved for entry in desk.entries):
        kinds.append(NewsKind.APPROVED)
    if any(entry.is_public for entry in desk.entries):
        kinds.append(NewsKind.PUBLISHED)
    person = desk.who.person.pk if desk.who.person else 0
    return min(kinds, key=lambda kind: _HASTE.index(chosen.get((person, kind), Delivery.AT_ONCE)))


def _letter(desk: _Desk, key: str, kind: NewsKind) -> Letter:
    occasion = _occasion(desk.entries)
    named = [
        {
            "title": str(entry.update.recommendation),
            "link": _link(entry),
            "publish_on": entry.public_from,
        }
        for entry in desk.entries[:LISTED]
    ]
    total = len(desk.entries)
    overview = f"{settings.SITE_URL}{reverse('workflow:update-list')}"
    link = named[0]["link"] if total == 1 else overview
    context = {
        "occasion": occasion,
        "entries": named,
        "total": total,
        "more": total - len(named),
        "overview": overview,
    }
    topics = tuple(f"update:{entry.update.pk}" for entry in desk.entries)
    news = News(kind, _line(occasion, desk.entries), str(link))
    mail_kind = MailKind.PUBLISHED if occasion == "published" else MailKind.APPROVED
    return desk.who.letter(mail_kind, key, "approved", context, topics=topics, news=news)


def _occasion(entries: Iterable[_Entry]) -> str:
    if not any(entry.is_approved for entry in entries):
        return "published"
    return "both" if all(entry.is_public for entry in entries) else "approved"


def _line(occasion: str, entries: Sequence[_Entry]) -> str:
    total = len(entries)
    if total == 1:
        title = {"title": entries[0].update.recommendation}
        day = entries[0].public_from
        if occasion == "published":
            return _("%(title)s: public from now on") % title
        if occasion == "both":
            return _("%(title)s: approved, and public from now on") % title
        if day:
            return _("%(title)s: approved, public from %(day)s") % {**title, "day": date_format(day, "d.m.Y")}
        return _("%(title)s: approved") % title
    if occasion == "published":
        words = ngettext("%(number)d entry of yours is public", "%(number)d entries of yours are public", total)
    elif occasion == "both":
        words = ngettext(
            "%(number)d entry of yours is approved and public",
            "%(number)d entries of yours are approved and public",
            total,
        )
    else:
        words = ngettext("%(number)d entry of yours is approved", "%(number)d entries of yours are approved", total)
    return words % {"number": total}


def _link(entry: _Entry) -> str:
    """Return where to read it: on the homepage as soon as everybody can, else on the run's page."""
    recommendation = entry.update.recommendation
    if entry.is_public:
        path = reverse("publication:recommendation", args=[recommendation.edition.slug, recommendation.key])
    else:
        path = reverse("workflow:update-detail", args=[entry.update.pk])
    return f"{settings.SITE_URL}{path}"
