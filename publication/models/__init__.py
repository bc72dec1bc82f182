from publication.models.reports import (
    PENDING_STATES,
    FileKind,
    ReportEdition,
    ReportFile,
    ReportStage,
    ReportState,
)
from publication.models.texts import EntrySummary, ReportText
from publication.models.versions import PublishedChange
from publication.models.voices import BarrierReport, Feedback, FeedbackState

__all__ = [
    "PENDING_STATES",
    "BarrierReport",
    "EntrySummary",
    "Feedback",
    "FeedbackState",
    "FileKind",
    "PublishedChange",
    "ReportEdition",
    "ReportFile",
    "ReportStage",
    "ReportState",
    "ReportText",
]
