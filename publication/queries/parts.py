"""What the public site is made of: editions, fields, goals, recommendations, offices, and the whole of them.

Read in ``publication.queries.site``; nothing here asks the database. All of it is shared: read only.
"""

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from offices.models import OfficeKind
from publication.queries.never_out import NeverOut
from publication.queries.silence import Silence
from publication.queries.words import fold
from publication.site.version import Version
from workflow.published import PublishedMark, PublishedPeriod
from workflow.thread import LEFT_OUT, ThreadStep


@dataclass(slots=True, eq=False)
class PublicOffice:
    """An office with what it answers for today, and until when it did for other recommendations.

    ``successors`` do what it did or a part of it, it does what ``predecessors`` did: those that visitors can know of.
    """

    pk: int
    number: str
    name: str
    kind: str
    leads: list["PublicRecommendation"] = dataclasses.field(default_factory=list)
    contributes: list["PublicRecommendation"] = dataclasses.field(default_factory=list)
    before: dict["PublicRecommendation", datetime.date] = dataclasses.field(default_factory=dict)
    successors: list["PublicOffice"] = dataclasses.field(default_factory=list)
    predecessors: list["PublicOffice"] = dataclasses.field(default_factory=list)

    @property
    def is_former(self) -> bool:
        return not self.leads and not self.contributes

    @property
    def label(self) -> str:
        return f"{self.number} {self.name}".strip()

    @property
    def is_external(self) -> bool:
        return self.kind in {OfficeKind.PROVIDER, OfficeKind.ASSOCIATION, OfficeKind.JOINT_BODY}

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A report that everybody may know of, without its content; ``size`` is that of its PDF in bytes."""

    pk: int
    cycle_id: int
    edition_id: int
    period_label: str
    number: int
    size: int
    released_on: datetime.date
    change_note: str
    withdrawn_on: datetime.date | None = None
    withdrawal_note: str = ""
    never_out: NeverOut = dataclasses.field(default_factory=NeverOut)


@dataclass(slots=True, eq=False)
class PublicRecommendation:
    """A recommendation with its thread; ``marks`` are by cycle, the left-out periods included.

    ``is_plain`` says that a published entry of it can be read in plain language, too.
    """

    pk: int
    key: str
    number: str
    title: str
    ended_on: datetime.date | None
    goal: "PublicGoal"
    marks: dict[int, PublishedMark]
    steps: list[ThreadStep]
    lead: PublicOffice | None = None
    contributing: list[PublicOffice] = dataclasses.field(default_factory=list)
    silence: Silence = dataclasses.field(default_factory=Silence)
    is_plain: bool = False

    @property
    def edition(self) -> "PublicEdition":
        return self.goal.field.edition

    @property
    def status(self) -> str:
        """How it stands: a value of ``ImplementationStatus``, ``missing`` or ``open``."""
        return self.steps[-1].status

    @property
    def offices(self) -> list[PublicOffice]:
        return [*([self.lead] if self.lead else []), *self.contributing]

    @property
    def shown(self) -> list[PublishedMark]:
        """The marks of published entries, oldest first."""
        return [mark for mark in self.marks.values() if mark.status != LEFT_OUT]

    @property
    def newest(self) -> PublishedMark | None:
        return self.shown[-1] if self.shown else None

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(slots=True, eq=False)
class PublicGoal:
    pk: int
    number: str
    text: str
    field: "PublicField"
    recommendations: list[PublicRecommendation] = dataclasses.field(default_factory=list)

    @property
    def current(self) -> list[PublicRecommendation]:
        """Those that still belong to the edition."""
        return [one for one in self.recommendations if one.ended_on is None]

    def __str__(self) -> str:
        return f"{self.number} {self.text}".strip()


@dataclass(slots=True, eq=False)
class PublicField:
    pk: int
    number: str
    name: str
    summary: str
    edition: "PublicEdition"
    goals: list[PublicGoal] = dataclasses.field(default_factory=list)

    @property
    def current(self) -> list[PublicRecommendation]:
        return [one for goal in self.goals for one in goal.current]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


@dataclass(slots=True, eq=False)
class PublicEdition:
    """An adopted edition of the concept; ``periods`` oldest first, ``reports`` newest first, one of each period.

    ``withdrawn`` are the reports of periods that have no other any more. ``is_back`` says that it was taken back once
    and is public again since ``public_since``.
    """

    pk: int
    slug: str
    name: str
    adopted_on: datetime.date | None
    public_since: datetime.date
    description: str
    predecessor_id: int | None
    periods: list[PublishedPeriod]
    reports: list[ReportLink]
    withdrawn: list[ReportLink]
    is_back: bool = False
    fields: list[PublicField] = dataclasses.field(default_factory=list)

    @property
    def last_period(self) -> PublishedPeriod | None:
        """The newest period for which something is published or known to be missing."""
        return self.periods[-1] if self.periods else None

    @property
    def all_recommendations(self) -> Iterator[PublicRecommendation]:
        """In printed order, also those that left the edition."""
        return (one for some in self.fields for goal in some.goals for one in goal.recommendations)

    @property
    def current(self) -> list[PublicRecommendation]:
        """In printed order, those that still belong to the edition."""
        return [one for one in self.all_recommendations if one.ended_on is None]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class GoneEdition:
    """An edition that visitors knew of until its publication was taken back ``at``, and the ``note`` in its place.

    Of its content nothing is here: nobody outside reads it any more.
    """

    pk: int
    slug: str
    name: str
    at: datetime.datetime
    note: str

    @property
    def on(self) -> datetime.date:
        return timezone.localdate(self.at)

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True, eq=False)
class Site:
    """Everything that visitors can find their way by; ``editions`` newest first, ``offices`` by number.

    ``offices`` are in charge of something today, ``former_offices`` only were. ``gone`` are the editions that were
    taken back, the latest first: their addresses say so.
    """

    version: Version
    editions: list[PublicEdition]
    offices: list[PublicOffice]
    by_pk: dict[int, PublicRecommendation]
    former_offices: list[PublicOffice] = dataclasses.field(default_factory=list)
    gone: list[GoneEdition] = dataclasses.field(default_factory=list)

    def gone_edition(self, slug: str) -> GoneEdition | None:
        return next((one for one in self.gone if one.slug == slug), None)

    def edition(self, slug: str) -> PublicEdition | None:
        return next((one for one in self.editions if one.slug == slug), None)

    def office(self, pk: int) -> PublicOffice | None:
        """Return an office that answers for a public recommendation, or once did."""
        return next((one for one in [*self.offices, *self.former_offices] if one.pk == pk), None)

    def recommendation(self, slug: str, key: str) -> PublicRecommendation | None:
        edition = self.edition(slug)
        return next((one for one in edition.all_recommendations if one.key == key), None) if edition else None

    @property
    def newest_report(self) -> ReportLink | None:
        """The report to read first: the one of the newest period, of the newest edition that has any."""
        return next((one for edition in self.editions for one in edition.reports), None)

    def latest(self, limit: int | None = None) -> list[tuple[PublicRecommendation, PublishedMark]]:
        """Return the published entries that were approved last, newest first."""
        found = [
            (one, mark) for one in self.by_pk.values() if one.ended_on is None for mark in one.shown if mark.approved_on
        ]
        found.sort(key=lambda pair: (pair[1].approved_on, pair[1].approved_at or 0, pair[1].run_id), reverse=True)
        return found[:limit]


def as_listed(office: PublicOffice) -> tuple[bool, str, str]:
    """Order offices as people list them: by number, those without one at the end, by name as dictionaries do."""
    return office.number == "", fold(office.label), office.label
