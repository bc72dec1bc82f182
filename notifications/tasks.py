"""Jobs of the outbox; thin, the work stands in the services."""

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from notifications.services import delivery, rate


@shared_task(
    soft_time_limit=240,
    time_limit=270,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    retry_jitter=True,
    max_retries=3,
)
def deliver_mail(mail_id: int) -> None:
    """Deliver one mail soon after it was written.

    A second run finds the mail claimed or sent and does nothing. A mail that cannot be sent now has its next try in the
    database; this job is run again only where the database itself did not answer.
    """
    delivery.deliver(mail_id, now=timezone.now())


@shared_task(soft_time_limit=240, time_limit=270)
def sweep_outbox() -> None:
    """Deliver what is due and pick up what a crashed worker left behind.

    A second run, or one beside another, sends no mail twice: each is claimed in the database first. It ends by itself
    after 45 s and the answer to one mail, and is never run again: the next one is due within a minute.
    """
    delivery.sweep(clock=timezone.now)


@shared_task
def forget_sending_minutes() -> None:
    """Remove the count of mails in minutes that are long over.

    A second run finds none.
    """
    rate.forget_minutes(now=timezone.now())
