"""Visitors' forms without a cookie: a signed token that expires, where the form came from, and a trap for machines.

A page with such a form carries a token of its purpose (``{% form_token "feedback" %}``), so it is never kept by a cache
(``publication.views.page.visitor_form``). Nothing about the visitor is in the token, and nobody else is asked.
"""

import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

TOKEN = "token"  # noqa: S105 - the name of a field
TRAP = "homepage"
"""A field that people do not see and machines fill in."""
SOONEST = timedelta(seconds=3)
LATEST = timedelta(hours=4)

_FORM = re.compile(r"(?P<at>\d{1,12})\.(?P<once>[\w-]{1,32})", re.ASCII)


def issue(purpose: str) -> str:
    """Return a token for a form of ``purpose`` that is shown now."""
    return _signer(purpose).sign(f"{int(timezone.now().timestamp())}.{secrets.token_urlsafe(9)}")


def check(request: HttpRequest, purpose: str) -> str | None:
    """Return in words why the form of ``request`` is not taken, or None if it may be; nothing is changed by asking.

    It came from a page of ours, nobody filled in the trap, and its token is one of ``purpose``, older than
    ``SOONEST`` and younger than ``LATEST``. Say the reason above the form and show it again with what was written.
    """
    if not _is_ours(request):
        return _("This form did not come from our page. Please send it once more from here.")
    if request.POST.get(TRAP):
        return _("That looked like a message written by a machine. Please send it once more.")
    read = _read(request, purpose)
    age = timezone.now() - read[0] if read else None
    if age is None or age > LATEST:
        return _("The form was open for a long time. Your text is still here: please send it once more.")
    if age < SOONEST:
        return _("That was very quick. Please wait a moment, then send the form once more.")
    return None


def spend(request: HttpRequest, purpose: str) -> bool:
    """Use up the token of ``request``; False if that has been done already, by a second click or a machine.

    Kept in the cache alone: if that is emptied, a token is good once more, and expires as it would have.
    """
    read = _read(request, purpose)
    return read is not None and cache.add(f"form-token:{purpose}:{read[1]}", 1, timeout=LATEST.total_seconds())


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"publication.form.{purpose}")


def _read(request: HttpRequest, purpose: str) -> tuple[datetime, str] | None:
    """Return when the token was issued and what is unique of it; None if it is not one of ours."""
    try:
        value = _signer(purpose).unsign(request.POST.get(TOKEN, ""))
    except signing.BadSignature:
        return None
    found = _FORM.fullmatch(value)
    return (
        (datetime.fromtimestamp(int(found["at"]), tz=timezone.get_default_timezone()), found["once"]) if found else None
    )


def _is_ours(request: HttpRequest) -> bool:
    """Say whether a page of ours sent the form, by ``Origin`` or, where that is missing, by ``Referer``."""
    said = request.headers.get("Origin")
    if said is None:
        address = urlsplit(request.headers.get("Referer", ""))
        said = f"{address.scheme}://{address.netloc}"
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return said in ours
