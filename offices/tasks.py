"""Jobs that keep the sign-in tidy."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    """Remove expired sessions. A second run finds nothing left to remove."""
    call_command("clearsessions")
