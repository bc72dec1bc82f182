"""Taking the publication of an edition of the concept back: says what goes and what stays, asks why, and does it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from concept.services.editions import take_back_hindrances
from offices.access import coordinator_page, request_desk
from offices.errors import ConflictError, DomainError
from publication.forms.reports import WithdrawEditionForm
from publication.queries import edition_withdrawal as query
from publication.services.edition_withdrawals import withdraw_edition


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def edition_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the coordinator, who reads first what goes off the pages. For those who may publish an edition."""
    if request.method != "POST":
        return _asked(request, pk, WithdrawEditionForm())
    form = WithdrawEditionForm(request.POST)
    if not form.is_valid():
        return _asked(request, pk, form, status=422)
    note, seen, by = form.cleaned_data["note"], request.POST.get("seen", ""), request_desk(request).person
    try:
        edition = withdraw_edition(pk, seen=seen, note=note, by=by, now=timezone.now())
    except DomainError as error:
        form.add_error(None, str(error))
        return _asked(request, pk, form, status=409 if isinstance(error, ConflictError) else 422)
    messages.success(request, _("“%(name)s” is not public any more.") % {"name": edition.name})
    return redirect("concept:edition-list")


def _asked(request: HttpRequest, pk: int, form: WithdrawEditionForm, *, status: int = 200) -> HttpResponse:
    """Show what goes and what stays as it is now; whoever answers has seen this."""
    now = timezone.now()
    found = query.consequences(pk, now, timezone.localdate(now))
    if found is None:
        raise Http404
    edition = found.row.edition
    if not edition.published_at:
        messages.info(request, _("“%(name)s” is not published, so there is nothing to take back.") % {"name": edition})
        return redirect("concept:edition-list")
    context = {
        "form": form,
        "found": found,
        "hindrances": take_back_hindrances(edition),
        "crumbs": [(_("Concept"), reverse("concept:edition-list")), (_("Take the publication back"), "")],
    }
    return render(request, "publication/reports/edition_withdraw.html", context, status=status)
