"""What the import remembers: mappings of columns, and uploads that wait for their confirmation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnMapping(models.Model):
    """How the columns of a city's table map to ours; kept by the set of its headings."""

    headings_sha256 = models.CharField(_("checksum of the headings"), max_length=64, unique=True)
    columns = models.JSONField(_("columns"), default=dict)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")

    def __str__(self) -> str:
        return ", ".join(sorted(self.columns.values()))


class UploadKind(models.TextChoices):
    CONCEPT = "concept", _("concept")
    CROSSWALK = "crosswalk", _("crosswalk")


class ImportUpload(models.Model):
    """An uploaded table between upload and confirmation; only its owner sees it, and it is confirmed once.

    A crosswalk leads from ``older_edition_name`` to ``edition_name``. The content stays after the confirmation: it
    is what was imported.
    """

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    kind = models.CharField(_("kind"), max_length=10, choices=UploadKind.choices, default=UploadKind.CONCEPT)
    edition_name = models.CharField(_("edition"), max_length=120)
    older_edition_name = models.CharField(_("edition before"), max_length=120, blank=True)
    file_name = models.CharField(_("file"), max_length=255)
    content = models.BinaryField(_("content"))
    columns = models.JSONField(_("columns"), default=dict)
    end_missing = models.BooleanField(_("end recommendations that the file lacks"), default=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name
