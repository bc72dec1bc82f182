"""What pages for visitors need in both languages: dates, and what each form carries."""

import datetime
import re

from django import template
from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from publication.queries.page_names import page_name as named
from publication.queries.parts import Site
from publication.site import tokens
from publication.site.languages import German, spoken_day

register = template.Library()

_COMPLEMENT = re.compile(r"(?<!\S)-\w+")
"""The second word of "Gesundheitsförderung, -versorgung": browsers would end a line after its hyphen."""


@register.filter
def day(when: datetime.date | datetime.datetime | None) -> str:
    """Say a day as people of the page's language write it: 22.11.2026, or 22 November 2026."""
    return spoken_day(when) if when else ""


@register.filter
def german(words: object) -> object:
    """Mark the city's own words as German on pages in other languages, also inside a translated sentence."""
    if not words or get_language() == settings.LANGUAGE_CODE:
        return words
    return format_html('<span lang="{}">{}</span>', settings.LANGUAGE_CODE, words)


@register.filter
def as_spoken(words: object) -> object:
    """Mark words that are the city's own (``German``), and no others."""
    return german(words) if isinstance(words, German) else words


@register.filter
def german_end(words: str) -> object:
    """Mark what stands behind the colon: a title that is the page's, about something that the city calls so."""
    title, colon, about = str(words).partition(": ")
    return format_html("{}{}{}", title, colon, german(about)) if colon else words


@register.filter
def unbroken(words: str) -> SafeString:
    """Keep a word that begins with a hyphen on one line; the text itself stays as it is."""
    escaped = conditional_escape(str(words))
    return mark_safe(_COMPLEMENT.sub(r'<span class="no">\g<0></span>', escaped))  # noqa: S308 - escaped above


@register.filter
def page_name(page: str, whole: Site) -> str:
    """Return what a page is called that somebody has named by its address; the address, if it is none of ours."""
    return named(page, whole) or page


@register.inclusion_tag("publication/public/_form_token.html")
def form_token(purpose: str) -> dict[str, str]:
    """Give a form of visitors what ``publication.site.tokens.check`` asks for."""
    return {"token": tokens.issue(purpose), "token_field": tokens.TOKEN, "trap_field": tokens.TRAP}
