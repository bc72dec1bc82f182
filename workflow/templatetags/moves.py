"""The menus of cards in templates."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from workflow.queries.board_cards import Card
from workflow.queries.moves import Menus

register = template.Library()


@register.filter
def menu(card: Card, menus: Menus | str) -> SafeString:
    """Draw what can be done with a card; nothing where the page brings no menus along."""
    if not isinstance(menus, Menus):
        return mark_safe("")
    return menus.drawn(card.pk, card.state, card.number, has_approved=card.has_approved)
