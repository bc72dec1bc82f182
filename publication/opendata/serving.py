"""How open data are served: to everybody, from every website, read-only, and kept until something published changes."""

from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from publication.opendata import problems
from publication.opendata.licence import licence
from publication.site.keeping import Keeping

View = Callable[..., HttpResponse]
METHODS = "GET, HEAD, OPTIONS"
EXPOSED = "ETag, Last-Modified, Link, Content-Disposition"


@overload
def open_data(view: View) -> View: ...
@overload
def open_data(*, parameters: tuple[str, ...] | None) -> Callable[[View], View]: ...
def open_data(view: View | None = None, *, parameters: tuple[str, ...] | None = ()) -> Any:
    """Mark an address that everybody may read, scripts on other websites included.

    HEAD is answered like GET, OPTIONS says what is allowed, everything else is refused with 405. What is published
    alone decides on the answer, so that it is kept ready and known to be unchanged (``publication.site.middleware``);
    ``parameters`` are as in ``public_page``. Every answer names the licence. Nothing sets a cookie.
    """

    def mark(view: View) -> View:
        served: Any = csrf_exempt(wraps(view)(_served(view)))
        served.keeping = Keeping(parameters)
        return served  # type: ignore[no-any-return]

    return mark(view) if view else mark


def _served(view: View) -> View:
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            # What answers GET alone answers HEAD as well; the server leaves the body out.
            asked, request.method = request.method, "GET"
            try:
                response = view(request, *args, **kwargs)
            finally:
                request.method = asked
            licensed = f'<{licence().url}>; rel="license"'
            response["Link"] = f"{licensed}, {response['Link']}" if response.has_header("Link") else licensed
        else:
            response = HttpResponse(status=204) if request.method == "OPTIONS" else problems.read_only()
            response["Allow"] = METHODS
            response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
            response["Access-Control-Max-Age"] = "86400"
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return served
