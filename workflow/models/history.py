"""The history: append-only events, chained by hashes, and the daily seals over all chains."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.models.cycles import ReportingCycle
from workflow.models.updates import StatusUpdate
from workflow.models.written_once import WrittenOnce


class EventKind(models.TextChoices):
    CYCLE_CREATED = "cycle_created", _("Cycle created")
    CYCLE_CHANGED = "cycle_changed", _("Cycle changed")
    CYCLE_OPENED = "cycle_opened", _("Cycle opened")
    CYCLE_CLOSED = "cycle_closed", _("Cycle closed")
    REQUESTED = "requested", _("Status update requested")
    DRAFT_STARTED = "draft_started", _("Draft started")
    CONTRIBUTED = "contributed", _("Contribution handed in")
    CONTRIBUTION_SKIPPED = "contribution_skipped", _("Went on without a contribution")
    REMINDED = "reminded", _("Reminder sent")
    MAILED = "mailed", _("Mail written")
    LETTER_SENT = "letter_sent", _("Letter to the department sent")
    SUBMITTED = "submitted", _("Handed in")
    WITHDRAWN = "withdrawn", _("Taken back")
    CO_SIGNED = "co_signed", _("Co-signed")
    CO_SIGN_OBJECTED = "co_sign_objected", _("Objected instead of co-signing")
    CO_SIGN_LAPSED = "co_sign_lapsed", _("Counted as consent after the deadline")
    CO_SIGN_WAIVED = "co_sign_waived", _("Went on without a co-signature")
    SIGNED = "signed", _("Signed")
    SIGN_RETURNED = "sign_returned", _("Returned without a signature")
    SIGN_WAIVED = "sign_waived", _("Went on without the signature")
    VOTED = "voted", _("Voted")
    COMMENT_ANSWERED = "comment_answered", _("Comment answered")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned with comments")
    PUBLISHED = "published", _("Published")
    EXTENSION_REQUESTED = "extension_requested", _("Extension asked for")
    EXTENSION_GRANTED = "extension_granted", _("Extension granted")
    EXTENSION_REFUSED = "extension_refused", _("Extension refused")
    EXTENSION_WITHDRAWN = "extension_withdrawn", _("Extension no longer asked for")
    EXTENSION_UNDONE = "extension_undone", _("Extension undone")
    REASSIGNMENT_PROPOSED = "reassign_proposed", _("Another office asked to take over")
    REASSIGNED = "reassigned", _("Taken over by another office")
    REASSIGNMENT_REFUSED = "reassign_refused", _("Other office does not take over")
    REASSIGNMENT_WITHDRAWN = "reassign_withdrawn", _("Other office no longer asked to take over")
    SUCCEEDED = "succeeded", _("Carried over to the succeeding office")
    CANCELLED = "cancelled", _("Cancelled")
    REOPENED = "reopened", _("Reopened")
    CORRECTION_STARTED = "correction_started", _("Correction started")
    MISSING = "missing", _("Ended without a return")
    IMPORTED = "imported", _("Imported")
    SITTING_OPENED = "sitting_opened", _("Sitting opened")
    SITTING_CLOSED = "sitting_closed", _("Sitting closed")
    ENTRY_WITHDRAWN = "entry_withdrawn", _("No longer public")
    ENTRY_RESTORED = "entry_restored", _("Public again")
    SUMMARY_WRITTEN = "summary_written", _("Summary written")
    REPORT_BUILT = "report_built", _("Report built")
    REPORT_TEXT_WRITTEN = "report_text_written", _("Text of the report written")
    REPORT_SHARED = "report_shared", _("Report given to the round table")
    REPORT_RELEASED = "report_released", _("Report released")
    REPORT_WITHDRAWN = "report_withdrawn", _("Report withdrawn")


class Event(WrittenOnce):
    """Who did what and when, to a run or (with ``update`` empty) to a cycle as a whole.

    Events are written by ``workflow.services.history`` alone and never changed. ``sequence`` counts from 1 within
    a run; ``hash`` is the SHA-256 over the event and the hash before it. Events hold ids, not names.
    """

    update = models.ForeignKey(
        StatusUpdate,
        verbose_name=_("status update"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="events"
    )
    sequence = models.PositiveIntegerField(_("sequence number"))
    kind = models.CharField(_("what"), max_length=24, choices=EventKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("when"))
    data = models.JSONField(_("details"), default=dict)
    previous_hash = models.CharField(_("checksum before"), max_length=64, blank=True)
    hash = models.CharField(_("checksum"), max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["update", "sequence"], name="event_sequence_once"),
            models.UniqueConstraint(
                fields=["cycle", "sequence"], condition=Q(update__isnull=True), name="cycle_event_sequence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d %H:%M})"


class HistorySeal(WrittenOnce):
    """A day's seal: heads and counts of all chains up to ``last_event``, chained to the seal before."""

    sealed_on = models.DateField(_("sealed on"), unique=True)
    chains = models.PositiveIntegerField(_("chains"))
    last_event = models.PositiveBigIntegerField(_("last event"))
    heads_hash = models.CharField(_("checksum of all chains"), max_length=64)
    previous_hash = models.CharField(_("checksum before"), max_length=64, blank=True)
    hash = models.CharField(_("checksum"), max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["sealed_on"]

    def __str__(self) -> str:
        return str(self.sealed_on)
