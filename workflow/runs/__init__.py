"""People's actions on a run: the doors between pages and the process engine.

Each door takes the engine's lock on the run, reads the run anew, checks whose turn it is, calls one service and lets
the engine go on, all in one transaction. Of many who act at once one wins; the others get a ``DomainError`` that says
what happened, and nothing of theirs is changed. Whoever acts as a deputy is written down with the person they stand
in for.
"""

from workflow.runs.contributions import contribute, contribute_nothing, go_on_without, remind
from workflow.runs.review import answer_comment, approve, return_for_revision, vote
from workflow.runs.signing import (
    co_sign,
    go_on_without_co_signature,
    go_on_without_signature,
    lapse_co_signatures,
    object_to,
    return_unsigned,
    sign,
)
from workflow.runs.writing import (
    ContributionsMissingError,
    base_of,
    confirm_unchanged,
    file_nil_return,
    hand_in,
    withdraw,
)

__all__ = [
    "ContributionsMissingError",
    "answer_comment",
    "approve",
    "base_of",
    "co_sign",
    "confirm_unchanged",
    "contribute",
    "contribute_nothing",
    "file_nil_return",
    "go_on_without",
    "go_on_without_co_signature",
    "go_on_without_signature",
    "hand_in",
    "lapse_co_signatures",
    "object_to",
    "remind",
    "return_for_revision",
    "return_unsigned",
    "sign",
    "vote",
    "withdraw",
]
