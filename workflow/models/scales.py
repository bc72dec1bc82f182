"""The scales on which a status update says where a recommendation stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImplementationStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("status", "planned")
    IN_PROGRESS = "in_progress", pgettext_lazy("status", "in progress")
    IMPLEMENTED = "implemented", pgettext_lazy("status", "implemented")
    MADE_PERMANENT = "made_permanent", pgettext_lazy("status", "made permanent")
    DEFERRED = "deferred", pgettext_lazy("status", "deferred")
    NOT_PURSUED = "not_pursued", pgettext_lazy("status", "not pursued")
    UNKNOWN = "unknown", pgettext_lazy("status", "unknown")


NEEDS_REASON = (ImplementationStatus.DEFERRED, ImplementationStatus.NOT_PURSUED)
REACHED = (ImplementationStatus.IMPLEMENTED, ImplementationStatus.MADE_PERMANENT)


class Outlook(models.TextChoices):
    """The traffic light (Ampel); for the working group only, never public."""

    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    BLOCKED = "blocked", _("blocked")


class EntryKind(models.TextChoices):
    REPORT = "report", _("report")
    UNCHANGED = "unchanged", _("unchanged")
    NIL_RETURN = "nil_return", _("nil return")


class UpdateState(models.TextChoices):
    """Where a run stands; the board's columns, in this order."""

    REQUESTED = "requested", _("requested")
    DRAFTING = "drafting", pgettext_lazy("state", "in progress")
    SIGNING = "signing", pgettext_lazy("state", "being signed")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", pgettext_lazy("state", "returned")
    APPROVED = "approved", _("approved")
    MISSING = "missing", _("no return")
    CANCELLED = "cancelled", pgettext_lazy("state", "cancelled")


WRITING_STATES = (UpdateState.REQUESTED, UpdateState.DRAFTING, UpdateState.RETURNED)
UNDECIDED_STATES = (UpdateState.SIGNING, UpdateState.IN_REVIEW)
"""Handed in, and nobody has decided yet: the office may still take the entry back."""

OPEN_STATES = (*WRITING_STATES, *UNDECIDED_STATES)
HANDED_IN_STATES = (UpdateState.SIGNING, UpdateState.IN_REVIEW, UpdateState.RETURNED, UpdateState.APPROVED)
