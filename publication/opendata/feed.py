"""The Atom feed (RFC 4287, paged after RFC 5005): approvals, corrections, withdrawals, reports, editions."""

import datetime
from collections.abc import Sequence
from xml.etree import ElementTree as ET  # writing only

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from publication.opendata import addresses, licence, words
from publication.opendata.changes import Change
from publication.queries.site import PublicField

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
PER_PAGE = 50
INVISIBLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
"""Characters that XML cannot hold."""


def feed(found: Sequence[Change], page: int, as_of: datetime.datetime, field: PublicField | None = None) -> bytes:
    """Return page ``page`` (from 1) of the feed, of one field of action or of everything."""
    ET.register_namespace("", ATOM)
    last = max(1, -(-len(found) // PER_PAGE))
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    path = (
        reverse("opendata:feed-field", args=[field.edition.slug, field.number]) if field else reverse("opendata:feed")
    )
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "de"})
    _add(root, "id", addresses.tag(f"neu/{field.edition.slug}/{field.pk}" if field else "neu"))
    _add(root, "title", _title(field))
    _add(root, "subtitle", _("What was approved, corrected or taken off the pages, and new reports."))
    _add(root, "updated", _moment(max((one.at for one in shown), default=as_of)))
    _add(root, "rights", licence.statement())
    _add(root, "icon", addresses.absolute(f"{settings.STATIC_URL}img/favicon.svg"))
    author = _add(root, "author")
    _add(author, "name", settings.PUBLISHER_NAME)
    home = addresses.field(field) if field else addresses.page("publication:home")
    _link(root, "alternate", home or addresses.page("publication:home"), "text/html")
    _link(root, "license", licence.licence().url)
    _link(root, "self", _page(path, page), "application/atom+xml")
    _link(root, "first", _page(path, 1), "application/atom+xml")
    _link(root, "last", _page(path, last), "application/atom+xml")
    if page > 1:
        _link(root, "previous", _page(path, page - 1), "application/atom+xml")
    if page < last:
        _link(root, "next", _page(path, page + 1), "application/atom+xml")
    for one in shown:
        _entry(root, one)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def pages(found: Sequence[Change]) -> int:
    return max(1, -(-len(found) // PER_PAGE))


def _title(field: PublicField | None) -> str:
    if field:
        return _("%(service)s: what is new in %(field)s") % {"service": settings.SERVICE_NAME, "field": field.name}
    return _("%(service)s: what is new") % {"service": settings.SERVICE_NAME}


def _entry(root: ET.Element, one: Change) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", one.id)
    _add(entry, "title", one.title)
    _add(entry, "updated", _moment(one.at))
    _add(entry, "published", _moment(one.at))
    if one.author:
        _add(_add(entry, "author"), "name", one.author)
    _link(entry, "alternate", one.address, "text/html")
    _link(entry, "license", licence.licence().url)
    _add(entry, "category").attrib.update(term=one.kind, label=words.change(one.kind))
    if one.field:
        _add(entry, "category").attrib.update(term=f"feld-{one.field.pk}", label=one.field.name)
    _add(entry, "summary", one.summary or one.title)
    _add(entry, "rights", licence.statement())


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    made = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    if text:
        made.text = text.translate(INVISIBLE)
    return made


def _link(parent: ET.Element, rel: str, address: str, media_type: str = "") -> None:
    link = _add(parent, "link")
    link.attrib.update(rel=rel, href=address)
    if media_type:
        link.set("type", media_type)


def _page(path: str, page: int) -> str:
    return addresses.absolute(path) + (f"?seite={page}" if page > 1 else "")


def _moment(at: datetime.datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
