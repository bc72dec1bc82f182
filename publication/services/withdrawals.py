"""What becomes of reports and summaries when an entry is taken off the public pages.

A report that others have read is withdrawn with the entry, in the same transaction: it is frozen, so nothing in it can
be taken out. A draft stays with the working group, which cannot release it any more (``report_stages.hindrances``).
Summaries go with the text that they summarise.
"""

import datetime
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from offices.models import Person
from publication.models import EntrySummary, ReportEdition
from publication.services.report_stages import reports_with, withdraw_reports_with
from workflow.models import StatusUpdate
from workflow.services.withdrawal import Withdrawn


class PublishedOfEntries:
    """The follower (``workflow.services.withdrawal.Follower``) for reports and summaries."""

    def named(self, update: StatusUpdate, along: Sequence[StatusUpdate]) -> list[str]:
        """Name the reports that would be withdrawn."""
        return [_name(report) for report in reports_with(run.pk for run in (update, *along))]

    def withdrawn(self, what: Withdrawn, *, by: Person, now: datetime.datetime) -> None:
        """Withdraw the reports and empty the summaries; each report and each summary keeps what it was."""
        withdraw_reports_with([run.pk for run in what.runs], note=_note(what), by=by, now=now)
        _empty_summaries(what.runs, by=by, now=now)

    def restored(self, what: Withdrawn, *, by: Person, now: datetime.datetime) -> None:
        """Bring the summaries back; a report is built anew."""
        _bring_summaries_back(what, by=by, now=now)


def _name(report: ReportEdition) -> str:
    values = {"period": report.cycle.period_label, "number": report.number}
    if report.is_final:
        return _("Report %(period)s, version %(number)s, which is public") % values
    return _("Report %(period)s, version %(number)s, which is with the round table") % values


def _note(what: Withdrawn) -> str:
    recommendation = what.update.recommendation
    values = {
        "number": recommendation.number,
        "title": recommendation.title,
        "period": what.update.cycle.period_label,
        "note": what.note,
    }
    return _("The entry on recommendation %(number)s “%(title)s” for %(period)s was taken back: %(note)s") % values


# --- Summaries ------------------------------------------------------------------------------------------------------


def _newest(runs: Iterable[StatusUpdate]) -> list[EntrySummary]:
    """Return the newest version of each summary of ``runs``; one query."""
    newest: dict[tuple[int, str], EntrySummary] = {}
    for one in EntrySummary.objects.filter(update__in=[run.pk for run in runs]).order_by("number"):
        newest[one.update_id, one.language] = one
    return list(newest.values())


def _empty_summaries(runs: Iterable[StatusUpdate], *, by: Person, now: datetime.datetime) -> None:
    """Write an empty version over each summary, so that none of it comes back with another text."""
    EntrySummary.objects.bulk_create(_next(one, "", by=by, now=now) for one in _newest(runs) if one.text)


def _bring_summaries_back(what: Withdrawn, *, by: Person, now: datetime.datetime) -> None:
    """Write the last text again over each summary that went with the entry, where the entry is the one it was."""
    approved = {run.pk: run.approved_id for run in what.runs}
    back = []
    for one in _newest(what.runs):
        if one.text or one.written_at != what.at or one.source_id != approved[one.update_id]:
            continue
        before = EntrySummary.objects.get(update=one.update_id, language=one.language, number=one.number - 1)
        back.append(_next(one, before.text, by=by, now=now))
    EntrySummary.objects.bulk_create(back)


def _next(one: EntrySummary, text: str, *, by: Person, now: datetime.datetime) -> EntrySummary:
    return EntrySummary(
        update_id=one.update_id,
        language=one.language,
        number=one.number + 1,
        text=text,
        source_id=one.source_id,
        text_source_id=one.text_source_id,
        written_by=by,
        written_at=now,
    )
