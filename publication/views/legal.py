"""Who offers the service, what it knows of its readers, and how far it can be used by everybody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.queries.site import site
from publication.views.page import public_page, render_page


@public_page(parameters=())
def imprint(request: HttpRequest) -> HttpResponse:
    """Say who answers for these pages."""
    return _page(request, "imprint", _("Imprint"))


@public_page(parameters=())
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what the service keeps of whom, and for how long."""
    return _page(request, "privacy", _("Privacy"))


def _page(request: HttpRequest, name: str, title: str) -> HttpResponse:
    crumbs = [(_("Overview"), reverse("publication:home")), (title, "")]
    return render_page(request, f"legal/{name}", site(timezone.now()), title=title, crumbs=crumbs, provider=provider())


def provider() -> dict[str, object]:
    """Return what the city has said of itself; what is empty is left out on the pages."""
    return {
        "site_url": settings.SITE_URL,
        "name": settings.PROVIDER_NAME,
        "address": [line.strip() for line in settings.PROVIDER_ADDRESS.split(",") if line.strip()],
        "phone": settings.PROVIDER_PHONE,
        "email": settings.PROVIDER_EMAIL,
        "representative": settings.PROVIDER_REPRESENTATIVE,
        "vat_id": settings.PROVIDER_VAT_ID,
        "data_protection_contact": settings.DATA_PROTECTION_CONTACT,
        "data_protection_authority": settings.DATA_PROTECTION_AUTHORITY,
        "hosted_by": settings.HOSTED_BY,
        "log_days": settings.ACCESS_LOG_DAYS,
        "voices_months": settings.VOICES_KEPT_MONTHS,
        "enforcement_body": settings.ENFORCEMENT_BODY,
        "enforcement_body_url": settings.ENFORCEMENT_BODY_URL,
        "federal_state": settings.FEDERAL_STATE,
        "accessibility_checked_on": settings.ACCESSIBILITY_CHECKED_ON,
    }
