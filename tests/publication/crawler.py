"""A visitor who fetches everything: follows every address, and reads every file to its last part."""

import base64
import html
import html.parser
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

import pikepdf
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import translation

from publication.site.languages import language_of
from tests.access.table import TABLE, Page

ROOMS = ("publication:", "reports:", "opendata:", "embedding:")
"""The namespaces that hold addresses for visitors."""

HOST = "testserver"
HOSTS = {HOST, urlsplit(settings.SITE_URL).netloc}
OWN_ADDRESS = re.compile(r"https?://[^\s\"'<>()\\]+")


@dataclass(frozen=True)
class Answer:
    """What came back from an address of ours."""

    address: str
    status: int
    kind: str
    headers: str
    body: bytes
    sets_cookie: bool

    @property
    def words(self) -> str:
        """Everything that can be read in it, the headers and what a file does not show included."""
        return f"{self.headers}\n{words_of(self.body)}"


def fetch(client: Client, address: str) -> Answer:
    return answer(address, client.get(address))


def answer(address: str, response: HttpResponse) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    kind = response.get("Content-Type", "")
    return Answer(address, response.status_code, kind, headers, body, bool(response.cookies))


def crawl(client: Client, *start: str) -> Iterator[Answer]:
    """Fetch ``start`` and everything of ours that it leads to; each address once, files of the design aside."""
    waiting, seen = list(start or ("/",)), set(start or ("/",))
    while waiting:
        found = fetch(client, waiting.pop())
        yield found
        for address in addresses_in(found):
            if address not in seen:
                seen.add(address)
                waiting.append(address)


class _Links(html.parser.HTMLParser):
    """Every address that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "src", "action", "data"} and value]


def addresses_in(found: Answer) -> Iterator[str]:
    """Yield the addresses of ours that an answer names: links of a page, and full addresses in any text."""
    named = re.findall(r"^Location: (.+)$", found.headers, re.MULTILINE)
    if _is_text(found.kind):
        text = found.body.decode(errors="replace")
        if "html" in found.kind:
            links = _Links()
            links.feed(text)
            named += links.found
        # What comes before a placeholder in a description of addresses is none itself.
        named += [html.unescape(one) for one in OWN_ADDRESS.findall(text) if "{" not in one]
    for one in named:
        target = urlsplit(urldefrag(urljoin(f"http://{HOST}{found.address}", one)).url)
        path = target.path + (f"?{target.query}" if target.query else "")
        if target.scheme in {"http", "https"} and target.netloc in HOSTS and not _is_aside(path):
            yield path


def _is_text(kind: str) -> bool:
    return any(word in kind for word in ("text/", "json", "xml", "turtle"))


def _is_aside(path: str) -> bool:
    return path.startswith(("/static/", "/anmelden/", "/health/")) or not path


# --- Reading ----------------------------------------------------------------------------------------------------------


def words_of(body: bytes) -> str:
    """Return everything that a file holds, whatever it is: a PDF, a package of parts, or text with files in it."""
    if body.startswith(b"%PDF"):
        return _words_of_pdf(body)
    if body.startswith(b"PK\x03\x04"):
        return "\n".join(_words_of_parts(body))
    text = body.decode(errors="replace")
    inside = [words_of(base64.b64decode(one + "==")) for one in re.findall(r"base64,([A-Za-z0-9+/]{40,})", text)]
    return "\n".join([text, html.unescape(text), *inside])


def _words_of_parts(body: bytes) -> Iterator[str]:
    """Yield the name and the content of every part of a Word file or a workbook, as it is and without its marks."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        for name in package.namelist():
            part = package.read(name)
            yield name
            if name.endswith((".xml", ".rels")):
                text = part.decode()
                yield text
                # A word may be cut into several runs.
                yield html.unescape(re.sub(r"<[^>]+>", "", text))
            else:
                yield part.decode(errors="replace")


def _words_of_pdf(body: bytes) -> str:
    """Return the text of a PDF, its properties, bookmarks, alternative texts and everything else that is a string."""
    said = []
    if tool := shutil.which("pdftotext"):
        said.append(subprocess.run([tool, "-", "-"], input=body, capture_output=True, check=True).stdout.decode())
    with pikepdf.open(io.BytesIO(body)) as opened:
        for one in opened.objects:
            said += _strings(one)
            if isinstance(one, pikepdf.Stream) and one.get("/Type") == pikepdf.Name("/Metadata"):
                said.append(one.read_bytes().decode(errors="replace"))
        said += [attachment.obj.unparse().decode(errors="replace") for attachment in opened.attachments.values()]
    return "\n".join(said)


def _strings(one: pikepdf.Object) -> Iterator[str]:
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif isinstance(one, pikepdf.Array):
        for inside in one:
            if isinstance(inside, pikepdf.Object) and not inside.is_indirect:
                yield from _strings(inside)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        for inside in one.values():
            if isinstance(inside, pikepdf.Object) and not inside.is_indirect:
                yield from _strings(inside)


# --- What there is ----------------------------------------------------------------------------------------------------


def open_pages() -> list[Page]:
    """The rows of the access table that are addresses for visitors."""
    return [page for page in TABLE if page.get and "visitor" in page.get and page.name.startswith(ROOMS)]


def addresses_of(page: Page, place: object) -> Iterator[str]:
    """Yield the addresses of a row, in every language that it has; ``place`` stands for the table's world."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            address = page.address(place)  # type: ignore[arg-type]
        if language == settings.LANGUAGE_CODE or language_of(address) == language:
            yield address


def addresses_of_edition(known: Mapping[str, object]) -> Iterator[str]:
    """Yield the addresses, in every language, of all routes that name an edition; ``known`` are the parts by name."""
    routes = {name: parts for name, parts in _routes(get_resolver().url_patterns) if parts & {"slug", "edition"}}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found = [
                reverse(name, kwargs={part: known[part] for part in parts})
                for name, parts in routes.items()
                if name.startswith(ROOMS)
            ]
        yield from (one for one in found if language == settings.LANGUAGE_CODE or language_of(one) == language)


def _routes(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yield the name of each route with the names of the parts that it takes."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name:
            regex = re.compile(pattern.pattern.regex)
            yield f"{prefix}{pattern.name}", set(regex.groupindex)


def names_of(addresses: Iterable[str]) -> set[str]:
    """Return the names of the routes that lead to ``addresses``; what is no address of ours is left out."""
    found = set()
    for address in addresses:
        path = urlsplit(address).path
        with translation.override(language_of(path)):
            try:
                found.add(resolve(path).view_name)
            except Resolver404:
                continue
    return found
