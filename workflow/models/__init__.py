from workflow.models.board import BulkAction, BulkItem, BulkKind, BulkOutcome, SavedView
from workflow.models.contributions import ContributedMeasure, Contribution, Participation, ParticipationState
from workflow.models.course import DeadlineExtension, ExtensionState, Reassignment, ReassignmentState
from workflow.models.cycles import CycleState, ReportingCycle, ReviewPolicy
from workflow.models.duties import Duty
from workflow.models.history import Event, EventKind, HistorySeal
from workflow.models.news import Announcement, AnnouncementKind
from workflow.models.reminding import DepartmentLetter, LetterState, ReminderPolicy
from workflow.models.review import CommentAnswer, Decision, Review, ReviewComment, ReviewVote, Sitting
from workflow.models.scales import (
    HANDED_IN_STATES,
    NEEDS_REASON,
    OPEN_STATES,
    REACHED,
    UNDECIDED_STATES,
    WRITING_STATES,
    EntryKind,
    ImplementationStatus,
    Outlook,
    UpdateState,
)
from workflow.models.signing import CoSignature, CoSignatureState, SignOff, SignOffDecision
from workflow.models.texts import Draft, Measure, Passage, Revision
from workflow.models.updates import StatusProcess, StatusUpdate
from workflow.models.work import CITY_STEPS, WRITING_STEPS, WorkItem, WorkStep

__all__ = [
    "CITY_STEPS",
    "HANDED_IN_STATES",
    "NEEDS_REASON",
    "OPEN_STATES",
    "REACHED",
    "UNDECIDED_STATES",
    "WRITING_STATES",
    "WRITING_STEPS",
    "Announcement",
    "AnnouncementKind",
    "BulkAction",
    "BulkItem",
    "BulkKind",
    "BulkOutcome",
    "CoSignature",
    "CoSignatureState",
    "CommentAnswer",
    "ContributedMeasure",
    "Contribution",
    "CycleState",
    "DeadlineExtension",
    "Decision",
    "DepartmentLetter",
    "Draft",
    "Duty",
    "EntryKind",
    "Event",
    "EventKind",
    "ExtensionState",
    "HistorySeal",
    "ImplementationStatus",
    "LetterState",
    "Measure",
    "Outlook",
    "Participation",
    "ParticipationState",
    "Passage",
    "Reassignment",
    "ReassignmentState",
    "ReminderPolicy",
    "ReportingCycle",
    "Review",
    "ReviewComment",
    "ReviewPolicy",
    "ReviewVote",
    "Revision",
    "SavedView",
    "SignOff",
    "SignOffDecision",
    "Sitting",
    "StatusProcess",
    "StatusUpdate",
    "UpdateState",
    "WorkItem",
    "WorkStep",
]
