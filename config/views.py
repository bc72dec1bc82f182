"""Pages that belong to no room: health checks and errors."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves requests at all."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Tell search engines that the public pages are theirs to read, and where they are listed."""
    lines = ("User-agent: *", "Disallow: /anmelden/", "", f"Sitemap: {settings.SITE_URL}/sitemap.xml", "")
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Say in plain words that the page was open too long; nothing was changed."""
    return render(request, "403_csrf.html", status=403)
