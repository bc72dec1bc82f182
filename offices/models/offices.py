"""Offices: whoever answers for a recommendation, inside and outside the administration."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offices.models.validity import Validity, ValidityQuerySet


class OfficeKind(models.TextChoices):
    DEPARTMENT = "department", _("department")
    MUNICIPAL_OFFICE = "municipal_office", _("municipal office")
    JOINT_BODY = "joint_body", _("joint body")
    PROVIDER = "provider", _("provider")
    ASSOCIATION = "association", _("association")


class Office(Validity):
    """An office, a department, a provider or an association.

    ``number`` is the official number as printed (``51``, ``403``) or empty; ``mailbox`` is asked when nobody of
    the office has an account.
    """

    number = models.CharField(_("number"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=OfficeKind.choices, default=OfficeKind.MUNICIPAL_OFFICE)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    mailbox = models.EmailField(_("mailbox"), blank=True)

    objects = ValidityQuerySet["Office"].as_manager()

    class Meta(Validity.Meta):
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["number", "name"]
        constraints = [
            *Validity.Meta.constraints,
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(valid_until__isnull=True) & ~Q(number=""),
                name="office_number_once",
                violation_error_message=_("Another office has this number."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(valid_until__isnull=True),
                name="office_name_once",
                violation_error_message=_("Another office has this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Number and name as people write them: ``51 Jugendamt``."""
        return f"{self.number} {self.name}".strip()

    @property
    def is_external(self) -> bool:
        """Whether the office stands outside the city's administration."""
        return self.kind in {OfficeKind.PROVIDER, OfficeKind.ASSOCIATION, OfficeKind.JOINT_BODY}
