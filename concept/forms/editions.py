"""The form by which an edition is published."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.forms.dates import GermanDateField


class PublishForm(forms.Form):
    """The day on which the city adopted the edition; it may lie ahead."""

    adopted_on = GermanDateField(
        label=_("Adopted on"),
        help_text=_("The day of the resolution. If it lies ahead, the edition becomes public on that day."),
        error_messages={"required": _("Please give the day on which the edition was adopted: it stands on the pages.")},
    )
