"""What visitors say: received, told to the coordinators, answered.

Visitors may write in English; what coordinators read of it, in lists and in mails, is German all the same.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notifications.models import MailKind
from notifications.services import outbox
from offices.errors import ConflictError, DomainError
from offices.models import Person
from publication.models import BarrierReport, Feedback, FeedbackState
from workflow import duties
from workflow.services import recipients

BARRIER_WEEKS = 6
"""Within so many weeks somebody who reported a barrier is answered; weeks of the calendar, not of work."""

FEEDBACK_DAYS = 14
MAILS_A_DAY = 20
"""Beyond so many reports on one day, no further mail tells of each; they stand on the board all the same."""


# --- Barriers -------------------------------------------------------------------------------------------------------


def answer_by(received_at: datetime.datetime) -> datetime.date:
    """Return the day until whose end a report of a barrier is answered."""
    return timezone.localdate(received_at) + datetime.timedelta(weeks=BARRIER_WEEKS)


@transaction.atomic
def report_barrier(*, text: str, page: str, contact: str, now: datetime.datetime, label: str = "") -> BarrierReport:
    """Keep what a visitor met, put it on the coordinators' desk and write to them.

    Mail and task hold neither text nor contact, and the page only if it is one of ours: what a visitor writes stays in
    the row, where it can be deleted. ``label`` is what the page is called, if it is one of ours.
    """
    report = BarrierReport.objects.create(text=text, page=page, contact=contact, received_at=now)
    # An address that nobody has published may be a visitor's own words; what was searched for is left out.
    page = page.partition("?")[0] if label else ""
    due_on = answer_by(now)
    link = reverse("voices:barrier", args=[report.pk])
    with translation.override(settings.LANGUAGE_CODE):
        title = (
            _("Answer the report of a barrier: %(page)s") % {"page": label}
            if label
            else _("Answer the report of a barrier")
        )
        duties.put(source=report.duty, title=title, link=link, due_on=due_on, now=now)
        today = timezone.localdate(now)
        if BarrierReport.objects.filter(received_at__date=today).count() <= MAILS_A_DAY:
            context = {"page": page, "label": label, "due_on": due_on, "link": settings.SITE_URL + link}
            outbox.queue_many(
                (
                    who.letter(MailKind.VOICE, report.duty, "barrier", context, topics=(report.duty,))
                    for who in recipients.of_coordinators(today)
                ),
                now=now,
            )
    return report


@transaction.atomic
def answer_barrier(report_id: int, *, answer: str, by: Person, now: datetime.datetime) -> BarrierReport:
    """Keep what came of it, forget how the person is reached, and take the task off the desk.

    Raises ``DomainError`` for an empty answer, ``ConflictError`` if somebody has answered already.
    """
    if not answer.strip():
        raise DomainError(_("Please write what came of it."))
    report = BarrierReport.objects.select_for_update().get(pk=report_id)
    if report.is_deleted:
        raise ConflictError(_("Somebody else has deleted this report meanwhile."))
    if report.is_answered:
        raise ConflictError(_("Somebody else has answered this report meanwhile. You see the answer below."))
    report.answer, report.contact, report.answered_by, report.answered_at = answer.strip(), "", by, now
    report.save(update_fields=["answer", "contact", "answered_by", "answered_at"])
    duties.done(report.duty, by=by, now=now)
    return report


# --- Feedback -------------------------------------------------------------------------------------------------------


@transaction.atomic
def give_feedback(recommendation_id: int, *, label: str, text: str, now: datetime.datetime) -> Feedback:
    """Keep what a visitor says of a recommendation and put it on the coordinators' desk; nobody else sees it yet.

    ``label`` is how lists call the recommendation.
    """
    feedback = Feedback.objects.create(recommendation_id=recommendation_id, text=text, received_at=now)
    with translation.override(settings.LANGUAGE_CODE):
        duties.put(
            source=feedback.duty,
            title=_("Read feedback: %(recommendation)s") % {"recommendation": label},
            link=reverse("voices:feedback", args=[feedback.pk]),
            due_on=timezone.localdate(now) + datetime.timedelta(days=FEEDBACK_DAYS),
            now=now,
        )
    return feedback


@transaction.atomic
def publish_feedback(feedback_id: int, *, answer: str, seen: str, by: Person, now: datetime.datetime) -> Feedback:
    """Show the feedback with the recommendation, with ``answer`` below it if there is one.

    May be done again, to change the answer. ``seen`` is the ``stand`` that the person has looked at: raises
    ``ConflictError`` if somebody has decided since.
    """
    feedback = _locked(feedback_id, seen)
    feedback.decline_reason = ""
    return _decide(feedback, FeedbackState.PUBLISHED, answer=answer, by=by, now=now)


@transaction.atomic
def decline_feedback(feedback_id: int, *, reason: str, seen: str, by: Person, now: datetime.datetime) -> Feedback:
    """Do not show the feedback, or no longer; ``reason`` stays for the record, the public answer goes.

    Raises ``DomainError`` without a reason, ``ConflictError`` as in :func:`publish_feedback`.
    """
    if not reason.strip():
        raise DomainError(_("Please say why it is not published."))
    feedback = _locked(feedback_id, seen)
    feedback.decline_reason = reason.strip()
    return _decide(feedback, FeedbackState.DECLINED, answer="", by=by, now=now)


def _decide(feedback: Feedback, state: FeedbackState, *, answer: str, by: Person, now: datetime.datetime) -> Feedback:
    feedback.state, feedback.answer, feedback.decided_by, feedback.decided_at = state, answer.strip(), by, now
    feedback.save(update_fields=["state", "answer", "decline_reason", "decided_by", "decided_at"])
    duties.done(feedback.duty, by=by, now=now)
    return feedback


def _locked(feedback_id: int, seen: str) -> Feedback:
    feedback = Feedback.objects.select_for_update().get(pk=feedback_id)
    if feedback.is_deleted:
        raise ConflictError(_("Somebody else has deleted this feedback meanwhile."))
    if feedback.stand != seen:
        raise ConflictError(_("Somebody else has decided on this feedback meanwhile. Please look at it again."))
    return feedback
