"""What visitors wrote is deleted: because somebody asks for it, or because it has been kept for long enough.

A row stays, without a word of what anybody wrote: that something came, when, and who deleted it when. So numbers of
reports stay theirs, and nobody wonders where something has gone. A second deletion changes nothing.
"""

import calendar
import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from offices.errors import ConflictError
from offices.models import Person
from publication.models import BarrierReport, Feedback, FeedbackState
from workflow import duties

ROWS_AT_ONCE = 500


@transaction.atomic
def delete_feedback(feedback_id: int, *, by: Person, now: datetime.datetime) -> None:
    """Delete what a visitor said with our answer to it, published or not; it leaves the public page at once.

    Raises ``ConflictError`` if it is deleted already.
    """
    feedback = Feedback.objects.select_for_update().get(pk=feedback_id)
    if feedback.is_deleted:
        raise _too_late()
    _empty_feedback([feedback], by=by, now=now)
    duties.done(feedback.duty, by=by, now=now)


@transaction.atomic
def delete_barrier(report_id: int, *, by: Person, now: datetime.datetime) -> None:
    """Delete the report of a barrier with page, contact and answer; if it was open, its task goes from the desk.

    Raises ``ConflictError`` if it is deleted already.
    """
    report = BarrierReport.objects.select_for_update().get(pk=report_id)
    if report.is_deleted:
        raise _too_late()
    _empty_barriers([report], by=by, now=now)
    duties.done(report.duty, by=by, now=now)


def forget_old(*, now: datetime.datetime) -> int:
    """Delete what was answered or declined ``settings.VOICES_KEPT_MONTHS`` ago; return how much that was.

    Published feedback stays for as long as it is published, and what nobody has decided on waits for that.
    """
    day = months_before(timezone.localdate(now), settings.VOICES_KEPT_MONTHS)
    until = timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))
    return _forget_feedback(until, now) + _forget_barriers(until, now)


def months_before(day: datetime.date, months: int) -> datetime.date:
    """Return the day ``months`` earlier; where that month is too short, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@transaction.atomic
def _forget_feedback(until: datetime.datetime, now: datetime.datetime) -> int:
    old = Feedback.objects.select_for_update().filter(state=FeedbackState.DECLINED, decided_at__lt=until)
    rows = list(old.order_by("pk")[:ROWS_AT_ONCE])
    _empty_feedback(rows, by=None, now=now)
    return len(rows)


@transaction.atomic
def _forget_barriers(until: datetime.datetime, now: datetime.datetime) -> int:
    old = BarrierReport.objects.select_for_update().filter(deleted_at__isnull=True, answered_at__lt=until)
    rows = list(old.order_by("pk")[:ROWS_AT_ONCE])
    _empty_barriers(rows, by=None, now=now)
    return len(rows)


def _empty_feedback(rows: list[Feedback], *, by: Person | None, now: datetime.datetime) -> None:
    for one in rows:
        one.state, one.text, one.answer, one.decline_reason = FeedbackState.DELETED, "", "", ""
        one.decided_at = one.decided_at or now
        one.deleted_by, one.deleted_at = by, now
    fields = ["state", "text", "answer", "decline_reason", "decided_at", "deleted_by", "deleted_at"]
    Feedback.objects.bulk_update(rows, fields)


def _empty_barriers(rows: list[BarrierReport], *, by: Person | None, now: datetime.datetime) -> None:
    for one in rows:
        one.text, one.page, one.contact, one.answer = "", "", "", ""
        one.deleted_by, one.deleted_at = by, now
    BarrierReport.objects.bulk_update(rows, ["text", "page", "contact", "answer", "deleted_by", "deleted_at"])
    with translation.override(settings.LANGUAGE_CODE):
        # The task's title named the page, in the visitor's own words.
        duties.rename([one.duty for one in rows], title=_("Answer the report of a barrier"))


def _too_late() -> ConflictError:
    return ConflictError(_("That is deleted already."))
