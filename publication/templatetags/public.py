"""What pages for visitors need in both languages: dates, and what each form carries."""

import datetime

from django import template
from django.utils import formats, timezone
from django.utils.translation import get_language

from publication.site import tokens

register = template.Library()

ENGLISH_DAY = "j F Y"
GERMAN_DAY = "d.m.Y"


@register.filter
def day(when: datetime.date | datetime.datetime | None) -> str:
    """Say a day as people of the page's language write it: 22.11.2026, or 22 November 2026."""
    if not when:
        return ""
    if isinstance(when, datetime.datetime):
        when = timezone.localtime(when) if timezone.is_aware(when) else when
    return formats.date_format(when, ENGLISH_DAY if get_language() == "en" else GERMAN_DAY)


@register.inclusion_tag("publication/public/_form_token.html")
def form_token(purpose: str) -> dict[str, str]:
    """Give a form of visitors what ``publication.site.tokens.check`` asks for."""
    return {"token": tokens.issue(purpose), "token_field": tokens.TOKEN, "trap_field": tokens.TRAP}
