"""People's actions on a run: the doors between pages and the process engine.

Each door takes the engine's lock on the run, reads the run anew, checks whose turn it is, calls one service and lets
the engine go on, all in one transaction. Of many who act at once one wins; the others get a ``DomainError`` that says
what happened, and nothing of theirs is changed. Whoever acts as a deputy is written down with the person they stand
in for.
"""

from workflow.runs.contributions import contribute, contribute_nothing, go_on_without, remind
from workflow.runs.extensions import (
    ask_for_extension,
    extend,
    grant_extension,
    refuse_extension,
    undo_extension,
    withdraw_extension,
)
from workflow.runs.lifecycle import cancel, reopen, start_correction
from workflow.runs.reassignments import (
    accept_reassignment,
    propose_reassignment,
    refuse_reassignment,
    withdraw_reassignment,
)
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
from workflow.runs.succession import Carried, carry_over, succeed
from workflow.runs.withdrawal import restore_entry, withdraw_entry
from workflow.runs.writing import (
    ContributionsMissingError,
    base_of,
    confirm_unchanged,
    file_nil_return,
    hand_in,
    withdraw,
)

__all__ = [
    "Carried",
    "ContributionsMissingError",
    "accept_reassignment",
    "answer_comment",
    "approve",
    "ask_for_extension",
    "base_of",
    "cancel",
    "carry_over",
    "co_sign",
    "confirm_unchanged",
    "contribute",
    "contribute_nothing",
    "extend",
    "file_nil_return",
    "go_on_without",
    "go_on_without_co_signature",
    "go_on_without_signature",
    "grant_extension",
    "hand_in",
    "lapse_co_signatures",
    "object_to",
    "propose_reassignment",
    "refuse_extension",
    "refuse_reassignment",
    "remind",
    "reopen",
    "restore_entry",
    "return_for_revision",
    "return_unsigned",
    "sign",
    "start_correction",
    "succeed",
    "undo_extension",
    "vote",
    "withdraw",
    "withdraw_entry",
    "withdraw_extension",
    "withdraw_reassignment",
]
