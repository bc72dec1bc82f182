"""The public site at a glance: every edition with its fields, goals and recommendations, and where each stands.

Everything that names more than one recommendation (pages, lists, feeds, interfaces, the static export) is made from one
``Site``, so that they all show the same. It is read in five queries and kept in the process for as long as the
database's version of the published content holds. Texts are not in it; they are read where they are shown.
"""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from concept.models import Assignment, AssignmentRole, ConceptEdition
from offices.models import OfficeKind
from publication.models import FileKind, ReportEdition, ReportFile, ReportStage
from publication.site import version
from publication.site.version import Version
from workflow import published
from workflow.published import PublishedMark, PublishedPeriod
from workflow.thread import LEFT_OUT, ThreadStep, thread_steps

KEPT: dict[str, "Site"] = {}
"""The newest site of this process by the key of its version; see :func:`site`."""

_PDF = ReportFile.objects.filter(edition=OuterRef("pk"), kind=FileKind.PDF)


@dataclass(slots=True, eq=False)
class PublicOffice:
    """An office that is in charge of something today, with what it answers for."""

    pk: int
    number: str
    name: str
    kind: str
    leads: list["PublicRecommendation"] = dataclasses.field(default_factory=list)
    contributes: list["PublicRecommendation"] = dataclasses.field(default_factory=list)

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
    """A final report, without its content; ``size`` is that of its PDF in bytes."""

    pk: int
    cycle_id: int
    edition_id: int
    period_label: str
    number: int
    size: int
    released_on: datetime.date
    change_note: str


@dataclass(slots=True, eq=False)
class PublicRecommendation:
    """A recommendation with its thread; ``marks`` are by cycle, the left-out periods included."""

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
    """An adopted edition of the concept; ``periods`` oldest first, ``reports`` newest first, one of each period."""

    pk: int
    slug: str
    name: str
    adopted_on: datetime.date | None
    description: str
    predecessor_id: int | None
    periods: list[PublishedPeriod]
    reports: list[ReportLink]
    fields: list[PublicField] = dataclasses.field(default_factory=list)

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


@dataclass(slots=True, eq=False)
class Site:
    """Everything that visitors can find their way by; ``editions`` newest first, ``offices`` by number."""

    version: Version
    editions: list[PublicEdition]
    offices: list[PublicOffice]
    by_pk: dict[int, PublicRecommendation]

    def edition(self, slug: str) -> PublicEdition | None:
        return next((one for one in self.editions if one.slug == slug), None)

    def recommendation(self, slug: str, key: str) -> PublicRecommendation | None:
        edition = self.edition(slug)
        return next((one for one in edition.all_recommendations if one.key == key), None) if edition else None

    def latest(self, limit: int | None = None) -> list[tuple[PublicRecommendation, PublishedMark]]:
        """Return the published entries that were approved last, newest first."""
        found = [
            (one, mark) for one in self.by_pk.values() if one.ended_on is None for mark in one.shown if mark.approved_on
        ]
        found.sort(key=lambda pair: (pair[1].approved_on, pair[1].approved_at or 0, pair[1].run_id), reverse=True)
        return found[:limit]


def site(now: datetime.datetime, known: Version | None = None) -> Site:
    """Return the site as it stands at ``now``: one query where this process has it already, else five.

    Whoever has asked for the version already passes it as ``known``. The result is shared: it is for reading only.
    """
    wanted = known or version.current(now)
    kept = KEPT.get(wanted.key)
    if kept is None:
        # Read after the version: what has changed since then is newer than its key, never older.
        kept = _read(wanted, now)
        KEPT.clear()
        KEPT[wanted.key] = kept
    return kept


def _read(wanted: Version, now: datetime.datetime) -> Site:
    today = timezone.localdate(now)
    standing = published.standing(now)
    reports = _reports(now)
    editions: dict[int, PublicEdition] = {}
    by_pk: dict[int, PublicRecommendation] = {}
    fields: dict[int, PublicField] = {}
    goals: dict[int, PublicGoal] = {}
    for row in _concept(today):
        edition = editions.get(row["pk"])
        if edition is None:
            edition = editions[row["pk"]] = _edition(row, standing.periods, reports)
        if row["fields__pk"] is None:
            continue
        some = fields.get(row["fields__pk"])
        if some is None:
            some = fields[row["fields__pk"]] = PublicField(
                row["fields__pk"], row["fields__number"], row["fields__name"], row["fields__summary"], edition
            )
            edition.fields.append(some)
        if row["fields__goals__pk"] is None:
            continue
        goal = goals.get(row["fields__goals__pk"])
        if goal is None:
            goal = goals[row["fields__goals__pk"]] = PublicGoal(
                row["fields__goals__pk"], row["fields__goals__number"], row["fields__goals__text"], some
            )
            some.goals.append(goal)
        if row["fields__goals__recommendations__pk"] is not None:
            one = _recommendation(row, goal, standing.marks, edition.periods)
            goal.recommendations.append(one)
            by_pk[one.pk] = one
    return Site(wanted, list(editions.values()), _assign(by_pk, today), by_pk)


