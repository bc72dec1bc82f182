"""Marks, threads and due dates in templates; the words come from ``workflow.thread``."""

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from workflow import thread as threads
from workflow.thread import ThreadStep

register = template.Library()


@lru_cache(maxsize=64)
def mark_html(status: str, size: str = "") -> SafeString:
    """Return the mark of ``status``: a drawing without words, so never show it alone. ``size``: ``""``, m, l."""
    if status not in threads.STATUS_WORDS:
        raise template.TemplateSyntaxError(f"There is no mark for {status!r}.")
    # A board draws a thousand of them: rendered once per process, the partial stays the only place of the markup.
    return mark_safe(render_to_string("partials/mark.html", {"status": status, "size": size}).strip())  # noqa: S308


@register.simple_tag
def mark(status: str, size: str = "") -> SafeString:
    """Draw the mark of ``status``."""
    return mark_html(status, size)


@register.simple_tag
def marks(status: str, number: int, size: str = "") -> SafeString:
    """Draw ``number`` marks of ``status`` in a row."""
    return mark_safe(mark_html(status, size) * number)  # noqa: S308


@register.simple_tag
def status_word(status: str, *, public: bool = False) -> str:
    """Say ``status`` in the person's language."""
    return threads.status_word(status, public=public)


@register.simple_tag
def status(status: str, *, public: bool = False) -> SafeString:
    """Show a status as it must always be shown: mark and word."""
    word = threads.status_word(status, public=public)
    return format_html('<span class="status">{}{}</span>', mark_html(status), word)


def _step_class(step: ThreadStep) -> str:
    if step.is_loose:
        return "thread__step thread__step--loose"
    return "thread__step thread__step--end" if step.is_end else "thread__step"


@register.simple_tag
def thread(steps: Sequence[ThreadStep], *, public: bool = False) -> SafeString:
    """Draw a small thread; the last status stands in words beside it (``thread_line`` does both)."""
    return _thread_html(tuple(steps), public, get_language())


@lru_cache(maxsize=4096)
def _thread_html(steps: tuple[ThreadStep, ...], public: bool, _language: str | None) -> SafeString:  # noqa: FBT001
    # Many cards share a thread: each is drawn once per process and language.
    drawn = format_html_join(
        "", '<span class="{}">{}</span>', ((_step_class(step), mark_html(step.status)) for step in steps)
    )
    label = threads.thread_label(steps, public=public)
    return format_html('<span class="thread" role="img" aria-label="{}">{}</span>', label, drawn)


@register.simple_tag
def thread_line(steps: Sequence[ThreadStep], *, public: bool = False) -> SafeString:
    """Draw a small thread with its last status in words."""
    return _thread_line_html(tuple(steps), public, get_language())


@lru_cache(maxsize=4096)
def _thread_line_html(steps: tuple[ThreadStep, ...], public: bool, _language: str | None) -> SafeString:  # noqa: FBT001
    # A list has three hundred of them, and few threads differ. The arguments are the cache's key, hence by position;
    # the partial has escaped what it shows.
    context = {"steps": steps, "last": steps[-1].status if steps else "", "public": public}
    return mark_safe(render_to_string("partials/thread.html", context))  # noqa: S308


@register.inclusion_tag("partials/due.html")
def due(due_on: datetime.date, today: datetime.date, what: str = "") -> dict[str, Any]:
    """Say when something is due; see ``workflow.thread.due``."""
    return {"due": threads.due(due_on, today, what)}


@register.inclusion_tag("partials/legend.html")
def legend(statuses: Sequence[str] = threads.STATUS_ORDER[:-1]) -> dict[str, Any]:
    """Explain the marks; every page that shows more than one row of them has one."""
    return {"statuses": statuses}
