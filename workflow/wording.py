"""What the parts of an entry are called on pages; one wording for form, reading, review and history."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIELD_LABELS: dict[str, str | Promise] = {
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

STATUS_HINTS: dict[str, str | Promise] = {
    "planned": _("Decided, but not begun yet."),
    "in_progress": _("Work on it is going on."),
    "implemented": _("Reached: what the recommendation wanted is done."),
    "made_permanent": _("Reached and secured for good: part of regular business."),
    "deferred": _("Rests for now. Please say briefly why."),
    "not_pursued": _("Is ended on purpose. Please say briefly why."),
    "unknown": _("The status cannot be said right now."),
}

OUTLOOK_WORDS: dict[str, str | Promise] = {
    "on_track": pgettext_lazy("outlook", "yes, on track"),
    "at_risk": pgettext_lazy("outlook", "at risk"),
    "blocked": pgettext_lazy("outlook", "blocked, we need help"),
}
