"""Named selections of the board."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from workflow.forms.saved_views import SavedViewForm
from workflow.queries import saved_views as queries
from workflow.queries.board_filters import BoardFilters
from workflow.services import saved_views as services


@coordinator_page
@require_safe
def view_list(request: HttpRequest) -> HttpResponse:
    context = {
        "views": queries.named(request_desk(request).person),
        "crumbs": [(_("Board"), reverse("workflow:board")), (_("Saved views"), "")],
    }
    return render(request, "workflow/board_views.html", context)


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def view_create(request: HttpRequest) -> HttpResponse:
    """Save the selection of the address under a name."""
    query = BoardFilters.read(request.GET).query(column="")
    form = SavedViewForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.save_view(
                    form.cleaned_data["name"],
                    query,
                    shared=form.cleaned_data["shared"],
                    by=request_desk(request).person,
                    now=timezone.now(),
                )
            except DomainError as error:
                form.add_error("name", str(error))
            else:
                messages.success(request, _("Saved. You find the view on the board under “Saved views”."))
                return redirect(f"{reverse('workflow:board')}?{query}")
    back = f"{reverse('workflow:board')}?{query}"
    crumbs = [(_("Board"), back), (_("Save selection"), "")]
    return render(
        request, "workflow/board_view_form.html", {"form": form, "back": back, "crumbs": crumbs}, status=status
    )


@coordinator_page
@require_POST
def view_remove(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(queries.own(request_desk(request).person), pk=pk)
    services.remove_view(view, now=timezone.now())
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
    return redirect("workflow:board-view-list")
