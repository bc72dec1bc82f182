"""Opening a sitting: who is present."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.models import Person
from workflow.queries import sittings


class SittingForm(forms.Form):
    """``present`` are members of the Arbeitsgruppe, and their deputies today; the chair need not be ticked."""

    present = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("Who is present?"),
        help_text=_("You have the chair and are present anyway."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Only members of the Arbeitsgruppe can be present.")},
    )

    def __init__(self, *args: Any, chair: Person, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["present"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - tells the types
        field.queryset = sittings.members(today).exclude(pk=chair.pk)
        field.label_from_instance = lambda person: person.name  # type: ignore[assignment]
