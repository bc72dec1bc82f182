"""How the recommendations of one edition live on in the next."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from concept.models.editions import Recommendation


class CrosswalkReason(models.TextChoices):
    KEPT = "kept", _("kept")
    REWORDED = "reworded", _("reworded")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    DROPPED = "dropped", _("dropped")
    DONE = "done", _("done")


ENDING_REASONS = (CrosswalkReason.DROPPED, CrosswalkReason.DONE)
"""Reasons with which a recommendation has no successor."""


class StandingLinks(models.Manager["CrosswalkLink"]):
    """The links that were not withdrawn."""

    def get_queryset(self) -> models.QuerySet["CrosswalkLink"]:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class CrosswalkLink(models.Model):
    """One link of the n:m crosswalk; ``successor`` is empty exactly for dropped and done recommendations.

    A wrong link is withdrawn, not deleted: ``objects`` and the relations from recommendations show what stands,
    ``with_withdrawn`` everything that was ever said.
    """

    predecessor = models.ForeignKey(
        Recommendation, verbose_name=_("before"), on_delete=models.PROTECT, related_name="links_forward"
    )
    successor = models.ForeignKey(
        Recommendation,
        verbose_name=_("after"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="links_back",
    )
    reason = models.CharField(_("reason"), max_length=20, choices=CrosswalkReason.choices)
    note = models.TextField(_("note"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = StandingLinks()
    with_withdrawn = models.Manager["CrosswalkLink"]()

    class Meta:
        verbose_name = _("crosswalk link")
        verbose_name_plural = _("crosswalk links")
        ordering = ["predecessor", "successor"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                condition=Q(withdrawn_at__isnull=True),
                name="crosswalk_link_once",
                violation_error_message=_("This link exists already."),
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(successor__isnull=True, withdrawn_at__isnull=True),
                name="crosswalk_ends_once",
                violation_error_message=_("This recommendation ends already."),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=[str(reason) for reason in ENDING_REASONS], successor__isnull=True)
                | (~Q(reason__in=[str(reason) for reason in ENDING_REASONS]) & Q(successor__isnull=False)),
                name="crosswalk_successor_fits_reason",
                violation_error_message=_("Dropped and done recommendations have no successor, all others have one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or '–'} ({self.get_reason_display()})"
