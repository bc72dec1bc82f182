"""Jobs of this room; thin, the work stands in the services."""

from celery import shared_task
from django.utils import timezone

from publication.services import forgetting, reports
from publication.site import version


@shared_task
def build_report(report_id: int) -> None:
    """Build one report soon after it was requested; a second run finds it taken and does nothing."""
    reports.build_report(report_id, now=timezone.now())


@shared_task
def finish_reports() -> None:
    """Build reports whose request or worker was lost; a second run finds nothing waiting."""
    reports.finish_reports(now=timezone.now())


@shared_task
def put_changes_together() -> None:
    """Put the noted changes of published content together, to keep counting them quick; a second run finds one."""
    version.put_together()


@shared_task
def forget_voices() -> None:
    """Delete what visitors wrote and has been kept for long enough; a second run finds it empty."""
    forgetting.forget_old(now=timezone.now())
