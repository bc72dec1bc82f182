"""Calendar addresses, for the page of their owner."""

from notifications.models import CalendarFeed
from offices.models import Person


def feed_of(person: Person) -> CalendarFeed | None:
    """Return the person's calendar address if there is one that answers."""
    return CalendarFeed.objects.filter(person=person, revoked_at__isnull=True).first()
