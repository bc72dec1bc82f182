"""How django-allauth is bound to this service: no open sign-up, and every mail goes through the outbox."""

import datetime
import uuid
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models import MailKind
from notifications.services import outbox
from offices.access import desk_of
from offices.models import Person
from offices.queries.people import person_who_may_enter

ACCOUNT_MAILS = {
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
}
SILENT = {
    # The page that follows says it already.
    "account/messages/login_code_sent.txt",
    "account/messages/logged_in.txt",
}


def code_letter(email: str, code: str, now: datetime.datetime, person: Person | None = None) -> outbox.Letter:
    """Return the mail that carries a sign-in code; each call is a mail of its own."""
    seconds: int = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    return outbox.Letter(
        kind=MailKind.SIGN_IN_CODE,
        recipient=email.lower(),
        key=uuid.uuid4().hex,
        template="sign_in_code",
        context={"code": code, "minutes": seconds // 60, "person_name": person.name if person else email},
        person=person,
        secret=True,
        obsolete_at=now + datetime.timedelta(seconds=seconds),
    )


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in for invited people only, by code or passkey, never by password."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This code is not right. Please check the six digits."),
        "too_many_login_attempts": _(
            "That was too many attempts. Please wait a few minutes and then ask for a new code."
        ),
        "rate_limited": _("That was too many attempts. Please wait a few minutes."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        """Ask for the code alone. A passkey replaces the code; it is not asked for on top of it.

        Otherwise whoever loses the device could not sign in any more until somebody removes the passkey.
        """
        return ["allauth.account.stages.LoginByCodeStage"]

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Stop people who are inactive or hold no role today, however they have proved who they are."""
        if not desk_of(user).may_enter:
            return redirect("account_inactive")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail with a sign-in code; other mails of allauth belong to pages that do not exist here."""
        if template_prefix != "account/email/login_code":
            return
        now = timezone.now()
        person = person_who_may_enter(email, timezone.localdate(now))
        letter = code_letter(email, context["code"], now, person)
        outbox.queue_one(letter, now=now)

    def rehearse_code(self, email: str) -> None:
        """Do for an unknown address what :meth:`send_mail` does for a known one, and send nothing."""
        now = timezone.now()
        outbox.rehearse(code_letter(email, self.generate_login_code(), now), now=now)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell people by mail that a passkey was added to or removed from their account."""
        del context, email  # allauth's; ours need the name alone
        template = ACCOUNT_MAILS.get(template_prefix)
        if template:
            outbox.queue(
                kind=MailKind.ACCOUNT,
                recipient=user.email,
                key=uuid.uuid4().hex,
                template=template,
                context={"person_name": user.name},
                person=user,
                now=timezone.now(),
            )

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect for invited people only, matched by verified address at each sign-in; nothing is stored."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Person, str] | None:
        """Return the person whom one of the addresses belongs to that the provider has verified."""
        today = timezone.localdate()
        for address in sociallogin.email_addresses:
            person = person_who_may_enter(address.email, today) if address.verified else None
            if person:
                return person, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse every process but the sign-in: accounts are not connected here."""
        super().pre_social_login(request, sociallogin)
        if sociallogin.state.get("process") not in {None, AuthProcess.LOGIN}:
            raise ImmediateHttpResponse(redirect("offices:account"))