def _concept(today: datetime.date) -> Iterable[dict[str, Any]]:
    """Return editions, fields, goals and recommendations in one query, in printed order."""
    known = ConceptEdition.objects.filter(Q(adopted_on__isnull=True) | Q(adopted_on__lte=today))
    of_field = ("pk", "number", "name", "summary")
    of_goal = ("pk", "number", "text")
    of_recommendation = ("pk", "key", "number", "title", "ended_on")
    rows = known.values(
        "pk", "slug", "name", "adopted_on", "description", "predecessor_id",
        *(f"fields__{name}" for name in of_field),
        *(f"fields__goals__{name}" for name in of_goal),
        *(f"fields__goals__recommendations__{name}" for name in of_recommendation),
    ).order_by(
        "pk",
        "fields__position", "fields__number", "fields__pk",
        "fields__goals__position", "fields__goals__number", "fields__goals__pk",
        "fields__goals__recommendations__position",
        "fields__goals__recommendations__number",
        "fields__goals__recommendations__pk",
    )  # fmt: skip
    adopted = list(rows)
    # Newest first, one without a date last; within an edition the order stays.
    adopted.sort(key=lambda row: (row["adopted_on"] or datetime.date.min, row["pk"]), reverse=True)
    return adopted


def _edition(
    row: dict[str, Any], periods: dict[int, list[PublishedPeriod]], reports: dict[int, list[ReportLink]]
) -> PublicEdition:
    return PublicEdition(
        pk=row["pk"],
        slug=row["slug"],
        name=row["name"],
        adopted_on=row["adopted_on"],
        description=row["description"],
        predecessor_id=row["predecessor_id"],
        periods=periods.get(row["pk"], []),
        reports=reports.get(row["pk"], []),
    )


def _recommendation(
    row: dict[str, Any],
    goal: PublicGoal,
    marks: dict[int, dict[int, PublishedMark]],
    periods: list[PublishedPeriod],
) -> PublicRecommendation:
    prefix = "fields__goals__recommendations__"
    own = marks.get(row[f"{prefix}pk"], {})
    return PublicRecommendation(
        pk=row[f"{prefix}pk"],
        key=row[f"{prefix}key"],
        number=row[f"{prefix}number"],
        title=row[f"{prefix}title"],
        ended_on=row[f"{prefix}ended_on"],
        goal=goal,
        marks=own,
        steps=thread_steps(periods, {cycle: mark.status for cycle, mark in own.items()}),
    )


def _reports(now: datetime.datetime) -> dict[int, list[ReportLink]]:
    """Return the final reports by edition, newest first, only the latest of each period."""
    rows = ReportEdition.objects.filter(stage=ReportStage.FINAL, released_at__lte=now)
    found: dict[int, dict[int, ReportLink]] = defaultdict(dict)
    for report in (
        rows.annotate(size=Subquery(_PDF.values("size")[:1]))
        .only("number", "released_at", "change_note", "cycle__edition_id", "cycle__period_from", "cycle__period_until")
        .select_related("cycle")
        .order_by("-cycle__period_until", "cycle", "-number")
    ):
        link = ReportLink(
            pk=report.pk,
            cycle_id=report.cycle_id,
            edition_id=report.cycle.edition_id,
            period_label=report.cycle.period_label,
            number=report.number,
            size=getattr(report, "size", None) or 0,
            released_on=timezone.localdate(report.released_at),
            change_note=report.change_note,
        )
        found[link.edition_id].setdefault(link.cycle_id, link)
    return {edition: list(some.values()) for edition, some in found.items()}


def _assign(by_pk: dict[int, PublicRecommendation], today: datetime.date) -> list[PublicOffice]:
    """Say of each recommendation who is in charge of it today; return the offices in the order people list them."""
    offices: dict[int, PublicOffice] = {}
    rows = Assignment.objects.valid_on(today).order_by("office__number", "office__name", "pk")
    columns = ("recommendation_id", "role", "office_id", "office__number", "office__name", "office__kind")
    for pk, role, office_id, number, name, kind in rows.values_list(*columns):
        one = by_pk.get(pk)
        if one is None:
            continue
        who = offices.get(office_id)
        if who is None:
            who = offices[office_id] = PublicOffice(office_id, number, name, kind)
        if role == AssignmentRole.LEAD:
            one.lead = who
            who.leads.append(one)
        else:
            one.contributing.append(who)
            who.contributes.append(one)
    for one in by_pk.values():
        one.contributing.sort(key=_as_listed)
    return sorted(offices.values(), key=_as_listed)


def _as_listed(office: PublicOffice) -> tuple[bool, str]:
    """Order offices as people list them: by number, those without one at the end."""
    return office.number == "", office.label
