from concept.models.assignments import Assignment, AssignmentRole
from concept.models.crosswalk import ENDING_REASONS, CrosswalkLink, CrosswalkReason
from concept.models.editions import ActionField, ConceptEdition, Goal, Recommendation
from concept.models.imports import ColumnMapping, ImportUpload

__all__ = [
    "ENDING_REASONS",
    "ActionField",
    "Assignment",
    "AssignmentRole",
    "ColumnMapping",
    "ConceptEdition",
    "CrosswalkLink",
    "CrosswalkReason",
    "Goal",
    "ImportUpload",
    "Recommendation",
]
