"""The catalogue after DCAT-AP.de, for GovData and others: what data there are, of whom, under which licence.

Every node has an address, so that the same content gives the same file and portals find again what they collected.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

from publication.opendata import addresses, licence, reading
from publication.opendata.columns import Table
from publication.opendata.tables import TABLES
from publication.queries.public_reports import Report, public_reports
from publication.queries.site import PublicEdition, Site

DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority"
GEOCODING = "http://dcat-ap.de/def/politicalGeocoding"
IANA = "https://www.iana.org/assignments/media-types"
KEYWORDS = ("Integration", "Migration", "Integrationskonzept", "Teilhabe", "Zusammenleben")

BY_ENDING = {
    "ttl": ("turtle", "text/turtle; charset=utf-8"),
    "rdf": ("xml", "application/rdf+xml; charset=utf-8"),
    "jsonld": ("json-ld", "application/ld+json; charset=utf-8"),
}
"""By the ending of the address: rdflib's name and the media type."""

FILES = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def catalogue(now: datetime.datetime) -> Graph:
    """Return the catalogue; at most seven queries."""
    whole = reading.everything_at(now)
    made = _Catalogue(whole)
    for table in TABLES:
        made.add_table(table)
    for report in public_reports(now, whole):
        if not report.is_withdrawn and report.files:
            made.add_report(report)
    return made.graph


def written(graph: Graph, form: str) -> bytes:
    more: dict[str, Any] = {"auto_compact": True, "sort_keys": True} if form == "json-ld" else {}
    return graph.serialize(None, form, None, "utf-8", **more)


