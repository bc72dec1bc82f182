"""Addresses of the sign-in: exactly the pages of django-allauth that this service uses, and no other.

There is no sign-up, no password in any form, and no management of addresses. The names are those of allauth, which
looks them up.
"""

from allauth.account import views as account
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import path

from offices.views import sign_in

urlpatterns = [
    path("", sign_in.sign_in, name="account_login"),
    path("", sign_in.sign_in, name="account_request_login_code"),
    path("code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("abmelden/", account.logout, name="account_logout"),
    path("ohne-zugang/", account.account_inactive, name="account_inactive"),
    path("passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/", passkeys.list_webauthn, name="mfa_index"),
    path("passkeys/neu/", sign_in.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/umbenennen/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/entfernen/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("konto/abgebrochen/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("konto/fehler/", social.login_error, name="socialaccount_login_error"),
    path("konto/<slug:provider_id>/", openid.login, name="openid_connect_login"),
    path("konto/<slug:provider_id>/zurueck/", openid.callback, name="openid_connect_callback"),
]
