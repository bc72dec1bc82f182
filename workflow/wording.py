"""What the parts of an entry are called on pages; one wording for form, reading, review and history."""

from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from workflow.models import ReviewPolicy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from workflow.services.cycle_policies import CyclePolicy

Words: TypeAlias = "str | _StrPromise"

FIELD_LABELS: dict[str, Words] = {
    "": _("the whole entry"),
    "implementation_status": _("How far are you?"),
    "status_reason": _("Why?"),
    "outlook": _("Is it going to plan?"),
    "done": _("What has been done?"),
    "worked": _("What went well?"),
    "did_not_work": _("What did not go well?"),
    "overlooked": _("What was overlooked?"),
    "next_step": _("Next step"),
    "next_step_on": _("Planned by"),
    "measures": _("Measures"),
    "internal_note": _("Internal note"),
}
"""By name of the field (``workflow.content``); the empty name is the entry as a whole."""

STATUS_HINTS: dict[str, Words] = {
    "planned": _("Decided, but not begun yet."),
    "in_progress": _("Work on it is going on."),
    "implemented": _("Reached: what the recommendation wanted is done."),
    "made_permanent": _("Reached and secured for good: part of regular business."),
    "deferred": _("Rests for now. Please say briefly why."),
    "not_pursued": _("Is ended on purpose. Please say briefly why."),
    "unknown": _("The status cannot be said right now."),
}

OUTLOOK_WORDS: dict[str, Words] = {
    "on_track": pgettext_lazy("outlook", "yes, on track"),
    "at_risk": pgettext_lazy("outlook", "at risk"),
    "blocked": pgettext_lazy("outlook", "blocked, we need help"),
}


def policy_lines(policy: "CyclePolicy") -> list[tuple[str, str]]:
    """Return, as pairs of name and words, who signs and who decides under a cycle's policy."""
    return [
        (gettext("Co-signature"), _co_signing(policy)),
        (
            gettext("Sign-off"),
            gettext("by the head of the lead office") if policy.sign_off else pgettext("signature", "not asked for"),
        ),
        (gettext("Decision"), _deciding(policy)),
    ]


def _co_signing(policy: "CyclePolicy") -> str:
    if not policy.co_sign:
        return pgettext("signature", "not asked for")
    said = ngettext(
        "by the contributing offices, within %(days)d day",
        "by the contributing offices, within %(days)d days",
        policy.co_sign_days,
    ) % {"days": policy.co_sign_days}
    if policy.silence_is_consent:
        return gettext("%(who)s; silence counts as consent") % {"who": said}
    return gettext("%(who)s; silence does not count as consent") % {"who": said}


def _deciding(policy: "CyclePolicy") -> str:
    if policy.review_policy == ReviewPolicy.QUORUM:
        return gettext("by the chair, once at least %(votes)d members have voted") % {"votes": policy.quorum}
    return gettext("by one member of the Arbeitsgruppe")
