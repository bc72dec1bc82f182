"""What coordinators write to a department, and why they do not."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflow.forms.lengths import WholeText
from workflow.services.department_letters import Words
from workflow.services.moves import MAX_REASON


def _text(label: Any, *, rows: int, missing: Any = "", hint: Any = "") -> forms.CharField:
    return WholeText(
        label=label,
        help_text=hint,
        required=bool(missing),
        longest=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class LetterForm(forms.Form):
    """The words before and after the list of the tasks."""

    opening = _text(
        _("Text before the list"),
        rows=6,
        missing=_("Please write what it is about."),
        hint=_("Salutation and reason. The list of the overdue tasks follows by itself."),
    )
    closing = _text(_("Text after the list"), rows=6, hint=_("What you ask for, and your name."))

    def words(self) -> Words:
        """Return what was written; the form is valid."""
        return Words(self.cleaned_data["opening"], self.cleaned_data["closing"])


class DeclineForm(forms.Form):
    """Why no letter is sent."""

    reason = _text(
        _("Why is no letter sent?"),
        rows=4,
        missing=_("Please say why no letter is sent."),
        hint=_("Only coordinators read this."),
    )
