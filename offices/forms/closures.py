"""The form of a closing time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.forms.dates import GermanDateField


class ClosureForm(forms.Form):
    """What it is called, from when until when, and whether it comes back; without a last day it is one day."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For example: bridge day, summer break."))
    first_day = GermanDateField(label=_("First day"), help_text=_("Both days are closed."))
    last_day = GermanDateField(label=_("Last day"), required=False, help_text=_("Empty: only this one day."))
    yearly = forms.BooleanField(label=_("Every year on these days"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first_day") and "last_day" not in self.errors:
            cleaned["last_day"] = cleaned.get("last_day") or cleaned["first_day"]
        return cleaned
