"""Forms of the invitations and of the people of an office."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.models import REQUIRED_NEWS, Delivery, NewsKind
from notifications.services.preferences import choices_of
from offices.forms.dates import GermanDateField
from offices.models import OFFICE_ROLES, Office, Person, Role
from offices.services.invitations import may_invite

HINTS = {
    NewsKind.ASSIGNED: _("When a round begins, or an office takes something over: one mail with everything."),
    NewsKind.RETURNED: _("The Arbeitsgruppe, another office or your head of office asks for changes."),
    NewsKind.SIGNATURE: _("An entry waits for your office to co-sign, or for the head of office to sign."),
    NewsKind.REASSIGNED: _("An office is asked to take over, and what it answers."),
    NewsKind.EXTENSION: _("Somebody asks for more time, and what was decided."),
    NewsKind.APPROVED: _("The Arbeitsgruppe has approved what your office wrote or contributed to."),
    NewsKind.PUBLISHED: _("Everybody can read it on the homepage from now on."),
    NewsKind.MENTION: _("Somebody writes @ and your name in a comment."),
    NewsKind.COURSE: _("A request is cancelled, opened again, or goes on with another office."),
    NewsKind.WEEKLY: _("Every Monday: where each cycle stands, and what has changed."),
}


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


class PreferencesForm(forms.Form):
    """How somebody wants to hear of each of ``kinds``; offers only what may be chosen."""

    def __init__(self, *args: Any, kinds: Iterable[NewsKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            hint = str(HINTS[kind])
            if kind in REQUIRED_NEWS:
                hint += " " + gettext("Part of the process, so it cannot be switched off.")
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                help_text=hint,
                choices=[(one.value, one.label) for one in choices_of(kind)],
                widget=forms.RadioSelect,
            )

    def wanted(self) -> dict[NewsKind, Delivery]:
        """Return what was chosen; call only after validation."""
        return {NewsKind(name): Delivery(value) for name, value in self.cleaned_data.items()}


class AcceptForm(forms.Form):
    """How the person wants to be called."""

    name = forms.CharField(
        label=_("Your name or function"),
        max_length=200,
        help_text=_("So that others know who has written or decided."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
