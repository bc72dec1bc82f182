from concept.models.assignments import Assignment, AssignmentRole
from concept.models.crosswalk import ENDING_REASONS, CrosswalkLink, CrosswalkReason
from concept.models.editions import ActionField, ConceptEdition, Goal, Recommendation, is_public_on
from concept.models.history import ConceptEvent, ConceptEventKind
from concept.models.imports import ColumnMapping, ImportUpload, UploadKind

__all__ = [
    "ENDING_REASONS",
    "ActionField",
    "Assignment",
    "AssignmentRole",
    "ColumnMapping",
    "ConceptEdition",
    "ConceptEvent",
    "ConceptEventKind",
    "CrosswalkLink",
    "CrosswalkReason",
    "Goal",
    "ImportUpload",
    "Recommendation",
    "UploadKind",
    "is_public_on",
]
