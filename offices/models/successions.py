"""What became of an office that was split or merged."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offices.models.offices import Office
from offices.models.people import Person


class OfficeSuccession(models.Model):
    """From the day ``on``, ``successor`` does what ``predecessor`` did, or a part of it.

    An office that is split has several successors, one of which is the ``main`` one and takes what is not shared
    out; offices that merge have the same successor.
    """

    predecessor = models.ForeignKey(
        Office, verbose_name=_("predecessor"), on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Office, verbose_name=_("successor"), on_delete=models.PROTECT, related_name="takeovers"
    )
    on = models.DateField(_("from"))
    main = models.BooleanField(_("main successor"), default=False)
    entered_by = models.ForeignKey(
        Person, verbose_name=_("entered by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("office succession")
        verbose_name_plural = _("office successions")
        ordering = ["on", "predecessor", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_of_another"),
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.UniqueConstraint(
                fields=["predecessor"], condition=Q(main=True), name="succession_one_main_successor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
