"""Reporting cycles: the call (Abfrage) for one status update per recommendation."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from concept.models import ConceptEdition


class CycleState(models.TextChoices):
    PLANNED = "planned", _("planned")
    OPENING = "opening", _("opening")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class ReviewPolicy(models.TextChoices):
    """Who in the Arbeitsgruppe decides on an entry."""

    SINGLE = "single", _("one member decides")
    QUORUM = "quorum", _("members vote, the chair decides")


def period_label(first_day: datetime.date, last_day: datetime.date) -> str:
    """Return a period in years: ``2025`` or ``2023–2024``."""
    first, last = first_day.year, last_day.year
    return str(first) if first == last else f"{first}–{last}"


class ReportingCycle(models.Model):
    """A call for status updates on one edition for a period of one to several years.

    All dates are whole days in local time; a date includes its day. ``publish_on`` empty means that an entry is
    public as soon as it is approved. ``imported`` marks cycles that came as history with an import and never ran.

    With ``co_sign``, contributing offices have ``co_sign_days`` to co-sign a report; if ``silence_is_consent``, whoever
    has said nothing by then has agreed. With ``sign_off``, the head of the lead office signs before the review. Under
    the policy ``quorum``, the chair decides once ``quorum`` members have voted.
    """

    edition = models.ForeignKey(
        ConceptEdition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="cycles"
    )
    period_from = models.DateField(_("period from"))
    period_until = models.DateField(_("period until"))
    opens_on = models.DateField(_("opens on"))
    contributions_due_on = models.DateField(_("contributions due on"))
    due_on = models.DateField(_("due on"))
    sign_off_due_on = models.DateField(_("sign-off due on"))
    review_due_on = models.DateField(_("review due on"))
    publish_on = models.DateField(
        _("published from"), null=True, blank=True, help_text=_("Empty: each entry as soon as it is approved.")
    )
    rework_days = models.PositiveSmallIntegerField(_("days for rework"), default=14)
    sign_off = models.BooleanField(_("the head of the lead office signs"), default=False)
    co_sign = models.BooleanField(_("contributing offices co-sign"), default=False)
    co_sign_days = models.PositiveSmallIntegerField(_("days for co-signing"), default=7)
    silence_is_consent = models.BooleanField(_("silence counts as consent"), default=False)
    review_policy = models.CharField(
        _("review by"), max_length=10, choices=ReviewPolicy.choices, default=ReviewPolicy.SINGLE
    )
    quorum = models.PositiveSmallIntegerField(_("votes needed"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=CycleState.choices, default=CycleState.PLANNED)
    imported = models.BooleanField(_("imported"), default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporting cycle")
        verbose_name_plural = _("reporting cycles")
        ordering = ["-period_until", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "period_from", "period_until"],
                name="cycle_once",
                violation_error_message=_("There is already a cycle for this edition and period."),
            ),
            models.CheckConstraint(
                condition=Q(period_until__gt=F("period_from")),
                name="cycle_period_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="cycle_quorum_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.period_label}"

    @property
    def period_label(self) -> str:
        """The period in years: ``2025`` or ``2023–2024``."""
        return period_label(self.period_from, self.period_until)

    @property
    def is_open(self) -> bool:
        return self.state == CycleState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == CycleState.CLOSED
