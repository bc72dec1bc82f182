"""Report editions: the Integrationsbericht as a file."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.models import ReportingCycle


class ReportState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("report", "requested")
    BUILDING = "building", pgettext_lazy("report", "being built")
    READY = "ready", pgettext_lazy("report", "ready")
    FAILED = "failed", pgettext_lazy("report", "failed")


PENDING_STATES = (ReportState.REQUESTED, ReportState.BUILDING)


class ReportEdition(models.Model):
    """A report built from a cycle's approved entries.

    Once ready, document and file never change; a new build is a new number. At most one edition of a cycle is on
    its way at a time. ``document`` is the frozen content that the file was made from (``publication.report.content``).
    ``claimed_at`` is when a worker took it up. ``released_at`` empty means that only the working group sees it.
    """

    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="reports"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.REQUESTED)
    document = models.JSONField(_("document"), default=dict, editable=False)
    content = models.BinaryField(_("file"), null=True)
    sha256 = models.CharField(_("checksum of the file"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    error = models.TextField(_("error"), blank=True)
    requested_at = models.DateTimeField(_("requested"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True, editable=False)
    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("built by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    built_at = models.DateTimeField(_("built"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("report edition")
        verbose_name_plural = _("report editions")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="report_number_once"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(state__in=["requested", "building"]), name="report_one_build_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(content__isnull=False, built_at__isnull=False),
                name="ready_report_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(state="ready"), name="released_report_is_ready"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.number}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING_STATES

    @property
    def is_ready(self) -> bool:
        return self.state == ReportState.READY

    @property
    def has_failed(self) -> bool:
        return self.state == ReportState.FAILED

    @property
    def file_name(self) -> str:
        """The name under which the file is kept: period and version, in plain characters."""
        period = self.cycle.period_label.replace("–", "-")
        return f"integrationsbericht-{period}-v{self.number}.pdf"
