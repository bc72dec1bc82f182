"""How django-allauth is bound to this service: no open sign-up, codes through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in for invited people only."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect for invited people only."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: object) -> bool:
        return False
