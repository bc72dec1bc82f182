"""Sign-in pages: allauth's flow, with what this service does differently."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import RequestLoginCodeView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from offices.forms.sign_in import RequestCodeForm

ADDRESS_IN_SESSION = "sign_in_address"
"""Whoever has just accepted an invitation finds the address filled in."""


class RequestCodePage(RequestLoginCodeView):  # type: ignore[misc]
    """The sign-in page: asks for the address and goes on to the code, whether or not somebody has that address."""

    def _redirect_to_pending_stage(self, _request: HttpRequest, _stage: Any) -> None:
        """Stay here while a code is awaited: a mistyped address must be correctable. The next request replaces it."""

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.request.session.get(ADDRESS_IN_SESSION, "")}

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        self.request.session.pop(ADDRESS_IN_SESSION, None)
        response: HttpResponse = super().form_valid(form)
        if form._user is None:  # noqa: SLF001 - allauth's own name for it
            get_adapter(self.request).rehearse_code(form.cleaned_data["email"])
        return response


class AddPasskeyPage(AddWebAuthnView):  # type: ignore[misc]
    """A new passkey is always one that signs in by itself; it is no second factor beside the code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, passwordless=True)}
        return context

    def get_success_url(self) -> str:
        return reverse("mfa_list_webauthn")


sign_in = RequestCodePage.as_view()
add_passkey = AddPasskeyPage.as_view()
