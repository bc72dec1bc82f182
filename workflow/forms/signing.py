"""What somebody says who does not sign, or goes on without a signature."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workflow.services.moves import MAX_REASON


class VersionForm(forms.Form):
    """``version`` is the number of the version that was read, ``office`` the office for which somebody signs."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)
    office = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False)


class ReasonForm(forms.Form):
    """Why; the services ask for it again."""

    office = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False)
    reason = forms.CharField(
        label=_("What should change?"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Please say what should change."),
            "max_length": _("A text is too long: at most 2,000 characters."),
        },
    )


class ObjectionForm(ReasonForm, VersionForm):
    """What should change in the version that was read."""


class WaiverForm(ReasonForm):
    """Why somebody goes on without a signature."""

    reason = forms.CharField(
        label=_("Why do you go on without it?"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Please say why you go on without it."),
            "max_length": _("A text is too long: at most 2,000 characters."),
        },
    )
