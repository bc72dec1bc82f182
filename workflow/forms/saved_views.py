"""The name of a selection on the board."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SavedViewForm(forms.Form):
    """What a selection is called, and for whom it is kept."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=80,
        help_text=_("Such as “Late, field 2”."),
        error_messages={"required": _("Please give the view a name.")},
    )
    shared = forms.BooleanField(label=_("Show it to all coordinators"), required=False)
