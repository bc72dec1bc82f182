"""The interface put together: its addresses, its errors, and its description (OpenAPI)."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.errors import ValidationError

from publication.opendata import addresses, api, problems, reading
from publication.opendata.licence import licence
from publication.opendata.serving import open_data

ROOT = "/api/v1"
TAGS = {
    "start": _("Where to begin"),
    "editions": _("The concept"),
    "recommendations": _("Recommendations"),
    "entries": _("What was reported"),
    "offices": _("Offices"),
    "reports": _("Reports"),
    "changes": _("Changes"),
}
ABOUT = _(
    "Everything published about the integration concept: read-only, no registration. Ids stay the same for as long as "
    "the data exist. Within version 1, fields are only ever added. Unknown parameters are refused."
)
SAID = {
    200: _("What was asked for."),
    400: _("A parameter does not fit."),
    404: _("There is no such thing."),
    410: _("The edition was withdrawn; “detail” says why."),
}
PLACES = {
    "id": _("The number that never changes."),
    "edition": _("The edition’s short name, as in its address."),
    "key": _("The recommendation’s key: what follows the edition in its readable id."),
}
"""What stands in addresses."""

SPOKEN = ("description", "summary")
"""The parts of the description that are sentences for people."""

ninja = NinjaAPI(
    title="Sachstand", version=api.VERSION, openapi_url=None, docs_url=None, urls_namespace="opendata:api",
)  # fmt: skip
ninja.add_router("", api.router)


@ninja.exception_handler(ValidationError)
def _refused(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    if all(fault["loc"][0] == "path" for fault in error.errors):
        return problems.not_found()
    return problems.bad_question(error.errors)


@ninja.exception_handler(Http404)
def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    match = request.resolver_match
    slug = str(match.kwargs.get("edition", "")) if match else ""
    gone = reading.everything_at(timezone.now()).gone_edition(slug)
    return problems.gone(gone.name, gone.on, gone.note) if gone else problems.not_found()


def description() -> dict[str, Any]:
    """Return the interface's OpenAPI description, in the language that is spoken now."""
    schema: dict[str, Any] = dict(ninja.get_openapi_schema(path_prefix=ROOT.strip("/") + "/"))
    one = licence()
    schema["info"] = {
        "title": gettext("Open data: %(service)s") % {"service": settings.SERVICE_NAME},
        "version": api.VERSION,
        "description": ABOUT,
        "license": {"name": one.name, "url": one.url},
        "contact": {"name": settings.PUBLISHER_NAME, "url": addresses.page("publication:data")},
    }
    if settings.CONTACT_EMAIL:
        schema["info"]["contact"]["email"] = settings.CONTACT_EMAIL
    schema["servers"] = [{"url": settings.SITE_URL}]
    schema["tags"] = [{"name": name, "description": said} for name, said in TAGS.items()]
    for operations in schema["paths"].values():
        for operation in operations.values():
            _finish(operation)
    shapes = schema["components"]["schemas"]
    used = _named(schema["paths"], shapes)
    schema["components"] = {"schemas": {name: shape for name, shape in shapes.items() if name in used}}
    return _spoken(schema)  # type: ignore[no-any-return]


def _finish(operation: dict[str, Any]) -> None:
    """Say what ninja does not: errors are problems, and a parameter that is not needed is left out, never null."""
    for parameter in operation["parameters"]:
        kinds = [kind for kind in parameter["schema"].pop("anyOf", []) if kind.get("type") != "null"]
        if kinds:
            parameter["schema"] = kinds[0] | parameter["schema"]
            if parameter["schema"].get("default", "") is None:
                del parameter["schema"]["default"]
        parameter["schema"].pop("title", None)
        # As a list they may stand in the schema alone.
        parameter.pop("examples", None)
        parameter.setdefault("description", PLACES.get(parameter["name"], ""))
        # The sentence stands once, beside the parameter.
        parameter["schema"].pop("description", None)
    for status, answer in operation["responses"].items():
        answer["description"] = SAID[int(status)]
        if int(status) >= 400:  # noqa: PLR2004
            answer["content"] = {problems.MEDIA_TYPE: answer["content"]["application/json"]}


def _named(part: Any, shapes: dict[str, Any]) -> set[str]:
    """Return the names of the shapes that ``part`` leads to; ninja lists those of parameters as well."""
    if isinstance(part, list):
        return {name for one in part for name in _named(one, shapes)}
    if not isinstance(part, dict):
        return set()
    found = {name for one in part.values() for name in _named(one, shapes)}
    if isinstance(part.get("$ref"), str):
        name = part["$ref"].rpartition("/")[2]
        found |= {name} | _named(shapes[name], shapes)
    return found


def _spoken(part: Any, name: str = "") -> Any:
    """Return ``part`` with every sentence in the language that is spoken now."""
    if isinstance(part, dict):
        return {str(key): _spoken(value, str(key)) for key, value in part.items()}
    if isinstance(part, list):
        return [_spoken(value) for value in part]
    return gettext(part) if name in SPOKEN and isinstance(part, str) and part else part


def openapi(_request: HttpRequest) -> HttpResponse:
    """Deliver the description for machines, in German."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


def missing(_request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer for addresses that the interface does not have, in its own form."""
    return problems.not_found()


def urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """Return the interface's addresses for ``include``."""
    patterns: list[URLPattern | URLResolver] = [
        path("openapi.json", open_data(openapi), name="openapi"),
        *(
            path(str(pattern.pattern), _kept(pattern), name=pattern.name or "")
            for pattern in ninja.urls[0]
            if isinstance(pattern, URLPattern) and pattern.name != "api-root"
        ),
        # Line breaks too: whatever is asked for, the answer is a problem.
        re_path(r"^(?P<rest>[\s\S]+)$", open_data(parameters=None)(missing), name="missing"),
    ]
    return patterns, "api", "api"


def _kept(pattern: URLPattern) -> Any:
    return open_data(parameters=None)(_known_parameters(pattern.callback, pattern.name or ""))


def _known_parameters(view: Any, name: str) -> Any:
    """Refuse parameters that the address ``name`` does not know; ninja would pass over them."""

    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET:
            known = _parameters().get(name.replace("-", "_"), [])
            strangers = sorted(set(request.GET) - set(known))
            if strangers:
                return problems.unknown(strangers, known)
        return view(request, *args, **kwargs)  # type: ignore[no-any-return]

    return checked


@cache
def _parameters() -> dict[str, list[str]]:
    """Return the names of each operation's parameters in the query."""
    schema: dict[str, Any] = ninja.get_openapi_schema(path_prefix="")
    return {
        operation["operationId"]: [one["name"] for one in operation["parameters"] if one["in"] == "query"]
        for operations in schema["paths"].values()
        for operation in operations.values()
    }