class _Catalogue:
    """The graph while it is put together."""

    def __init__(self, whole: Site) -> None:
        self.whole = whole
        self.graph = Graph()
        for name, space in (("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("vcard", VCARD), ("dcatde", DCATDE)):
            self.graph.bind(name, space)
        self.graph.bind("dcatap", DCATAP)
        self.base = addresses.absolute("/daten/katalog")
        self.catalogue = URIRef(self.base)
        self.publisher = URIRef(f"{self.base}#herausgeber")
        self.contact = URIRef(f"{self.base}#kontakt")
        self.service = URIRef(f"{self.base}#schnittstelle")
        self.licence = URIRef(licence.licence().uri)
        self.changed = Literal(reading.as_of(whole).isoformat(timespec="seconds"), datatype=XSD.dateTime)
        self._people()
        self._itself()
        self._interface()

    def add(self, subject: URIRef, predicate: URIRef, *values: URIRef | Literal) -> None:
        for value in values:
            self.graph.add((subject, predicate, value))

    def _people(self) -> None:
        self.add(self.publisher, RDF.type, FOAF.Agent, FOAF.Organization)
        self.add(self.publisher, FOAF.name, de(settings.PUBLISHER_NAME))
        self.add(self.publisher, FOAF.homepage, URIRef(addresses.page("publication:home")))
        self.add(self.publisher, DCTERMS.type, URIRef("http://purl.org/adms/publishertype/LocalAuthority"))
        self.add(self.contact, RDF.type, VCARD.Kind, VCARD.Organization)
        self.add(self.contact, VCARD.fn, de(settings.PUBLISHER_NAME))
        self.add(self.contact, VCARD.hasURL, URIRef(addresses.page("publication:data")))
        if settings.CONTACT_EMAIL:
            self.add(self.contact, VCARD.hasEmail, URIRef(f"mailto:{settings.CONTACT_EMAIL}"))

    def _itself(self) -> None:
        self.add(self.catalogue, RDF.type, DCAT.Catalog)
        self.add(self.catalogue, DCTERMS.title, de(_("Open data: %(service)s") % {"service": settings.SERVICE_NAME}))
        self.add(
            self.catalogue,
            DCTERMS.description,
            de(_("What the integration concept recommends, and what became of it: everything that is published.")),
        )
        self.add(self.catalogue, DCTERMS.publisher, self.publisher)
        self.add(self.catalogue, DCTERMS.language, URIRef(f"{EU}/language/DEU"))
        self.add(self.catalogue, DCTERMS.license, self.licence)
        self.add(self.catalogue, DCTERMS.issued, _day(self._first_day()))
        self.add(self.catalogue, DCTERMS.modified, self.changed)
        self.add(self.catalogue, DCTERMS.spatial, self._place())
        self.add(self.catalogue, DCAT.themeTaxonomy, URIRef(f"{EU}/data-theme"))
        self.add(self.catalogue, FOAF.homepage, URIRef(addresses.page("publication:data")))

    def _place(self) -> URIRef:
        return URIRef(f"{GEOCODING}/municipalityKey/{settings.MUNICIPALITY_KEY}")

    def _interface(self) -> None:
        self.add(self.catalogue, DCAT.service, self.service)
        self.add(self.service, RDF.type, DCAT.DataService)
        self.add(self.service, DCTERMS.title, de(_("Programming interface (API)")))
        self.add(self.service, DCTERMS.description, de(_("Read-only, without registration, described in OpenAPI.")))
        self.add(self.service, DCAT.endpointURL, URIRef(addresses.page("opendata:api:start")))
        self.add(self.service, DCAT.endpointDescription, URIRef(addresses.page("opendata:api:openapi")))
        self.add(self.service, DCTERMS.publisher, self.publisher)
        self.add(self.service, DCAT.contactPoint, self.contact)
        self.add(self.service, DCTERMS.license, self.licence)
        self.add(self.service, DCATDE.licenseAttributionByText, de(licence.attribution()))
        self.add(self.service, DCATAP.availability, URIRef(f"{EU}/planned-availability/STABLE"))
        self.add(self.service, DCAT.landingPage, URIRef(addresses.page("publication:data-api")))
        self.add(self.service, *_themes())

    def _dataset(self, name: str, title: str, about: str, keywords: Iterable[str]) -> URIRef:
        """Add what all data sets have in common."""
        one = URIRef(f"{self.base}#{name}")
        self.add(self.catalogue, DCAT.dataset, one)
        self.add(one, RDF.type, DCAT.Dataset)
        self.add(one, DCTERMS.title, de(title))
        self.add(one, DCTERMS.description, de(about))
        self.add(one, DCTERMS.identifier, Literal(str(one)))
        self.add(one, DCTERMS.publisher, self.publisher)
        self.add(one, DCAT.contactPoint, self.contact)
        self.add(one, DCTERMS.language, URIRef(f"{EU}/language/DEU"))
        self.add(one, DCTERMS.spatial, self._place())
        self.add(one, DCATDE.politicalGeocodingURI, self._place())
        self.add(one, DCATDE.politicalGeocodingLevelURI, URIRef(f"{GEOCODING}/Level/municipality"))
        self.add(one, DCAT.landingPage, URIRef(addresses.page("publication:data")))
        self.add(one, DCAT.keyword, *(de(word) for word in keywords))
        self.add(one, *_themes())
        if settings.DCAT_CONTRIBUTOR_ID:
            self.add(one, DCATDE.contributorID, URIRef(settings.DCAT_CONTRIBUTOR_ID))
        return one

    def add_table(self, table: Table) -> None:
        title = _("%(table)s, %(service)s") % {"table": _(table.title), "service": settings.SERVICE_NAME}
        one = self._dataset(table.slug, title, _(table.about), KEYWORDS)
        self.add(one, DCTERMS.issued, _day(self._first_day()))
        self.add(one, DCTERMS.modified, self.changed)
        self.add(one, DCTERMS.accrualPeriodicity, URIRef(f"{EU}/frequency/{settings.DCAT_FREQUENCY}"))
        self._time(one, [period for edition in self.whole.editions for period in _days(edition)])
        self.add(self.service, DCAT.servesDataset, one)
        for ending, (form, media_type) in FILES.items():
            address = addresses.absolute(reverse("opendata:table", args=[table.slug, ending]))
            file = self._distribution(one, f"{table.slug}-{ending}", address, form, media_type)
            self.add(file, DCTERMS.title, de(f"{_(table.title)} ({form})"))
            self.add(file, DCTERMS.modified, self.changed)
        access = self._distribution(
            one,
            f"{table.slug}-schnittstelle",
            addresses.page("opendata:api:start"),
            "JSON",
            "application/json",
            download=False,
        )
        self.add(access, DCTERMS.title, de(f"{_(table.title)} (JSON)"))
        self.add(access, DCAT.accessService, self.service)

    def add_report(self, report: Report) -> None:
        values = {"period": report.period_label, "number": report.number, "service": settings.SERVICE_NAME}
        one = self._dataset(
            f"bericht-{report.pk}",
            _("Integration report %(period)s, version %(number)d, %(service)s") % values,
            _("The report as it was released, to read and to cite."),
            (*KEYWORDS, "Integrationsbericht"),
        )
        released = Literal(reading.local(report.released_at).isoformat(timespec="seconds"), datatype=XSD.dateTime)
        self.add(one, DCTERMS.issued, released)
        self.add(one, DCTERMS.modified, released)
        self.add(one, DCTERMS.accrualPeriodicity, URIRef(f"{EU}/frequency/NEVER"))
        for file in report.files:
            form, media_type = REPORT_FORMATS.get(file.kind, ("", ""))
            if form:
                address = addresses.report_file(report.pk, file.kind)
                made = self._distribution(one, f"bericht-{report.pk}-{file.kind}", address, form, media_type)
                self.add(made, DCTERMS.title, de(f"{_('Integration report')} ({form})"))
                self.add(made, DCAT.byteSize, Literal(file.size, datatype=XSD.nonNegativeInteger))

    def _distribution(
        self, of: URIRef, name: str, address: str, form: str, media_type: str, *, download: bool = True
    ) -> URIRef:
        one = URIRef(f"{self.base}#{name}")
        self.add(of, DCAT.distribution, one)
        self.add(one, RDF.type, DCAT.Distribution)
        self.add(one, DCAT.accessURL, URIRef(address))
        if download:
            self.add(one, DCAT.downloadURL, URIRef(address))
        self.add(one, DCTERMS.license, self.licence)
        self.add(one, DCATDE.licenseAttributionByText, de(licence.attribution()))
        self.add(one, DCTERMS["format"], URIRef(f"{EU}/file-type/{form}"))
        self.add(one, DCAT.mediaType, URIRef(f"{IANA}/{media_type}"))
        self.add(one, DCTERMS.language, URIRef(f"{EU}/language/DEU"))
        self.add(one, DCATAP.availability, URIRef(f"{EU}/planned-availability/AVAILABLE"))
        return one

    def _time(self, one: URIRef, days: list[datetime.date]) -> None:
        """Say from when until when the data tell, where there are periods."""
        if not days:
            return
        time = URIRef(f"{one}-zeitraum")
        self.add(one, DCTERMS.temporal, time)
        self.add(time, RDF.type, DCTERMS.PeriodOfTime)
        self.add(time, DCAT.startDate, _day(min(days)))
        self.add(time, DCAT.endDate, _day(max(days)))

    def _first_day(self) -> datetime.date:
        """Return the day of the oldest edition: since then there is something to publish."""
        adopted = [one.adopted_on for one in self.whole.editions if one.adopted_on]
        return min(adopted, default=self.whole.version.day)


REPORT_FORMATS = {
    "pdf": ("PDF", "application/pdf"),
    "short_pdf": ("PDF", "application/pdf"),
    "docx": ("DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "html": ("HTML", "text/html"),
}


def _themes() -> tuple[URIRef, ...]:
    return (DCAT.theme, *(URIRef(f"{EU}/data-theme/{theme}") for theme in settings.DCAT_THEMES))


def _days(edition: PublicEdition) -> list[datetime.date]:
    return [day for period in edition.periods for day in (period.period_from, period.period_until)]


def _day(day: datetime.date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)


def de(text: str) -> Literal:
    return Literal(text, lang="de")
