"""Asking the real views for their pages, in this process and as nobody in particular."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from publication.site.languages import language_of

FETCHED = {200, 410}
"""What is gone says so at its place, in a file as well."""


class StaticRequest(HttpRequest):
    """A request for a page that becomes a file: by nobody, without cookies, at the address of the service itself.

    Templates ask for ``static_export`` where a file has something else to say than the service.
    """

    static_export = True

    def __init__(self, origin: str, path: str, query: str = "", as_of: datetime.date | None = None) -> None:
        super().__init__()
        parts = urlsplit(origin)
        self._scheme = parts.scheme
        self._host = parts.netloc
        self.method = "GET"
        self.path = self.path_info = path
        self.GET = QueryDict(query)
        self.user = AnonymousUser()
        self.as_of = as_of
        self.META = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": parts.hostname or "",
            "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
            "HTTP_HOST": parts.netloc,
        }

    def get_host(self) -> str:
        return self._host

    def _get_scheme(self) -> str:
        return self._scheme


@dataclass(frozen=True, slots=True)
class Page:
    """What a view answered; ``path`` is not percent-encoded."""

    path: str
    query: str
    content: bytes
    content_type: str

    @property
    def is_html(self) -> bool:
        return self.content_type == "text/html"

    @property
    def has_links(self) -> bool:
        """Whether it leads to pages that may stand in no list: a feed does to its older pages."""
        return self.is_html or self.content_type == "application/atom+xml"

    @property
    def is_text(self) -> bool:
        kind = self.content_type
        return kind.startswith("text/") or kind.endswith(("json", "xml", "turtle", "n-triples"))


@lru_cache(maxsize=65536)
def match_of(path: str) -> ResolverMatch | None:
    """Return the route of a path that is not percent-encoded, or None where the service has none."""
    with translation.override(language_of(path)):
        try:
            return resolve(path)
        except Resolver404:
            return None


def fetch(origin: str, path: str, query: str = "", *, as_of: datetime.date | None = None) -> Page | None:
    """Return the page at ``path``, or None where there is none for a visitor."""
    path = unquote(path)
    match = match_of(path)
    if match is None:
        return None
    request = StaticRequest(origin, path, query, as_of)
    request.resolver_match = match
    with translation.override(language_of(path)):
        try:
            response = match.func(request, *match.args, **match.kwargs)
        except Http404:
            return None
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    if response.status_code not in FETCHED:
        return None
    return Page(path, query, _content(response), response.headers["Content-Type"].partition(";")[0].strip())


def not_found(origin: str, *, as_of: datetime.date | None = None) -> Page:
    """Return the page that a web server shows for what does not exist."""
    request = StaticRequest(origin, "/", as_of=as_of)
    return Page("/404", "", render_to_string("404.html", {}, request).encode(), "text/html")


def rendered(response: HttpResponse, path: str) -> Page:
    return Page(path, "", response.content, "text/html")


def _content(response: HttpResponseBase) -> bytes:
    if response.streaming:
        return b"".join(response)
    return response.content  # type: ignore[attr-defined,no-any-return]
