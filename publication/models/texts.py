"""What coordinators write for the readers: the report's own chapters, and summaries of entries."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from concept.models import ActionField
from publication.models.frozen import KeptRows
from workflow.models import ReportingCycle, Revision, StatusUpdate
from workflow.models.written_once import WrittenOnce


class ReportText(WrittenOnce):
    """One version of the foreword (``field`` empty) or of a field's introduction in a cycle's report.

    The newest version counts; the ones before stay. ``text`` is Markdown (``publication.rich_text``).
    """

    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="report_texts"
    )
    field = models.ForeignKey(
        ActionField,
        verbose_name=_("field of action"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    written_at = models.DateTimeField(_("written"))

    objects = KeptRows["ReportText"].as_manager()

    class Meta:
        verbose_name = _("text of a report")
        verbose_name_plural = _("texts of reports")
        ordering = ["cycle", "field", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "field", "number"], name="report_text_version_once"),
            models.UniqueConstraint(
                fields=["cycle", "number"], condition=Q(field__isnull=True), name="report_foreword_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.field or _('Foreword')}, {self.number}"


class EntrySummary(models.Model):
    """One version of a published entry's summary in plain language or in another language.

    ``language`` is one of ``settings.SUMMARY_LANGUAGES``. The newest version counts; with an empty text there is none.
    ``source`` is the approved revision that it summarises, ``text_source`` the one whose text that was: its own, or the
    earlier entry's that it confirms. Once another one of either is approved, the summary is outdated.
    """

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="summaries"
    )
    language = models.CharField(_("language"), max_length=12)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    source = models.ForeignKey(
        Revision, verbose_name=_("version summarised"), on_delete=models.PROTECT, related_name="+"
    )
    text_source = models.ForeignKey(
        Revision, verbose_name=_("version whose text was read"), on_delete=models.PROTECT, related_name="+"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("summary of an entry")
        verbose_name_plural = _("summaries of entries")
        ordering = ["update", "language", "number"]
        constraints = [
            models.UniqueConstraint(fields=["update", "language", "number"], name="entry_summary_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.update}, {self.language}, {self.number}"
