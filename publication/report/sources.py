"""What a report is made of, read once: the concept, and what ``workflow.published`` gives away of a cycle."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, Window
from django.utils import timezone

from concept.models import Assignment, AssignmentRole, Recommendation
from publication.models import ReportEdition, ReportStage, ReportText
from publication.report.printed import recommendations
from workflow import published
from workflow.published import PublishedEntry, PublishedPeriod, PublishedWithdrawal, ReportCycle
from workflow.thread import LEFT_OUT, MISSING, OPEN


class UnknownCycleError(LookupError):
    """There is no such cycle, or it has not been opened yet."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The final report of the period before, of the same edition of the concept; ``statuses`` by recommendation."""

    period: str
    number: int
    released_on: datetime.date
    statuses: dict[int, str]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything a report says, before it is put into words.

    ``recommendations`` are in printed order with goal and field loaded: the current ones of the edition and those
    that were asked in the cycle. ``periods`` end with the cycle's own; ``statuses`` maps recommendation to cycle
    to status, ``kinds`` to the kind of what was handed in. ``offices_asked`` names the lead office of the time where
    nothing was approved; ``left_out`` are those whose request was cancelled or whose entry was withdrawn; of the
    latter, ``withdrawn`` says when and why. ``texts`` are the coordinators' own by
    field of action, the foreword under ``None``, as Markdown; ``previous`` is what the report says its changes
    against, if there is one.
    """

    cycle: ReportCycle
    recommendations: list[Recommendation]
    periods: list[PublishedPeriod]
    statuses: dict[int, dict[int, str]]
    entries: dict[int, PublishedEntry]
    offices_asked: dict[int, str]
    contributing: dict[int, list[str]]
    left_out: frozenset[int] = frozenset()
    kinds: dict[int, dict[int, str]] = field(default_factory=dict)
    texts: dict[int | None, str] = field(default_factory=dict)
    previous: Previous | None = None
    withdrawn: dict[int, PublishedWithdrawal] = field(default_factory=dict)


def read(cycle_id: int, *, now: datetime.datetime) -> Sources:
    """Read what the report of a cycle is made of, in a constant number of queries.

    Raises ``UnknownCycleError`` if the cycle does not exist or was never opened.
    """
    cycle = next(iter(published.report_cycles(cycle_id)), None)
    if cycle is None:
        raise UnknownCycleError(cycle_id)
    # In this order: an approval in between is in both, and its entry wins.
    asked = {one.recommendation_id: one.office_label for one in published.missing_returns(cycle_id)}
    entries = {pk: some[-1] for pk, some in published.report_entries(cycle_id).items()}
    statuses = _statuses(cycle, entries, now)
    periods = _periods(cycle, now)
    left_out = frozenset(pk for pk, known in statuses.items() if known.get(cycle_id) == LEFT_OUT)
    return Sources(
        cycle=cycle,
        recommendations=_recommendations(cycle.edition_id, {*entries, *asked}),
        periods=periods,
        statuses=statuses,
        entries=entries,
        offices_asked=asked,
        contributing=_contributing(cycle.edition_id, timezone.localdate(now)),
        left_out=left_out,
        kinds=_kinds(cycle, entries, now),
        texts=_texts(cycle_id),
        previous=_previous(cycle, periods, statuses, now),
        withdrawn=published.report_withdrawals(cycle_id),
    )


def _recommendations(edition_id: int, asked: set[int]) -> list[Recommendation]:
    rows = Recommendation.objects.filter(edition=edition_id).select_related("goal__field")
    printed = rows.order_by(
        "goal__field__position", "goal__field__number", "goal__position", "goal__number", "position", "number", "pk"
    )
    return [one for one in printed if one.ended_on is None or one.pk in asked]


def _periods(cycle: ReportCycle, now: datetime.datetime) -> list[PublishedPeriod]:
    """Return the public periods before the cycle's, and the cycle's own whether it is public yet or not."""
    before = [
        one
        for one in published.periods(cycle.edition_id, now)
        if one.period_until <= cycle.period_until and one.cycle_id != cycle.cycle_id
    ]
    own = PublishedPeriod(
        cycle_id=cycle.cycle_id,
        label=cycle.label,
        period_from=cycle.period_from,
        period_until=cycle.period_until,
        closed=cycle.closed,
        due_on=cycle.period_until,
        closed_on=None,
    )
    return [*before, own]


def _statuses(
    cycle: ReportCycle, entries: dict[int, PublishedEntry], now: datetime.datetime
) -> dict[int, dict[int, str]]:
    found = published.statuses(cycle.edition_id, now)
    for pk, entry in entries.items():
        found.setdefault(pk, {})[cycle.cycle_id] = entry.status
    return found


def _kinds(cycle: ReportCycle, entries: dict[int, PublishedEntry], now: datetime.datetime) -> dict[int, dict[int, str]]:
    found = published.kinds(cycle.edition_id, now)
    for pk, entry in entries.items():
        found.setdefault(pk, {})[cycle.cycle_id] = entry.kind
    return found


def _contributing(edition_id: int, day: datetime.date) -> dict[int, list[str]]:
    rows = (
        Assignment.objects.valid_on(day)
        .filter(recommendation__edition=edition_id, role=AssignmentRole.CONTRIBUTING)
        .select_related("office")
        .order_by("office__number", "office__name")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for one in rows:
        found[one.recommendation_id].append(one.office.label)
    return dict(found)


def _texts(cycle_id: int) -> dict[int | None, str]:
    versions = ReportText.objects.filter(cycle=cycle_id)
    newest = versions.annotate(newest=Window(Max("number"), partition_by=[F("field")])).filter(number=F("newest"))
    return dict(newest.values_list("field_id", "text"))


def _previous(
    cycle: ReportCycle,
    periods: list[PublishedPeriod],
    statuses: dict[int, dict[int, str]],
    now: datetime.datetime,
) -> Previous | None:
    """Return the last final report of an earlier period; a later version of the same one says itself what is new.

    A status that it repeated from an entry of a period before, which was taken off the public pages since, is not
    repeated again.
    """
    earlier = ReportEdition.objects.filter(
        stage=ReportStage.FINAL,
        released_at__lte=now,
        cycle__edition=cycle.edition_id,
        cycle__period_until__lt=cycle.period_until,
    )
    found = earlier.select_related("cycle").order_by("-cycle__period_until", "-cycle", "-number").first()
    if found is None or found.released_at is None:
        return None
    return Previous(
        period=found.cycle.period_label,
        number=found.number,
        released_on=timezone.localdate(found.released_at),
        statuses=_still_told(found.document, {one.label: one.cycle_id for one in periods}, statuses),
    )


def _still_told(
    document: dict[str, Any], cycles: dict[str, int], statuses: dict[int, dict[int, str]]
) -> dict[int, str]:
    """Return by recommendation the status that a report printed, without those of entries that are gone."""
    found = {}
    for one in recommendations(document):
        pk, last = int(one["anchor"].removeprefix("r")), one["steps"][-1]
        now = statuses.get(pk, {}).get(cycles.get(last["period"], 0))
        if last["status"] in {MISSING, OPEN} or now not in {None, LEFT_OUT}:
            found[pk] = one["status"]
    return found
