"""Forms of the invitations and of the people of an office."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from offices.forms.dates import GermanDateField
from offices.models import OFFICE_ROLES, Office, Person, Role
from offices.services.invitations import may_invite


class InvitationForm(forms.Form):
    """Whom to invite, as what, and where. Offers only the roles that ``by`` may give."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(
        label=_("Name or function"),
        max_length=200,
        required=False,
        help_text=_("As it should stand in mails and lists; can be changed when accepting."),
    )
    role = forms.ChoiceField(label=_("Role"))
    office = forms.ModelChoiceField(
        label=_("Office"),
        queryset=Office.objects.none(),
        required=False,
        help_text=_("Needed for clerks and heads of office; for others the office they come from."),
        empty_label=_("No office"),
    )

    def __init__(self, *args: Any, by: Person, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(value, label) for value, label in Role.choices if may_invite(by, value, today)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["office"].queryset = Office.objects.valid_on(today)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("role") in OFFICE_ROLES and not cleaned.get("office") and "office" not in self.errors:
            self.add_error("office", _("Clerks and heads of office work for an office. Please choose one."))
        return cleaned


class ClerkInvitationForm(forms.Form):
    """Whom a head invites as a clerk of the own office."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(
        label=_("Name or function"),
        max_length=200,
        required=False,
        help_text=_("As it should stand in mails and lists; can be changed when accepting."),
    )


class EndMembershipForm(forms.Form):
    """The last day on which somebody works for an office."""

    last_day = GermanDateField(label=_("Last day"), help_text=_("On this day the person may still work here."))


class AcceptForm(forms.Form):
    """How the person wants to be called."""

    name = forms.CharField(
        label=_("Your name or function"),
        max_length=200,
        help_text=_("So that others know who has written or decided."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
