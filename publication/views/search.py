"""Search over everything published, and the filters of lists."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.queries import search as queries
from publication.queries.filters import FILTERS, Choices, Filters, choices
from publication.queries.site import PublicEdition, Site, site
from publication.views.page import chips, page_size, public_page, render_page

PAGE_SIZE = 20


@public_page(parameters=(*FILTERS, "fassung", "seite"))
def search(request: HttpRequest) -> HttpResponse:
    """What answers to some words, best first. The newest edition is searched, or the one the address names."""
    now = timezone.now()
    everything = site(now)
    if not everything.editions:
        return render_page(request, "empty", everything, current="search")
    edition = _edition(everything, request.GET.get("fassung", ""))
    filters = Filters.of(request.GET)
    found = queries.find(everything, edition, filters, now)
    options = choices(edition, filters, found.members)
    fassung = "" if edition is everything.editions[0] else f"fassung={edition.slug}"
    return render_page(
        request,
        "search",
        everything,
        current="search",
        edition=edition,
        is_newest=not fassung,
        filters=filters,
        found=found,
        choices=options,
        chips=chips(
            filters.without("q").active,
            names(options),
            lambda without: _joined(filters.query(without=without), fassung),
        ),
        page=Paginator(found.hits, page_size(request, PAGE_SIZE)).get_page(request.GET.get("seite")),
        page_query=f"{_joined(filters.query(), fassung)}&",
        crumbs=[(_("Overview"), reverse("publication:home")), (_("Search"), "")],
    )


def _edition(whole: Site, slug: str) -> PublicEdition:
    return whole.edition(slug) or whole.editions[0]


def _joined(*parts: str) -> str:
    return "&".join(filter(None, parts))


def names(options: Choices) -> dict[str, dict[str, str]]:
    """Return what each filter's values are called."""
    groups = {"feld": options.fields, "status": options.statuses, "amt": options.offices}
    found = {name: {one.value: one.label for one in some} for name, some in groups.items()}
    found["jahr"] = {one.value: _("report on %(year)s") % {"year": one.value} for one in options.years}
    found["einfach"] = {"ja": _("in plain language")}
    found["still"] = {"ja": _("no report for a long time")}
    return found
