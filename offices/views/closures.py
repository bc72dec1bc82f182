"""The city's closing times."""

import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from offices import closing_effects
from offices.access import people_page, request_desk
from offices.errors import DomainError
from offices.forms.closures import ClosureForm
from offices.queries import closures as queries
from offices.services import closures as services
from offices.working_days import WorkingDays, working_days


@require_http_methods(["GET", "HEAD", "POST"])
@people_page
def closure_list(request: HttpRequest) -> HttpResponse:
    """Show closing times and holidays, and enter a closing time."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        before = working_days()
        try:
            made = services.enter(**form.cleaned_data, by=request_desk(request).person, now=now, today=today)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            said = _("“%(name)s” is entered. It holds at once.") % {"name": made.name}
            messages.success(request, _with_effects(said, before, today))
            return redirect("offices:closure-list")
    context = {"form": form, "closures": queries.closing_times(today), "holidays": _holidays(today)}
    context["state"] = settings.FEDERAL_STATES[settings.FEDERAL_STATE]
    return render(request, "offices/closure_list.html", context, status=422 if form.errors else 200)


def _with_effects(said: str, before: WorkingDays, today: datetime.date) -> str:
    """Return what was done, and what it moves."""
    return " ".join([said, *closing_effects.sentences(before, working_days(), today)])


def _holidays(today: datetime.date) -> list[tuple[int, list[tuple[datetime.date, str]]]]:
    days = WorkingDays()
    return [(year, days.holidays_of(year)) for year in (today.year, today.year + 1)]


@require_POST
@people_page
def closure_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a closing time; its days are working days again."""
    closure = queries.closure(pk)
    if closure is None:
        raise Http404
    now, before = timezone.now(), working_days()
    try:
        services.end(closure=closure, by=request_desk(request).person, now=now)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = _("“%(name)s” is ended. Its days are working days again.") % {"name": closure.name}
        messages.success(request, _with_effects(said, before, timezone.localdate(now)))
    return redirect("offices:closure-list")
