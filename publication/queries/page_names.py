"""What a page is called that visitors name by its address: nobody at the desk reads paths."""

from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from publication.queries.parts import PublicEdition, Site
from publication.site.languages import language_of

FIXED: dict[str, str | Promise] = {
    "accessibility": gettext_lazy("Accessibility statement"),
    "barrier": gettext_lazy("Report a barrier"),
    "data": gettext_lazy("Open data"),
    "data-api": gettext_lazy("Programming interface (API)"),
    "editions": gettext_lazy("Concepts and reports"),
    "embedding": gettext_lazy("Embed"),
    "home": gettext_lazy("Overview"),
    "imprint": gettext_lazy("Imprint"),
    "measures": gettext_lazy("Measures and programmes"),
    "news": gettext_lazy("What is new"),
    "news-year": gettext_lazy("What is new"),
    "offices": pgettext_lazy("public", "Offices"),
    "privacy": gettext_lazy("Privacy"),
    "report-diff": gettext_lazy("Two reports compared"),
    "search": gettext_lazy("Search"),
}


def path_of(page: str) -> str:
    """Return the path of an address that is one of ours, whether its beginning is given or not; else nothing."""
    page = page.strip().removeprefix(settings.SITE_URL)
    is_path = page.startswith("/") and not page.startswith("//") and "@" not in page and " " not in page
    return page if is_path else ""


def page_name(page: str, whole: Site) -> str:
    """Return what the page is called; empty if it is none that visitors read, or is gone."""
    path = path_of(page).partition("?")[0]
    language = language_of(path)
    bare = path if language == settings.LANGUAGE_CODE else path.removeprefix(f"/{language}")
    try:
        match = resolve(bare or path)
    except Resolver404:
        return ""
    if match.namespaces != ["publication"] or match.url_name is None:
        return ""
    name = str(FIXED.get(match.url_name, "")) or _of_others(match.url_name, match.kwargs, whole)
    return _("%(page)s (in English)") % {"page": name} if name and language != settings.LANGUAGE_CODE else name


def _of_others(name: str, given: dict[str, Any], whole: Site) -> str:
    if name == "office":
        office = whole.office(given["pk"])
        return office.label if office else ""
    if name == "report":
        reports = (one for edition in whole.editions for one in (*edition.reports, *edition.withdrawn))
        report = next((one for one in reports if one.pk == given["pk"]), None)
        return _("Integration report %(period)s") % {"period": report.period_label} if report else ""
    edition = whole.edition(given.get("slug", ""))
    return _of_concept(name, given, edition) if edition else ""


def _of_concept(name: str, given: dict[str, Any], edition: PublicEdition) -> str:
    found: object = None
    if name == "edition":
        found = edition
    elif name in {"recommendation", "feedback", "feedback-thanks"}:
        found = next((one for one in edition.all_recommendations if one.key == given["key"]), None)
    elif name in {"field", "goal"}:
        found = next((one for one in edition.fields if one.number == given["number"]), None)
        if found and name == "goal":
            return _("Goal %(number)s") % {"number": given["goal"]}
    return str(found) if found else ""
