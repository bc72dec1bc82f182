"""Who signs and who decides in a cycle, and the rules that such a policy keeps."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from offices.errors import DomainError
from workflow.models import ReportingCycle, ReviewPolicy

LONGEST_CO_SIGNING = 60
SMALLEST_QUORUM, LARGEST_QUORUM = 2, 50


@dataclass(frozen=True, slots=True)
class CyclePolicy:
    """The signatures that a cycle asks for, and who decides; the default asks for none and lets one member decide.

    ``quorum`` is 1 unless the members vote.
    """

    sign_off: bool = False
    co_sign: bool = False
    co_sign_days: int = 7
    silence_is_consent: bool = False
    review_policy: str = ReviewPolicy.SINGLE.value
    quorum: int = 1

    @classmethod
    def of(cls, cycle: ReportingCycle) -> "CyclePolicy":
        """Return the policy of ``cycle``."""
        return cls(
            sign_off=cycle.sign_off,
            co_sign=cycle.co_sign,
            co_sign_days=cycle.co_sign_days,
            silence_is_consent=cycle.silence_is_consent,
            review_policy=cycle.review_policy,
            quorum=cycle.quorum,
        )


def check_policy(policy: CyclePolicy) -> None:
    """Raise ``DomainError`` unless the parts of the policy fit each other."""
    if not 1 <= policy.co_sign_days <= LONGEST_CO_SIGNING:
        raise DomainError(_("Please allow between 1 and 60 days for co-signing."))
    if policy.silence_is_consent and not policy.co_sign:
        raise DomainError(_("Silence can only count as consent if contributing offices are asked to co-sign."))
    if policy.review_policy not in ReviewPolicy.values:
        raise DomainError(_("Please choose who decides."))
    if policy.review_policy == ReviewPolicy.QUORUM and not SMALLEST_QUORUM <= policy.quorum <= LARGEST_QUORUM:
        raise DomainError(_("If the members vote, at least 2 and at most 50 votes are needed."))
