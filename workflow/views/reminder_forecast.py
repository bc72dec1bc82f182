"""What will be sent in the next 30 days, for coordinators."""

import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from offices.access import coordinator_page
from workflow.queries import reminder_forecast as queries
from workflow.queries.reminder_forecast import ForecastDay

PER_PAGE = 50


@require_safe
@coordinator_page
def reminder_forecast(request: HttpRequest) -> HttpResponse:
    """Show per day how many mails will go out, and of the day in the address who gets which.

    For: coordinators.
    """
    now = timezone.now()
    days = queries.forecast(now)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    chosen = _chosen(days, request.GET.get("tag", ""))
    found = chosen.of(search) if chosen else []
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("seite"))
    query = request.GET.copy()
    query.pop("seite", None)
    context = {
        "days": days,
        "total": sum(len(one.mails) for one in days),
        "last_day": timezone.localdate(now) + datetime.timedelta(days=queries.DAYS),
        "chosen": chosen,
        "search": search,
        "page": page,
        "page_query": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "workflow/reminder_forecast.html", context)


def _chosen(days: list[ForecastDay], wanted: str) -> ForecastDay | None:
    """Return the day that the address names, or the first."""
    named = (one for one in days if one.day.isoformat() == wanted)
    return next(named, days[0] if days else None)
