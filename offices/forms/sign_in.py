"""Forms of the sign-in: the address that asks for a code, and a new passkey."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.core import context, ratelimit
from allauth.mfa.webauthn.forms import SignupWebAuthnForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.models import Person
from offices.queries.people import person_who_may_enter


class RequestCodeForm(forms.Form):
    """Asks for the e-mail address; whether somebody has it never shows."""

    email = forms.EmailField(
        label=_("E-mail address at work"),
        error_messages={"required": _("Please enter your e-mail address.")},
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autocapitalize": "none"}),
    )

    # Read by allauth's view: ``None`` lets it go on just the same, without a code.
    _user: Person | None = None

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = person_who_may_enter(email, timezone.localdate())
        return email


class EnterCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """Asks for the six digits; blanks between them are fine."""

    code = forms.CharField(
        label=_("Code from the mail"),
        error_messages={"required": _("Please enter the six digits from the mail.")},
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class AddPasskeyForm(SignupWebAuthnForm):  # type: ignore[misc]
    """A new passkey under a name of one's own; it must check the person (fingerprint, face or PIN)."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class RenamePasskeyForm(forms.Form):
    """A new name for a passkey."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=60)

    def __init__(self, *args: Any, instance: Any, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, **{**kwargs, "initial": {"name": instance.wrap().name}})

    def save(self) -> Any:
        self.instance.wrap().name = self.cleaned_data["name"]
        self.instance.save(update_fields=["data"])
        return self.instance
