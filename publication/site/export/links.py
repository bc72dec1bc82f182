"""Links of a page that became a file: relative to it where they lead to another file, absolute to the service else."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import escape_uri_path
from django.utils.html import format_html

from publication.site.addresses import LIVE, is_live, public_routes
from publication.site.export.assets import Assets
from publication.site.export.pages import Page, match_of
from publication.site.export.paths import INDEX, Paths, relative
from publication.site.languages import OTHERS, language_of
from publication.site.markup import rewrite, start_tags

SEARCH_ROUTES = frozenset({"publication:edition", "publication:search"})
"""What is asked of these with a query is answered by the page of the static search."""

OF_PAGES = frozenset({"seite", "jahr"})
"""Queries that name one of a list's pages: each becomes a file of its own."""

_ATTRIBUTES = ("href", "src", "action", "poster")
_SERVICE = "sachstand-service:"
"""Stands for the address of the service until absolute addresses in texts are rewritten."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A place of our own; ``path`` is not percent-encoded."""

    path: str
    query: str
    fragment: str

    @property
    def route(self) -> str:
        match = match_of(self.path)
        return match.view_name if match else ""


def search_address(language: str) -> str:
    """Return the address of the search in ``language``."""
    return f"/{language}/suche/" if language in OTHERS else "/suche/"


