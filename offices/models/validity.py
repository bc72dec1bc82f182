"""Records that end by a date, never by deletion."""

import datetime
from typing import TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def valid_on(day: datetime.date, prefix: str = "") -> Q:
    """Return the condition that a record (reached by ``prefix``, e.g. ``memberships__``) is valid on ``day``.

    Both ends are inclusive; an empty end is open.
    """
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    not_over = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": day})
    return begun & not_over


M = TypeVar("M", bound=models.Model)


class ValidityQuerySet(models.QuerySet[M]):
    """Queries for records with validity dates."""

    def valid_on(self, day: datetime.date) -> "ValidityQuerySet[M]":
        """Return the records that are valid on ``day``."""
        return self.filter(valid_on(day))


class Validity(models.Model):
    """A period of validity in whole days, both ends inclusive; an empty end is open."""

    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_validity_in_order",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def is_valid_on(self, day: datetime.date) -> bool:
        """Return whether the record is valid on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or self.valid_until >= day
        )

    def overlaps(self, other: "Validity") -> bool:
        """Return whether there is a day on which both records are valid."""
        begins_in_time = self.valid_from is None or other.valid_until is None or self.valid_from <= other.valid_until
        ends_in_time = self.valid_until is None or other.valid_from is None or other.valid_from <= self.valid_until
        return begins_in_time and ends_in_time
