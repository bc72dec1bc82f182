"""Dates as people in Germany write them."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

FORMATS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d")


def parse_date(text: str) -> datetime.date:
    """Return the day that ``text`` names as ``31.12.2026``, ``31.12.26`` or ``2026-12-31``; raises ``ValueError``."""
    for one in FORMATS:
        try:
            return datetime.datetime.strptime(text.strip(), one).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


class GermanDateField(forms.DateField):
    """A day, typed as ``31.12.2026`` or ``2026-12-31`` and shown as ``31.12.2026``."""

    default_error_messages = {
        "required": _("Please enter a date."),
        "invalid": _("Please write the date like 31.12.2026."),
    }

    def __init__(self, **kwargs: object) -> None:
        widget = forms.DateInput(format=FORMATS[0], attrs={"autocomplete": "off", "placeholder": _("DD.MM.YYYY")})
        super().__init__(input_formats=FORMATS, widget=widget, **kwargs)  # type: ignore[arg-type]
