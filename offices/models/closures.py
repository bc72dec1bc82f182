"""Days on which the administration is closed, beside Sundays, Saturdays and the holidays of the federal state."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.people import Person


class Closure(models.Model):
    """A closing day or a break, for example in summer, from ``first_day`` to ``last_day``, both inclusive.

    With ``yearly`` it comes back every year on the same days. Ended (``ended_at``) it counts no more. Those of
    24 and 31 December came with the service: nobody has entered them.
    """

    name = models.CharField(_("name"), max_length=100)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    yearly = models.BooleanField(_("every year"), default=False)
    entered_at = models.DateTimeField(_("entered"), null=True, blank=True)
    entered_by = models.ForeignKey(
        Person, verbose_name=_("entered by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, verbose_name=_("ended by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("closing time")
        verbose_name_plural = _("closing times")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="closure_in_order"),
            models.UniqueConstraint(
                fields=["first_day", "last_day", "yearly"], condition=Q(ended_at__isnull=True), name="closure_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
