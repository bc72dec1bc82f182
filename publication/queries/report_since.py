"""What has become of a final report's entries since it was built: its content is frozen, the public pages are not."""

from dataclasses import dataclass, field
from typing import Any

from publication.models import ReportEdition
from publication.queries.site import PublicRecommendation, Site
from publication.report.printed import is_other, recommendations
from workflow import published
from workflow.thread import LEFT_OUT, MISSING, OPEN


@dataclass(frozen=True, slots=True)
class Place:
    """A recommendation, and the period of the entry that is meant."""

    recommendation: PublicRecommendation
    period_label: str


@dataclass(frozen=True, slots=True)
class Since:
    """Entries that the report tells of: corrected since, taken off the public pages since, and those that came later.

    What stands there today is on their recommendation's page; a withdrawn text is nowhere.
    """

    corrected: list[Place] = field(default_factory=list)
    gone: list[Place] = field(default_factory=list)
    added: list[Place] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.corrected or self.gone or self.added)


def since(report: ReportEdition, everything: Site) -> Since:
    """Compare what a final report has printed with what is public now; two queries, its texts are not kept.

    Entries of its own period count by their revision and text, those of earlier ones by the status that it repeats.
    """
    rows = ReportEdition.objects.filter(pk=report.pk).values_list("document__entries", "document__fields")
    entries, fields = rows.get()
    printed = {int(run): revisions for run, revisions in (entries or {}).items()}
    stand = published.report_runs(report.cycle_id)
    found = Since()
    for told in recommendations({"fields": fields}):
        one = everything.by_pk.get(int(told["anchor"].removeprefix("r")))
        if one is not None:
            _compare_earlier(found, told["steps"], one, report.cycle.period_label)
            _compare_own(found, one, report, printed, stand)
    return found


def _compare_earlier(found: Since, steps: list[dict[str, Any]], one: PublicRecommendation, own: str) -> None:
    """Note which statuses of earlier periods, as the report repeats them, are not those of today."""
    labels = {period.label: period.cycle_id for period in one.edition.periods}
    for step in steps:
        if step["period"] == own or step["status"] in {MISSING, OPEN}:
            continue
        mark = one.marks.get(labels.get(step["period"], 0))
        if mark is None or mark.status == LEFT_OUT:
            found.gone.append(Place(one, step["period"]))
        elif mark.status != step["status"]:
            found.corrected.append(Place(one, step["period"]))


def _compare_own(
    found: Since,
    one: PublicRecommendation,
    report: ReportEdition,
    printed: dict[int, int | list[int]],
    stand: dict[int, tuple[int, int]],
) -> None:
    """Note whether the entry of the report's own period is another one than it printed."""
    mark = one.marks.get(report.cycle_id)
    if mark is None:
        return
    place = Place(one, report.cycle.period_label)
    was, now = printed.get(mark.run_id), stand.get(mark.run_id) if mark.status != LEFT_OUT else None
    if was is not None and now is None:
        found.gone.append(place)
    elif was is None and now is not None:
        found.added.append(place)
    elif was is not None and now is not None and is_other(was, now):
        found.corrected.append(place)
