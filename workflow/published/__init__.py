"""The one door through which unpublished material does not pass: all that public pages may know of this room.

An entry is published when its run has an approved revision and the cycle's publication date, if it has one, has
come. What is not a field of the classes below never leaves: outlook, internal note, comments, drafts, persons.
"""

from workflow.published.approvals import PublishedApproval, PublishedRestoration, approvals, restorations
from workflow.published.entries import (
    PublishedCorrection,
    PublishedEntry,
    PublishedMeasure,
    entries,
)
from workflow.published.measures import PublishedMeasures, measures
from workflow.published.reports import (
    MissingReturn,
    ReportCycle,
    may_release,
    missing_returns,
    report_cycles,
    report_entries,
    report_runs,
    withdrawn_since,
)
from workflow.published.standing import (
    PublishedMark,
    PublishedPeriod,
    PublishedWithdrawal,
    Standing,
    all_withdrawals,
    gone_with,
    kinds,
    periods,
    report_withdrawals,
    standing,
    statuses,
    went_with_edition,
    withdrawals,
)
from workflow.published.visibility import (
    public_runs,
    text_read,
)

__all__ = [
    "MissingReturn",
    "PublishedApproval",
    "PublishedCorrection",
    "PublishedEntry",
    "PublishedMark",
    "PublishedMeasure",
    "PublishedMeasures",
    "PublishedPeriod",
    "PublishedRestoration",
    "PublishedWithdrawal",
    "ReportCycle",
    "Standing",
    "all_withdrawals",
    "approvals",
    "entries",
    "gone_with",
    "kinds",
    "may_release",
    "measures",
    "missing_returns",
    "periods",
    "public_runs",
    "report_cycles",
    "report_entries",
    "report_runs",
    "report_withdrawals",
    "restorations",
    "standing",
    "statuses",
    "text_read",
    "went_with_edition",
    "withdrawals",
    "withdrawn_since",
]
