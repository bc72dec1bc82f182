"""The list of people."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from offices.access import people_page
from offices.queries.people import people

PER_PAGE = 50


@require_safe
@people_page
def person_list(request: HttpRequest) -> HttpResponse:
    """List everybody with an account and the roles they hold today."""
    search = request.GET.get("q", "").strip()[:100]
    page = Paginator(people(search, timezone.localdate()), PER_PAGE).get_page(request.GET.get("seite"))
    query = urlencode({"q": search}) + "&" if search else ""
    return render(request, "offices/person_list.html", {"page": page, "search": search, "page_query": query})