@dataclass
class Links:
    """Knows where everything stands. ``base`` is the address of the copy (empty: unknown), ``live`` the service's."""

    origin: str
    base: str
    live: str
    paths: Paths
    assets: Assets
    form_note: Callable[[str, str], str]
    """Returns what stands in the place of a form, for a language and an address of the service (or nothing)."""

    routes: dict[str, bool] = field(default_factory=public_routes)

    # --- Finding ------------------------------------------------------------------------------------------------------

    def found_in(self, page: Page) -> Iterator[Reference]:
        """Yield the places that ``page`` links to and that can become files."""
        for _start, _raw, _tag, attributes in start_tags(page.content.decode()):
            for name in _ATTRIBUTES[:2]:
                reference = self._own(attributes.get(name, ""), page)
                if reference and self._can_be_a_file(reference):
                    yield reference

    def _can_be_a_file(self, reference: Reference) -> bool:
        if reference.path.startswith(settings.STATIC_URL):
            return False
        query = parse_qsl(reference.query)
        if reference.query and not (query and all(name in OF_PAGES and value.isdigit() for name, value in query)):
            return False
        route = reference.route
        return route in self.routes and not is_live(route)

    def _own(self, value: str, page: Page) -> Reference | None:
        """Return where ``value`` leads to, or None if that is not a page or file of ours."""
        value = value.strip()
        if not value or value.startswith("#"):
            return None
        try:
            parts = urlsplit(value)
        except ValueError:
            return None
        if parts.scheme or parts.netloc:
            if f"{parts.scheme}://{parts.netloc}" not in {self.origin, settings.SITE_URL}:
                return None
            path = unquote(parts.path) or "/"
        elif parts.path.startswith("/"):
            # As it stands: joining would take ".." in a number for a step upwards.
            path = unquote(parts.path)
        else:
            path = urljoin(page.path, unquote(parts.path)) if parts.path else page.path
        return Reference(path, parts.query, parts.fragment)

    # --- Rewriting ----------------------------------------------------------------------------------------------------

    def html(self, page: Page, file: str) -> bytes:
        """Return the page as it stands in ``file``."""
        text = self._without_forms(page, page.content.decode())
        text = rewrite(text, lambda tag, attributes: self._changes(page, file, tag, attributes))
        return self._absolute(text).replace(_SERVICE, self.live).encode()

    def text(self, content: bytes) -> bytes:
        """Return a feed, a catalogue or the like with the addresses of the copy."""
        return self._absolute(content.decode()).encode()

    def _changes(self, page: Page, file: str, tag: str, attributes: Mapping[str, str]) -> Mapping[str, str | None]:
        changes: dict[str, str | None] = {}
        for name in _ATTRIBUTES:
            reference = self._own(attributes.get(name, ""), page)
            if reference is None:
                continue
            if tag == "link" and attributes.get("rel") == "canonical":
                changes[name] = self._canonical(reference, file)
            else:
                changes[name] = self._link(reference, file, tag)
        if "srcset" in attributes:
            changes["srcset"] = None
        return changes

    def _link(self, reference: Reference, file: str, tag: str) -> str | None:
        target = self._target(reference, file)
        if target is not None:
            return target
        if self.live:
            return f"{_SERVICE}{_percent(reference.path)}{_rest(reference)}"
        if tag == "a" and reference.route in LIVE and settings.CONTACT_EMAIL:
            return f"mailto:{settings.CONTACT_EMAIL}"
        # A link without an address is text; everything else that is not there stays away.
        return None if tag in {"a", "link"} else ""

    def _target(self, reference: Reference, file: str) -> str | None:
        mark = f"#{reference.fragment}" if reference.fragment else ""
        if reference.path.startswith(settings.STATIC_URL):
            asset = self.assets.add(reference.path)
            return self._to(asset, file) if asset else None
        if reference.query and (known := self.paths.known(reference.path, reference.query)):
            return self._to(known, file) + mark
        if reference.query and reference.route in SEARCH_ROUTES:
            query = urlencode([*parse_qsl(reference.query), *self._edition(reference)])
            return f"{self._to(self._search_file(reference.path), file)}?{query}"
        known = self.paths.known(reference.path)
        if known is None:
            return None
        query = f"?{reference.query}" if reference.query and reference.route.startswith("embedding:") else ""
        return self._to(known, file) + query + mark

    def _to(self, target: str, file: str) -> str:
        # The page for what is not found is shown at any depth.
        return f"{self.base}{target}" if file == "404.html" and self.base else relative(target, file)

    def _canonical(self, reference: Reference, file: str) -> str:
        known = self.paths.known(reference.path) or file
        if self.base:
            return self.base + known.removesuffix(INDEX)
        return f"{_SERVICE}{_percent(reference.path)}" if self.live else relative(known, file)

    def _search_file(self, path: str) -> str:
        return self.paths.file(search_address(language_of(path)))

    def _edition(self, reference: Reference) -> list[tuple[str, str]]:
        match = match_of(reference.path)
        return [("fassung", match.kwargs["slug"])] if match and "slug" in match.kwargs else []

    # --- Forms --------------------------------------------------------------------------------------------------------

    def _without_forms(self, page: Page, text: str) -> str:
        """Lead searches to the static search; take all other forms away, and say where those to be sent stand."""
        parts, position = [], 0
        for start, raw, tag, attributes in start_tags(text):
            if tag != "form" or "data-static-search" in attributes:
                continue
            end = text.index("</form>", start) + len("</form>")
            body = text[start + len(raw) : end]
            parts += [text[position:start], self._form(page, raw, attributes, body)]
            position = end
        return "".join([*parts, text[position:]])

    def _form(self, page: Page, raw: str, attributes: Mapping[str, str], body: str) -> str:
        action = self._own(attributes.get("action", "") or page.path, page) or Reference(page.path, "", "")
        if attributes.get("method", "get").lower() != "get":
            there = f"{_SERVICE}{_percent(page.path)}" if self.live else ""
            return self.form_note(language_of(page.path), there)
        if action.route not in SEARCH_ROUTES:
            return ""
        hidden = "".join(
            format_html('<input type="hidden" name="{}" value="{}">', name, value)
            for name, value in self._edition(action)
        )
        search = search_address(language_of(action.path))
        return rewrite(raw, lambda _tag, _attributes: {"action": search}) + hidden + body

    # --- Absolute addresses in texts ----------------------------------------------------------------------------------

    def _absolute(self, text: str) -> str:
        if not self.base:
            return text
        ours = "|".join(re.escape(one) for one in sorted({self.origin, settings.SITE_URL}))
        pattern = re.compile(rf"(?:{ours})" + r"""(/[^\s"'<>\\&#?,;()]*)?(\?seite=\d+)?(?![\w:-])""")
        return pattern.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        path = found[1] or "/"
        if found[2]:
            one = self.paths.known(unquote(path), found[2].removeprefix("?"))
            return f"{self.base}{one}" if one is not None else found[0]
        stripped = path.rstrip(".")
        file = self.paths.known(unquote(stripped))
        if file is None and path.startswith(settings.STATIC_URL):
            name = f"static/{path.removeprefix(settings.STATIC_URL)}"
            file = name if name in self.assets.files else self.assets.add(path)
        return f"{self.base}{file.removesuffix(INDEX)}{path[len(stripped) :]}" if file is not None else found[0]


def _percent(path: str) -> str:
    return escape_uri_path(path)


def _rest(reference: Reference) -> str:
    query = f"?{reference.query}" if reference.query else ""
    return query + (f"#{reference.fragment}" if reference.fragment else "")
