"""The words of an entry in templates."""

from django import template

from workflow.wording import FIELD_LABELS, OUTLOOK_WORDS

register = template.Library()


@register.simple_tag
def field_label(name: str) -> str:
    """Say what a field of the entry is called; an empty name is the whole entry."""
    return str(FIELD_LABELS[name])


@register.simple_tag
def outlook_word(outlook: str) -> str:
    """Say an outlook in words; empty for an unknown one."""
    return str(OUTLOOK_WORDS.get(outlook, ""))
