"""Pages of absences and deputies."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notifications.services import absences as service
from offices.access import Desk, request_desk, staff_page
from offices.errors import DomainError
from offices.forms.absences import AbsenceForm
from offices.models import Absence, Person
from offices.queries import absences as queries
from offices.queries.people import person_by_id
from offices.services.absences import doubts, may_enter_for


@require_safe
@staff_page
def absence_list(request: HttpRequest) -> HttpResponse:
    """Show one's own current and coming absences, and for whom one stands in."""
    person, today = request_desk(request).person, timezone.localdate()
    context = {
        "absences": queries.absences_of(person, today),
        "deputisings": queries.deputisings_of(person, today),
        "today": today,
    }
    return render(request, "notifications/absence_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def absence_create(request: HttpRequest, person_id: int | None = None) -> HttpResponse:
    """Show the form and enter an absence: one's own, or that of somebody one may enter it for."""
    desk, today = request_desk(request), timezone.localdate()
    by = desk.person
    person = by if person_id is None else person_by_id(person_id)
    if person is None or not may_enter_for(by, person, today):
        raise Http404
    form = AbsenceForm(request.POST or None, person=person, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            absence = service.enter(**form.cleaned_data, person=person, by=by, now=timezone.now(), today=today)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            _say_so(request, absence, by)
            return redirect(_back(desk, person))
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "person": person,
        "is_own": person.pk == by.pk,
        "absences": queries.absences_of(person, today),
        "today": today,
        "back": _back(desk, person),
    }
    return render(request, "notifications/absence_form.html", context, status=status)


@require_POST
@staff_page
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an absence early or withdraw it."""
    desk, today = request_desk(request), timezone.localdate()
    absence = queries.absence(pk)
    if absence is None or not may_enter_for(desk.person, absence.person, today):
        raise Http404
    try:
        service.end(absence=absence, by=desk.person, now=timezone.now(), today=today)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("The absence is ended. %(deputy)s has been told.") % {"deputy": absence.deputy.name}
        )
    return redirect(_back(desk, absence.person))


def _say_so(request: HttpRequest, absence: Absence, by: Person) -> None:
    days = {
        "first": date_format(absence.first_day, "d.m.Y"),
        "last": date_format(absence.last_day, "d.m.Y"),
        "deputy": absence.deputy.name,
        "person": absence.person.name,
    }
    if absence.person_id == by.pk:
        said = _("From %(first)s to %(last)s, %(deputy)s stands in for you and has been told.")
    else:
        said = _("From %(first)s to %(last)s, %(deputy)s stands in for %(person)s and has been told.")
    messages.success(request, said % days)
    for doubt in doubts(absence):
        messages.warning(request, doubt)


def _back(desk: Desk, person: Person) -> str:
    """Return where to go on after something was done for ``person``."""
    if person.pk == desk.person.pk:
        return reverse("notifications:absence-list")
    if desk.is_coordinator or desk.is_administrator:
        return reverse("offices:person-list")
    return reverse("notifications:office-own")
