"""The offices: who answers for what."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from publication.queries import offices as queries
from publication.queries.charts import office_chart
from publication.queries.site import site
from publication.site.languages import German
from publication.views.page import public_page, render_page


@public_page(parameters=())
def office_list(request: HttpRequest) -> HttpResponse:
    """Every office that has a part in the newest edition of the concept."""
    everything = site(timezone.now())
    return render_page(
        request,
        "offices",
        everything,
        current="offices",
        lines=queries.office_list(everything),
        crumbs=[(_("Overview"), reverse("publication:home")), (pgettext("public", "Offices"), "")],
    )


@public_page(parameters=())
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """What one office leads and contributes to, and what it answered for before."""
    everything = site(timezone.now())
    one = everything.office(pk)
    if one is None:
        raise Http404
    return render_page(
        request,
        "office",
        everything,
        current="offices",
        office=one,
        drawn=office_chart(everything, one.pk, get_language() or ""),
        shown=queries.office_page(everything, one),
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            (pgettext("public", "Offices"), reverse("publication:offices")),
            (German(one.label), ""),
        ],
    )
