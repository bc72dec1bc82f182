"""The words of an entry in templates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from workflow import thread
from workflow.content import MeasureContent
from workflow.event_words import event_words
from workflow.models import Event
from workflow.queries.threads import last_known
from workflow.templatetags.threads import status
from workflow.thread import ThreadStep
from workflow.wording import FIELD_LABELS, OUTLOOK_WORDS, STATUS_HINTS

register = template.Library()


@register.simple_tag
def field_label(name: str) -> str:
    """Say what a field of the entry is called; an empty name is the whole entry."""
    return str(FIELD_LABELS[name])


@register.filter
def as_json(measures: Sequence[MeasureContent]) -> str:
    """Return measures as JSON for the script that takes them over; the template escapes it."""
    return json.dumps([asdict(measure) for measure in measures], ensure_ascii=False)


@register.simple_tag
def last_status(steps: Sequence[ThreadStep]) -> str:
    """Return the last status of a thread that somebody reported, or an empty string."""
    return last_known(steps)


@register.simple_tag
def last_thread(steps: Sequence[ThreadStep]) -> SafeString:
    """Draw a small thread with the last status that somebody reported in words."""
    return _last_thread_html(tuple(steps), get_language())


@lru_cache(maxsize=4096)
def _last_thread_html(steps: tuple[ThreadStep, ...], _language: str | None) -> SafeString:
    # Many rows share a thread: each is drawn once per process and language; the partial stays the only markup.
    return mark_safe(render_to_string("workflow/partials/last_thread.html", {"steps": steps}).strip())  # noqa: S308


@register.simple_tag
def outlook_word(outlook: str) -> str:
    """Say an outlook in words; empty for an unknown one."""
    return str(OUTLOOK_WORDS.get(outlook, ""))


@register.simple_tag
def status_hint(status: str) -> str:
    """Explain in one sentence what choosing a status means."""
    return str(STATUS_HINTS[status])


@register.simple_tag
def typed_status(typed: str) -> str:
    """Show what was typed as a status: mark and word, or as it is when it is none."""
    return status(typed) if typed in thread.STATUS_WORDS else typed


@register.simple_tag
def event_sentence(event: Event, labels: Mapping[int, str] | None = None) -> str:
    """Say in words what happened, with the offices' names by their ids; who and when stand beside it."""
    return event_words(event, labels)
