"""What every page knows about the service."""

from django.conf import settings
from django.http import HttpRequest


def service(_request: HttpRequest) -> dict[str, object]:
    """Return the names of city and service and whether this is the demonstration."""
    return {
        "city_name": settings.CITY_NAME,
        "service_name": settings.SERVICE_NAME,
        "service_claim": settings.SERVICE_CLAIM,
        "contact_email": settings.CONTACT_EMAIL,
        "demonstration": settings.DEMONSTRATION,
    }
