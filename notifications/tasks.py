"""Jobs of the outbox; thin, the work stands in the services."""

from celery import shared_task
from django.utils import timezone

from notifications.services import delivery


@shared_task
def deliver_mail(mail_id: int) -> None:
    """Deliver one mail soon after it was written.

    A second run finds the mail claimed or sent and does nothing.
    """
    delivery.deliver(mail_id, now=timezone.now())


@shared_task
def sweep_outbox() -> None:
    """Deliver what is due and pick up what a crashed worker left behind.

    A second run, or one beside another, sends no mail twice: each is claimed in the database first.
    """
    delivery.sweep(clock=timezone.now)
