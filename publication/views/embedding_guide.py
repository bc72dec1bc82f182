"""How to put parts of the site on another website: what to copy, and how it looks."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from publication.queries.site import PublicEdition, site
from publication.views.embedding import COLOURS
from publication.views.page import public_page, render_page

OVERVIEW = "uebersicht"


@dataclass(frozen=True)
class Choice:
    """A part that can be embedded; ``value`` names it in the address of the page."""

    value: str
    label: str
    route: str
    args: tuple[str, ...]


@csp_update({"frame-src": [SELF]})
@public_page(parameters=("teil", "farben"))
def guide(request: HttpRequest) -> HttpResponse:
    """Show the code for the chosen part and the part itself."""
    everything = site(timezone.now())
    groups = _choices(everything.editions[0] if everything.editions else None)
    choices = {one.value: one for _label, some in groups for one in some}
    chosen = choices.get(request.GET.get("teil", ""), choices[OVERVIEW])
    colours = request.GET.get("farben", "")
    return render_page(
        request,
        "embedding",
        everything,
        current="embedding",
        groups=groups,
        chosen=chosen,
        colours=colours if colours in COLOURS else "",
        colour_choices=[("", _("as the reader’s system")), ("hell", _("always light")), ("dunkel", _("always dark"))],
        crumbs=[(_("Overview"), reverse("publication:home")), (_("Embed"), "")],
        **_codes(chosen, colours if colours in COLOURS else ""),
    )


def _choices(newest: PublicEdition | None) -> list[tuple[str, list[Choice]]]:
    groups = [("", [Choice(OVERVIEW, _("Overview of the whole concept"), "embedding:overview", ())])]
    if newest:
        fields = [
            Choice(f"feld:{one.number}", str(one), "embedding:field", (newest.slug, one.number))
            for one in newest.fields
        ]
        recommendations = [
            Choice(f"empfehlung:{one.key}", str(one), "embedding:recommendation", (newest.slug, one.key))
            for one in newest.current
        ]
        groups += [(_("Fields of action"), fields), (_("Recommendations"), recommendations)]
    return [(label, some) for label, some in groups if some]


def _codes(chosen: Choice, colours: str) -> dict[str, Any]:
    """Return the pieces of HTML to copy, and the address of the example."""
    query = f"?{urlencode({'farben': colours})}" if colours else ""
    frame = reverse(chosen.route, args=chosen.args) + query
    fragment = reverse(f"{chosen.route}-fragment", args=chosen.args)
    language = translation.get_language()
    title = pgettext("frame", "%(what)s – status") % {"what": chosen.label}
    # The addresses to copy are those that stay: without the fingerprint that our own pages use.
    script = settings.SITE_URL + _plain("js/embed.js")
    style = settings.SITE_URL + _plain("css/embed.css")
    framed = format_html(
        '<iframe src="{}" title="{}" lang="{}" width="100%" height="480" loading="lazy"></iframe>',
        settings.SITE_URL + frame,
        title,
        language,
    )
    return {
        "frame": frame,
        "frame_title": title,
        "frame_code": _as_text(framed, _script(script)),
        "fragment_address": settings.SITE_URL + fragment,
        "style_code": _as_text(format_html('<link rel="stylesheet" href="{}">', style)),
        "script_code": _placeholder(chosen, colours, script),
    }


def _placeholder(chosen: Choice, colours: str, script: str) -> str:
    """Return the shortest form: a place that our script fills."""
    what, _colon, number = chosen.value.partition(":")
    attributes: dict[str, str] = {"data-sachstand": what}
    if number:
        attributes |= {"data-fassung": chosen.args[0], "data-nummer": number}
    if translation.get_language() != "de":
        attributes["data-sprache"] = translation.get_language()
    if colours:
        attributes["data-farben"] = colours
    return _as_text(format_html("<div{}></div>", flatatt(attributes)), _script(script))


def _script(address: str) -> SafeString:
    return format_html('<script src="{}" async></script>', address)


def _as_text(*lines: SafeString) -> str:
    """Return HTML as a text to read: the template escapes it once more."""
    return "\n".join([*lines, ""])


def _plain(name: str) -> str:
    """Return the address of a static file without a fingerprint."""
    return f"{settings.STATIC_URL}{name}"
