"""Which mail a coordinator wants to look at before it goes out."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from offices.models import Person
from workflow.queries.reminder_recipients import Recipients


class ReminderMailForm(forms.Form):
    """A person and a day, both from what is possible."""

    person = forms.ChoiceField(label=_("Who gets it"))
    tag = forms.ChoiceField(label=_("Day"))

    def __init__(self, recipients: Recipients, days: Iterable[datetime.date], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        groups = [
            (_("With a task"), recipients.asked),
            (_("Arbeitsgruppe"), recipients.reviewers),
            (_("For information"), recipients.informed),
        ]
        person, tag = self.fields["person"], self.fields["tag"]
        person.choices = [(label, _options(people)) for label, people in groups if people]  # type: ignore[attr-defined]
        tag.choices = [(day.isoformat(), date_format(day, "D, d.m.Y")) for day in days]  # type: ignore[attr-defined]


def _options(people: Iterable[Person]) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in people]
