"""Which pages other websites may show in a frame: the parts for embedding, and nothing else."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_PARTS = re.compile(r"^/(?:[a-z]{2}/)?einbetten/[^/]")
_ANCESTORS = re.compile(r"frame-ancestors [^;]*")
POLICY = "Content-Security-Policy"


class FramesOfOthers:
    """Lets the websites of ``EMBED_ORIGINS`` frame the parts for embedding.

    It stands outside of whatever answers for the view: an answer from a cache and a 304, which renews the headers that
    a browser has kept, are treated alike. An error page may be framed only if it says so (``may_be_framed``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if _PARTS.match(request.path_info) and (response.status_code in {200, 304} or is_marked(response)):
            ancestors = f"frame-ancestors {' '.join(settings.EMBED_ORIGINS)}"
            response.headers.pop("X-Frame-Options", None)
            if POLICY in response.headers:
                response.headers[POLICY] = _ANCESTORS.sub(lambda _found: ancestors, response.headers[POLICY])
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def may_be_framed(response: HttpResponse) -> HttpResponse:
    """Mark an error page of a part for embedding, so that its reader sees our words and not the browser's."""
    response.may_be_framed = True  # type: ignore[attr-defined]
    return response


def is_marked(response: HttpResponseBase) -> bool:
    return getattr(response, "may_be_framed", False)
