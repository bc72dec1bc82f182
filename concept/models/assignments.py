"""Who answers for a recommendation, and since when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from concept.models.editions import Recommendation
from offices.models import Office, Validity, ValidityQuerySet


class AssignmentRole(models.TextChoices):
    LEAD = "lead", _("lead office")
    CONTRIBUTING = "contributing", _("contributing office")


class Assignment(Validity):
    """The responsibility (Zuständigkeit) of an office for a recommendation, for a time.

    At any time a recommendation has at most one lead office.
    """

    recommendation = models.ForeignKey(
        Recommendation, verbose_name=_("recommendation"), on_delete=models.PROTECT, related_name="assignments"
    )
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(_("role"), max_length=20, choices=AssignmentRole.choices)

    objects = ValidityQuerySet["Assignment"].as_manager()

    class Meta(Validity.Meta):
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["recommendation", "-role", "office"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(
                fields=["recommendation"],
                condition=Q(role="lead", valid_until__isnull=True),
                name="assignment_one_lead",
                violation_error_message=_("The recommendation already has a lead office."),
            ),
            models.UniqueConstraint(
                fields=["recommendation", "office"],
                condition=Q(valid_until__isnull=True),
                name="assignment_once",
                violation_error_message=_("The office is already responsible for this recommendation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation}: {self.office} ({self.get_role_display()})"
