"""Status updates as people read them: one run with all that its reader may see."""

from dataclasses import dataclass

from django.db.models import Prefetch

from offices.access import Desk
from workflow import access
from workflow.content import EntryContent
from workflow.models import (
    Draft,
    EntryKind,
    Event,
    ImplementationStatus,
    Participation,
    ReviewComment,
    Revision,
    StatusUpdate,
    UpdateState,
)
from workflow.queries import drafts, entries, one_voice, remarks
from workflow.queries.entries import Entry
from workflow.queries.remarks import Remark
from workflow.queries.run_history import office_labels
from workflow.queries.threads import staff_threads
from workflow.thread import ThreadStep

LAST_EVENTS = 5


def visible_update(desk: Desk, pk: int) -> StatusUpdate | None:
    """Return the run with cycle, recommendation, field and goal if the person may read it, else ``None``."""
    return (
        access.visible_updates(desk)
        .select_related("cycle", "recommendation__goal__field", "recommendation__edition", "lead_office", "approved")
        .filter(pk=pk)
        .first()
    )


@dataclass(frozen=True, slots=True)
class Version:
    """One handed-in version with the decision on it and its comments."""

    revision: Revision
    entry: Entry
    comments: list[Remark]


@dataclass(frozen=True, slots=True)
class Detail:
    """A run as one person may read it.

    ``involved`` are those who see internals and the contributing offices: they read what was handed in last.
    ``versions`` (newest first), ``events`` and ``own_draft`` are empty unless the person sees internals.
    """

    update: StatusUpdate
    internals: bool
    involved: bool
    entry: Entry | None
    steps: list[ThreadStep]
    contributing: list[Participation]
    versions: list[Version]
    events: list[Event]
    own_draft: Draft | None
    office_labels: dict[int, str]

    @property
    def last_events(self) -> list[Event]:
        """The newest events, newest first; all of them stand on the history's page."""
        return self.events[-LAST_EVENTS:][::-1]

    @property
    def older_versions(self) -> list[Version]:
        """All versions but the one that counts; a correction that was given up is among them."""
        return [version for version in self.versions if version is not self.current]

    @property
    def current(self) -> Version | None:
        """The version that was handed in last, unless a correction was given up since."""
        return next((one for one in self.versions if one.revision.pk == self.update.submitted_id), None)

    @property
    def open_comments(self) -> list[Remark]:
        """The comments that the office has to answer now."""
        returned = self.update.state == UpdateState.RETURNED
        return self.current.comments if returned and self.current else []


def detail(desk: Desk, update: StatusUpdate) -> Detail:
    """Return ``update`` as ``desk`` may read it, in a constant number of queries."""
    internals = access.may_read_internals(desk, update)
    involved = internals or _contributes(desk, update)
    current = (update.submitted_id or update.approved_id) if involved else update.approved_id
    versions = _versions(update) if internals else []
    entry = next((one.entry for one in versions if one.revision.pk == current), None) or _entry(current)
    threads = staff_threads([update.recommendation_id], approved_only=not involved)
    told = one_voice.with_voice(update.events.select_related("actor", "on_behalf_of").order_by("sequence"), desk)
    events = list(told) if internals else []
    return Detail(
        update=update,
        internals=internals,
        involved=involved,
        entry=entry,
        steps=threads.get(update.recommendation_id, []),
        contributing=list(update.participations.order_by("office_label")),
        versions=versions,
        events=events,
        own_draft=drafts.own(update, desk.person) if internals else None,
        office_labels=office_labels(events[-LAST_EVENTS:]),
    )


def _contributes(desk: Desk, update: StatusUpdate) -> bool:
    return Participation.objects.filter(update=update, office__in=desk.acting_for).exists()


def _entry(revision_id: int | None) -> Entry | None:
    if revision_id is None:
        return None
    return entries.entry_of(entries.readable(Revision.objects.all()).get(pk=revision_id), internals=False)


def _versions(update: StatusUpdate) -> list[Version]:
    revisions = (
        entries.readable(Revision.objects.filter(update=update))
        .select_related("review__decided_by", "submitted_by")
        .prefetch_related(Prefetch("comments", remarks.with_answers(ReviewComment.objects.order_by("pk"))))
        .order_by("-number")
    )
    return [
        Version(revision, entries.entry_of(revision, internals=True), remarks.remarks(revision.comments.all()))
        for revision in revisions
    ]


def open_comments(update: StatusUpdate) -> list[Remark]:
    """Return the comments with which the Arbeitsgruppe returned the entry; empty unless it is returned."""
    return remarks.open_remarks(update)


def submitted_content(update_id: int) -> EntryContent | None:
    """Return what somebody typed to hand in the newest version, or ``None`` as long as nothing was handed in."""
    revision = entries.readable(Revision.objects.filter(update=update_id)).order_by("-number").first()
    if revision is None:
        return None
    if revision.kind == EntryKind.NIL_RETURN:
        return EntryContent(ImplementationStatus.UNKNOWN, done=revision.nil_reason)
    return entries.entry_of(revision, internals=True).content


def steps_of(update: StatusUpdate) -> list[ThreadStep]:
    """Return the thread of the run's recommendation as the working group sees it."""
    return staff_threads([update.recommendation_id]).get(update.recommendation_id, [])
