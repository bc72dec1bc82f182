"""Absences and the deputies who stand in meanwhile."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.people import Person


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Queries for absences."""

    def holding(self) -> "AbsenceQuerySet":
        """Return the absences that nobody has ended early or withdrawn."""
        return self.filter(ended_at__isnull=True)

    def on(self, day: datetime.date) -> "AbsenceQuerySet":
        """Return the absences during which a deputy stands in on ``day``."""
        return self.holding().filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """A person is away from ``first_day`` to ``last_day``, both inclusive, and ``deputy`` stands in.

    The deputy acts for the person's offices and in the Arbeitsgruppe on those days, unless the absence was ended
    (``ended_at``). Standing in is not passed on: a deputy who is away hands over their own work alone. Absences are
    never deleted, since the history says on whose behalf somebody acted.
    """

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Person, verbose_name=_("deputy"), on_delete=models.PROTECT, related_name="deputisings")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    entered_by = models.ForeignKey(
        Person, verbose_name=_("entered by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered"))
    ended_by = models.ForeignKey(
        Person, verbose_name=_("ended by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_in_order"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="absence_has_another_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.first_day:%d.%m.%Y}–{self.last_day:%d.%m.%Y}"

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether the deputy stands in on ``day``."""
        return self.ended_at is None and self.first_day <= day <= self.last_day
