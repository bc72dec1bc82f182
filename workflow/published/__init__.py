"""The one door through which unpublished material does not pass: all that public pages may know of this room.

An entry is published when its run has an approved revision and the cycle's publication date, if it has one, has
come. What is not a field of the classes below never leaves: outlook, internal note, comments, drafts, persons.
"""

from workflow.published.entries import (
    PublishedCorrection,
    PublishedEntry,
    PublishedMeasure,
    entries,
    texts,
)
from workflow.published.reports import (
    MissingReturn,
    ReportCycle,
    may_release,
    missing_returns,
    report_cycles,
    report_entries,
    report_runs,
)
from workflow.published.standing import (
    PublishedMark,
    PublishedPeriod,
    PublishedWithdrawal,
    Standing,
    kinds,
    periods,
    standing,
    statuses,
    withdrawals,
)
from workflow.published.visibility import (
    public_runs,
)

__all__ = [
    "MissingReturn",
    "PublishedCorrection",
    "PublishedEntry",
    "PublishedMark",
    "PublishedMeasure",
    "PublishedPeriod",
    "PublishedWithdrawal",
    "ReportCycle",
    "Standing",
    "entries",
    "kinds",
    "may_release",
    "missing_returns",
    "periods",
    "public_runs",
    "report_cycles",
    "report_entries",
    "report_runs",
    "standing",
    "statuses",
    "texts",
    "withdrawals",
]
