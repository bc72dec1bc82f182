"""What the navigation needs on every staff page."""

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, object]:
    """Return the menu of the person who is signed in; nothing for visitors."""
    return {}
