"""Open data: the pages that explain them, and every file."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from publication.opendata import catalogue as catalogues
from publication.opendata import columns, files, linked, reading, tables
from publication.opendata import feed as feeds
from publication.opendata import sitemap as sitemaps
from publication.opendata.changes import changes
from publication.opendata.documentation import document
from publication.opendata.interface import description
from publication.opendata.licence import attribution, licence
from publication.opendata.serving import open_data
from publication.queries.site import PublicEdition, PublicField, Site, site
from publication.views.page import of_edition, public_page, render_page

ALL = "alles"
"""In the place of a table: the workbook with all of them."""


@public_page(parameters=())
def about(request: HttpRequest) -> HttpResponse:
    """Say what data there are, what their columns mean and what may be done with them."""
    everything = site(timezone.now())
    return render_page(
        request,
        "data",
        everything,
        current="data",
        tables=[(table, _(table.title), _(table.about), _columns(table)) for table in tables.TABLES],
        licence=licence(),
        attribution=attribution(),
        example=_example(everything),
        linked=[linked.dataset(everything)],
        crumbs=[(_("Overview"), reverse("publication:home")), (_("Open data"), "")],
    )


def _columns(table: columns.Table) -> list[tuple[str, str, str]]:
    """Return each column: its heading in the files, which is German, the same in the page's language, its meaning."""
    with override(settings.LANGUAGE_CODE):
        in_files = [_(column.heading) for column in table.all_columns]
    return [
        (printed, _(column.heading), _(column.about))
        for printed, column in zip(in_files, table.all_columns, strict=True)
    ]


def _example(everything: Site) -> str:
    """Return an address of the interface that answers with something."""
    slug = everything.editions[0].slug if everything.editions else ""
    return reverse("opendata:api:recommendations") + (f"?edition={slug}&status=in_progress" if slug else "")


@public_page(parameters=())
def interface(request: HttpRequest) -> HttpResponse:
    """Document the interface, from the same description that machines read."""
    return render_page(
        request,
        "data_api",
        site(timezone.now()),
        current="data",
        document=document(description()),
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            (_("Open data"), reverse("publication:data")),
            (_("Interface"), ""),
        ],
    )


@open_data
@of_edition
def table(request: HttpRequest, table: str, ending: str, edition: str = "") -> HttpResponse:  # noqa: ARG001
    """Deliver a table as CSV or XLSX, of one edition or of all; as XLSX also all tables together."""
    known = tables.BY_SLUG.get(table)
    if known is None and not (table == ALL and ending == "xlsx"):
        raise Http404
    now = timezone.now()
    only = _edition(reading.everything_at(now), edition) if edition else None
    everything = columns.gather(now)
    if ending == "csv" and known:
        response = HttpResponse(files.to_csv(known, everything, only), content_type=files.CSV)
        described = reverse("opendata:table-metadata", args=[known.slug])
        response["Link"] = f'<{described}>; rel="describedby"; type="application/csvm+json"'
    else:
        chosen = [known] if known else tables.TABLES
        response = HttpResponse(files.to_xlsx(chosen, everything, only), content_type=files.XLSX)
    name = f"{table}-{edition}.{ending}" if edition else f"{table}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@open_data
def metadata(request: HttpRequest, table: str) -> HttpResponse:  # noqa: ARG001
    """Describe a CSV file for machines."""
    known = tables.BY_SLUG.get(table)
    if known is None:
        raise Http404
    address = reverse("opendata:table", args=[known.slug, "csv"])
    content = files.to_metadata(known, address, reading.everything_at(timezone.now()))
    return HttpResponse(content, content_type="application/csvm+json")


@open_data(parameters=("seite",))
@of_edition
def feed(request: HttpRequest, edition: str = "", number: str = "") -> HttpResponse:
    """Deliver a page of the feed, of one field of action or of everything."""
    now = timezone.now()
    whole = reading.everything_at(now)
    field = _field(_edition(whole, edition), number) if edition else None
    found = [one for one in changes(now) if field is None or one.field is field]
    asked = request.GET.get("seite", "1")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0  # noqa: PLR2004
    if not 1 <= page <= feeds.pages(found):
        raise Http404
    return HttpResponse(feeds.feed(found, page, reading.as_of(whole), field), content_type=feeds.MEDIA_TYPE)


@open_data
def catalogue(request: HttpRequest, ending: str) -> HttpResponse:  # noqa: ARG001
    """Deliver the catalogue for data portals."""
    form, media_type = catalogues.BY_ENDING[ending]
    return HttpResponse(catalogues.written(catalogues.catalogue(timezone.now()), form), content_type=media_type)


@open_data
def sitemap(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Deliver the sitemap."""
    whole = reading.everything_at(timezone.now())
    return HttpResponse(sitemaps.sitemap(whole), content_type="application/xml; charset=utf-8")


def _edition(whole: Site, slug: str) -> PublicEdition:
    found = whole.edition(slug)
    if found is None:
        raise Http404
    return found


def _field(edition: PublicEdition, number: str) -> PublicField:
    found = next((one for one in edition.fields if one.number == number), None)
    if found is None:
        raise Http404
    return found
