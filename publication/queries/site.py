"""The public site at a glance: every edition with its fields, goals and recommendations, and where each stands.

Everything that names more than one recommendation (pages, lists, feeds, interfaces, the static export) is made from one
``Site``, so that they all show the same. It is read in five queries and kept in the process for as long as the
database's version of the published content holds. Of an entry's text it has the beginning alone, for lines in lists;
the rest is read where it is shown.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from concept.models import Assignment, AssignmentRole, ConceptEdition, is_public_on
from publication.models import EntrySummary, FileKind, ReportEdition, ReportFile, ReportStage
from publication.queries.never_out import NeverOut
from publication.queries.parts import (
    GoneEdition,
    PublicEdition,
    PublicField,
    PublicGoal,
    PublicOffice,
    PublicRecommendation,
    ReportLink,
    Site,
    as_listed,
)
from publication.queries.silence import silence
from publication.site import version
from publication.site.version import Version
from publication.summary_languages import PLAIN
from workflow import published
from workflow.published import PublishedMark, PublishedPeriod
from workflow.thread import thread_steps

__all__ = [
    "PublicEdition",
    "PublicField",
    "PublicGoal",
    "PublicOffice",
    "PublicRecommendation",
    "ReportLink",
    "Site",
    "site",
]

KEPT: dict[str, Site] = {}
"""The newest site of this process by the key of its version; see :func:`site`."""

_PDF = ReportFile.objects.filter(edition=OuterRef("pk"), kind=FileKind.PDF)


def site(now: datetime.datetime) -> Site:
    """Return the site as it stands at ``now``: one query where this process has it already, else five.

    The result is shared: it is for reading only.
    """
    wanted = version.current(now)
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
    gone: dict[int, GoneEdition] = {}
    for row in _concept(today, now):
        if row["is_gone"]:
            gone.setdefault(row["pk"], _gone(row))
            continue
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
            one.silence = silence(edition.periods, one.marks, today)
            goal.recommendations.append(one)
            by_pk[one.pk] = one
    offices = _assign(by_pk, today)
    return Site(
        wanted,
        list(editions.values()),
        [some for some in offices if not some.is_former],
        by_pk,
        [some for some in offices if some.is_former],
        sorted(gone.values(), key=lambda one: one.at, reverse=True),
    )


def _concept(today: datetime.date, now: datetime.datetime) -> Iterable[dict[str, Any]]:
    """Return editions, fields, goals and recommendations in one query, in printed order.

    Of those that were taken back the name and the note are for visitors, and nothing else of their rows.
    """
    is_public = is_public_on(today)
    known = ConceptEdition.objects.filter(is_public | Q(withdrawn_at__isnull=False))
    of_field = ("pk", "number", "name", "summary")
    of_goal = ("pk", "number", "text")
    of_recommendation = ("pk", "key", "number", "title", "ended_on")
    rows = known.values(
        "pk", "slug", "name", "adopted_on", "description", "predecessor_id",
        *(f"fields__{name}" for name in of_field),
        *(f"fields__goals__{name}" for name in of_goal),
        *(f"fields__goals__recommendations__{name}" for name in of_recommendation),
        "withdrawn_at", "withdrawal_note",
        published_on=TruncDate("published_at"),
        is_gone=Case(When(is_public, then=False), default=True, output_field=BooleanField()),
        is_plain=Case(
            When(fields__goals__recommendations__in=_plain(now), then=True), default=False, output_field=BooleanField()
        ),
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


def _plain(now: datetime.datetime) -> "QuerySet[EntrySummary, Any]":
    """Return the recommendations of which a published entry has a summary in plain language, as a part of a query."""
    later = EntrySummary.objects.filter(
        update=OuterRef("update"), language=OuterRef("language"), number__gt=OuterRef("number")
    )
    plain = EntrySummary.objects.filter(~Exists(later), language=PLAIN, update__in=published.public_runs(now))
    return plain.exclude(text="").order_by().values("update__recommendation")


def _edition(
    row: dict[str, Any], periods: dict[int, list[PublishedPeriod]], reports: dict[int, list[ReportLink]]
) -> PublicEdition:
    return PublicEdition(
        pk=row["pk"],
        slug=row["slug"],
        name=row["name"],
        adopted_on=row["adopted_on"],
        public_since=max(filter(None, (row["published_on"], row["adopted_on"]))),
        description=row["description"],
        predecessor_id=row["predecessor_id"],
        periods=periods.get(row["pk"], []),
        reports=[one for one in reports.get(row["pk"], []) if one.withdrawn_on is None],
        withdrawn=[one for one in reports.get(row["pk"], []) if one.withdrawn_on is not None],
        is_back=row["withdrawn_at"] is not None,
    )


def _gone(row: dict[str, Any]) -> GoneEdition:
    return GoneEdition(row["pk"], row["slug"], row["name"], row["withdrawn_at"], row["withdrawal_note"])


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
        is_plain=row["is_plain"],
    )


def _reports(now: datetime.datetime) -> dict[int, list[ReportLink]]:
    """Return the reports by edition, newest first: of each period the latest final one, else the latest withdrawn."""
    rows = ReportEdition.objects.filter(stage__in=[ReportStage.FINAL, ReportStage.WITHDRAWN], released_at__lte=now)
    cycle = ("cycle__edition_id", "cycle__period_from", "cycle__period_until")
    known = (
        rows.annotate(size=Subquery(_PDF.values("size")[:1]))
        .only("number", "stage", "released_at", "change_note", "withdrawn_at", "withdrawal_note", *cycle)
        .select_related("cycle")
        .order_by("-cycle__period_until", "cycle", "-number")
    )
    out: dict[int, set[int]] = defaultdict(set)
    for report in known:
        out[report.cycle_id].add(report.number)
    found: dict[int, dict[int, ReportLink]] = defaultdict(dict)
    for report in known:
        gone = report.stage == ReportStage.WITHDRAWN
        link = ReportLink(
            pk=report.pk,
            cycle_id=report.cycle_id,
            edition_id=report.cycle.edition_id,
            period_label=report.cycle.period_label,
            number=report.number,
            size=getattr(report, "size", None) or 0,
            released_on=timezone.localdate(report.released_at),
            change_note=report.change_note,
            withdrawn_on=timezone.localdate(report.withdrawn_at) if gone else None,
            withdrawal_note=report.withdrawal_note if gone else "",
            never_out=NeverOut.before(report.number, out[report.cycle_id]),
        )
        of_edition = found[link.edition_id]
        if link.cycle_id not in of_edition or (of_edition[link.cycle_id].withdrawn_on and not gone):
            of_edition[link.cycle_id] = link
    return {edition: list(some.values()) for edition, some in found.items()}


def _assign(by_pk: dict[int, PublicRecommendation], today: datetime.date) -> list[PublicOffice]:
    """Say of each recommendation who is in charge of it today; return who is or was, in the order people list them."""
    offices: dict[int, PublicOffice] = {}
    links: dict[tuple[int, int], datetime.date] = {}
    seen = 0
    begun = Assignment.objects.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
    # An office with several successors comes with as many rows of each of its assignments.
    rows = begun.order_by("office__number", "office__name", "pk").values_list(*_ASSIGNED)
    for assignment, pk, role, until, successor, on, *values in rows:
        one = by_pk.get(pk)
        if one is None:
            continue
        who = offices.get(values[0]) or offices.setdefault(values[0], PublicOffice(*values))
        if successor and on <= today:
            links[who.pk, successor] = on
        if assignment == seen:
            continue
        seen = assignment
        if until is not None and until < today:
            who.before[one] = max(until, who.before.get(one, until))
        elif role == AssignmentRole.LEAD:
            one.lead = who
            who.leads.append(one)
        else:
            one.contributing.append(who)
            who.contributes.append(one)
    for who in offices.values():
        for one in [*who.leads, *who.contributes]:
            who.before.pop(one, None)
    for one in by_pk.values():
        one.contributing.sort(key=as_listed)
    _follow(offices, links)
    return sorted(offices.values(), key=as_listed)


_ASSIGNED = (
    "pk", "recommendation_id", "role", "valid_until",
    "office__successions__successor_id", "office__successions__on",
    "office_id", "office__number", "office__name", "office__kind",
)  # fmt: skip


def _follow(offices: dict[int, PublicOffice], links: dict[tuple[int, int], datetime.date]) -> None:
    """Say of offices who came after whom, the earliest first; of those that visitors cannot know, nothing."""
    for old, new in sorted(links, key=lambda pair: (links[pair], pair)):
        if new in offices:
            offices[old].successors.append(offices[new])
            offices[new].predecessors.append(offices[old])
