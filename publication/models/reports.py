"""Report editions: the Integrationsbericht as a file."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflow.models import ReportingCycle


class ReportEdition(models.Model):
    """A report built from a cycle's approved entries. The file never changes; a new build is a new number.

    ``released_at`` empty means that only the working group sees it.
    """

    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="reports"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    built_at = models.DateTimeField(_("built"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("report edition")
        verbose_name_plural = _("report editions")
        ordering = ["-built_at"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="report_number_once")]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.number}"
