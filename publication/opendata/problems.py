"""Errors of the interface: problem+json (RFC 9457) with a German sentence that says what to do."""

import datetime
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MEDIA_TYPE = "application/problem+json"
TITLES = {
    HTTPStatus.BAD_REQUEST: lambda: _("The question does not fit"),
    HTTPStatus.NOT_FOUND: lambda: _("Not found"),
    HTTPStatus.GONE: lambda: pgettext("edition", "Withdrawn"),
    HTTPStatus.METHOD_NOT_ALLOWED: lambda: _("Reading only"),
}


def problem(status: HTTPStatus, detail: str, faults: Sequence[dict[str, str]] = ()) -> HttpResponse:
    """Return an error as its own document; nobody keeps it."""
    said = {
        "type": "about:blank",
        "title": TITLES[status](),
        "status": int(status),
        "detail": detail,
        "faults": list(faults),
    }
    response = JsonResponse(said, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def not_found() -> HttpResponse:
    return problem(
        HTTPStatus.NOT_FOUND, _("There is nothing under this address. The start of the interface lists what there is.")
    )


def gone(edition: str, day: datetime.date, note: str) -> HttpResponse:
    """Say why there is nothing any more of an edition that was public."""
    values = {"edition": edition, "day": date_format(day, "d.m.Y"), "note": note}
    said = _("The edition “%(edition)s” of the concept was withdrawn on %(day)s: %(note)s")
    return problem(HTTPStatus.GONE, said % values)


def read_only() -> HttpResponse:
    return problem(HTTPStatus.METHOD_NOT_ALLOWED, _("The interface only reads: GET, HEAD and OPTIONS."))


def bad_question(errors: Sequence[dict[str, Any]]) -> HttpResponse:
    """Say of each parameter what does not fit; ``errors`` are pydantic's."""
    faults = [{"parameter": str(error["loc"][-1]), "message": _message(error)} for error in errors]
    return problem(HTTPStatus.BAD_REQUEST, _("Please check the parameters that are named in “faults”."), faults)


def unknown(names: Sequence[str], known: Sequence[str]) -> HttpResponse:
    """Refuse parameters that do not exist: a misspelt filter would otherwise look like one that finds everything."""
    said = _("There is no such parameter. Known are: %(names)s.") % {"names": ", ".join(known)}
    if not known:
        said = _("This address takes no parameters.")
    faults = [{"parameter": name[:100], "message": said} for name in names]
    return problem(HTTPStatus.BAD_REQUEST, _("Please check the parameters that are named in “faults”."), faults)


def _message(error: dict[str, Any]) -> str:
    kind = str(error["type"])
    values = error.get("ctx", {})
    said = {
        "int": _("Please give a whole number."),
        "date": _("Please give a day as year-month-day, such as 2026-01-31."),
        "bool": _("Please give true or false."),
        "greater_than_equal": _("Please give at least %(ge)s."),
        "less_than_equal": _("Please give at most %(le)s."),
        "string_too_long": _("Please give at most %(max_length)s characters."),
        "string_too_short": _("Please give a value, or leave the parameter out."),
        "literal_error": _("Possible are: %(expected)s."),
    }
    found = said.get(kind) or said.get(kind.partition("_")[0])
    if found is None:
        return _("This value does not fit. The documentation says what may stand here.")
    expected = str(values.get("expected", "")).replace(" or ", ", ").replace("'", "")
    return found % {**values, "expected": expected}
