"""What the sign-in page offers in the demonstration."""

from django.http import HttpRequest

from config.demo.people import groups


def people(_request: HttpRequest) -> dict[str, object]:
    """Return the people by role; read from the database only by a page that shows them."""
    return {"demonstration_people": groups}
