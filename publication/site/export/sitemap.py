"""The list of all pages for search engines, where the service itself gives none."""

from collections.abc import Iterable
from html import escape

from publication.site.export.pages import Page, match_of
from publication.site.export.paths import INDEX, Paths


def sitemap(base: str, paths: Paths, pages: Iterable[Page]) -> bytes:
    """Return a sitemap of ``pages`` as they stand under ``base``; parts for other websites are left out."""
    places = []
    for page in pages:
        match = match_of(page.path)
        if page.query or (match and match.view_name.startswith("embedding:")):
            continue
        file = paths.known(page.path)
        if file is not None:
            places.append(f"<url><loc>{escape(base + file.removesuffix(INDEX))}</loc></url>")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join([head, *places, "</urlset>", ""]).encode()
