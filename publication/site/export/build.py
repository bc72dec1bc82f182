"""Writing the whole public site as files: asked of the real views, rewritten to stand anywhere, put in place at once.

What belongs to the site is known beforehand (``publication.site.addresses``); what only a page knows (the picture of
today's figures) is found in it. If something is published meanwhile, everything is written anew.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from publication.queries import summaries
from publication.queries.known import knowing
from publication.queries.site import Site, site
from publication.site import version
from publication.site.addresses import addresses
from publication.site.export import pages, search
from publication.site.export.assets import Assets
from publication.site.export.folder import ExportError, Fresh, replacing
from publication.site.export.links import Links, search_address
from publication.site.export.pages import Page
from publication.site.export.paths import Paths, relative
from publication.site.export.search_page import search_page
from workflow import published

ATTEMPTS = 3
SITEMAP = "/sitemap.xml"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Options:
    """``base`` is where the copy will stand, ``live`` the service that answers forms; either may be empty."""

    folder: Path
    base: str = ""
    live: str = ""


@dataclass(frozen=True)
class Exported:
    """What was written: ``pages`` are HTML, ``size`` is that of all files in bytes."""

    pages: int
    files: int
    size: int
    as_of: datetime.date


def live_address() -> str:
    """Return the address of the service if others can reach it, else nothing."""
    return "" if urlsplit(settings.SITE_URL).hostname in LOOPBACK else settings.SITE_URL


def export_site(options: Options) -> Exported:
    """Write the site into ``options.folder``; what stood there is replaced in one step, or stays if this fails.

    The same content gives the same bytes. Raises :class:`ExportError` with a sentence for people.
    """
    with replacing(options.folder) as fresh:
        for _attempt in range(ATTEMPTS):
            held = version.current(timezone.now())
            with version.holding(held):
                attempt = _Export(options, fresh)
                with knowing(attempt.entries):
                    done = attempt.write()
            if version.current(timezone.now()) == held:
                return done
            fresh.empty()
        raise ExportError(_("Content is being published all the time. Please try again later."))


class _Export:
    """One attempt."""

    def __init__(self, options: Options, fresh: Fresh) -> None:
        self.now = timezone.now()
        self.site: Site = site(self.now)
        self.entries = published.entries(self.now)
        self.plain = summaries.plain_texts(self.now)
        self.fresh = fresh
        self.as_of = timezone.localdate(self.site.version.changed_at)
        self.origin = options.live or settings.SITE_URL
        self.paths = Paths()
        self.assets = Assets()
        self.links = Links(self.origin, options.base, options.live, self.paths, self.assets, self._form_note)
        self.found: dict[str, Page] = {}
        """By file; of pages whose content is written already, nothing is kept here but their kind."""

    def write(self) -> Exported:
        self._fetch_all()
        self._fetch_searches()
        missing = pages.not_found(self.origin, as_of=self._day())
        self.found["404.html"] = missing
        html = [(file, page) for file, page in self.found.items() if page.is_html]
        for file, page in html:
            self.fresh.write(file, self.links.html(page, file))
        for file, page in self.found.items():
            if not page.is_html:
                self.fresh.write(file, self.links.text(page.content) if page.is_text else page.content)
        for file, content in sorted(self.assets.files.items()):
            self.fresh.write(file, content)
        self.fresh.finish(service=settings.SERVICE_NAME, as_of=self.as_of.isoformat())
        return Exported(len(html), len(self.fresh.sums), self.fresh.size, self.as_of)

    # --- Asking the views ---------------------------------------------------------------------------------------------

    def _fetch_all(self) -> None:
        """Fetch what belongs to the site and then what its pages link to, in a fixed order."""
        searches = {search_address(language) for language, _name in settings.LANGUAGES}
        # A sitemap without the copy's own address would name the pages of the service.
        left_out = set() if self.links.base else {SITEMAP}
        listed = (unquote(path) for path in addresses(self.site))
        waiting: list[tuple[str, str]] = [(path, "") for path in listed if path not in left_out]
        seen = set(waiting)
        while waiting:
            linked: dict[tuple[str, str], None] = {}
            for path, query in waiting:
                if path in searches:
                    continue
                page = pages.fetch(self.origin, path, query, as_of=self._day())
                if page is None:
                    continue
                self.found[self.paths.file(path, query, html=page.is_html)] = page
                if page.has_links:
                    linked.update(((one.path, one.query), None) for one in self.links.found_in(page))
            waiting = [one for one in linked if one not in seen]
            seen.update(waiting)

    def _fetch_searches(self) -> None:
        index = search.index(self.site, self.entries, self.plain)
        name = search.name_of(index)
        self.fresh.write(name, index)
        for language, _name in settings.LANGUAGES:
            path = search_address(language)
            file = self.paths.file(path)
            request = pages.StaticRequest(self.origin, path, as_of=self._day())
            with translation.override(language):
                response = search_page(request, self.site, relative(name, file))
            self.found[file] = pages.rendered(response, path)

    # --- What a file says besides -------------------------------------------------------------------------------------

    def _day(self) -> datetime.date:
        return self.as_of

    def _form_note(self, language: str, there: str) -> str:
        with translation.override(language):
            return render_to_string(
                "publication/public/_static_form.html", {"there": there, "contact_email": settings.CONTACT_EMAIL}
            )
