"""The form of an absence."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.forms.dates import GermanDateField
from offices.models import Person
from offices.queries.absences import colleagues_of
from offices.queries.people import person_who_may_enter


class AbsenceForm(forms.Form):
    """From when until when, and who stands in: a colleague from the list, or somebody else by their address.

    ``cleaned_data`` holds ``first_day``, ``last_day`` and the ``deputy``.
    """

    first_day = GermanDateField(label=_("First day"))
    last_day = GermanDateField(label=_("Last day"))
    colleague = forms.ModelChoiceField(
        label=_("Who stands in?"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Please choose, or enter an address below"),
    )
    email = forms.EmailField(
        label=_("E-mail address of somebody else"),
        help_text=_("If the person is not in the list. They need to be able to sign in here."),
        required=False,
        max_length=254,
    )

    def __init__(self, *args: Any, person: Person, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["colleague"].queryset = colleagues_of(person, today)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        colleague, email = cleaned.pop("colleague", None), cleaned.pop("email", "")
        if colleague and email:
            self.add_error("email", _("Please choose either a colleague or an address, not both."))
        elif email:
            cleaned["deputy"] = person_who_may_enter(email, self._today)
            if cleaned["deputy"] is None:
                self.add_error("email", _("Nobody with this address can sign in here. Please check it."))
        elif colleague:
            cleaned["deputy"] = colleague
        elif not {"colleague", "email"} & set(self.errors):
            self.add_error("colleague", _("Please say who stands in."))
        return cleaned
