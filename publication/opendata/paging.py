"""One page of a list, with the addresses of the pages around it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest

from publication.opendata import addresses, reading, records
from publication.opendata.filters import Paging
from publication.queries.site import Site

Found = TypeVar("Found")


def part(found: Sequence[Found], paging: Paging) -> Sequence[Found]:
    """Return the part of ``found`` that is asked for."""
    return found[paging.offset : paging.offset + paging.limit]


def page(
    request: HttpRequest,
    whole: Site,
    found: Sequence[Any],
    paging: Paging,
    made: Callable[[Sequence[Any]], Sequence[Any]],
) -> dict[str, Any]:
    """Return the page of ``found`` that is asked for; ``made`` turns the things on it into what is answered."""
    count = len(found)
    after = paging.offset + paging.limit
    before = max(0, min(paging.offset, count) - paging.limit)
    return {
        "count": count,
        "limit": paging.limit,
        "offset": paging.offset,
        "next": _address(request, after) if after < count else None,
        "previous": _address(request, before) if paging.offset else None,
        "as_of": reading.as_of(whole),
        "licence": records.terms(),
        "items": list(made(part(found, paging))),
    }


def _address(request: HttpRequest, offset: int) -> str:
    query = request.GET.copy()
    query["offset"] = str(offset)
    if not offset:
        del query["offset"]
    rest = query.urlencode()
    return addresses.absolute(request.path) + (f"?{rest}" if rest else "")
