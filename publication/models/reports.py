"""Report editions: the Integrationsbericht, frozen and numbered."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from publication.models.frozen import FrozenRows, KeptRows, WrittenOnceError
from workflow.models import ReportingCycle
from workflow.models.written_once import WrittenOnce


class ReportState(models.TextChoices):
    """How far the building of an edition is."""

    REQUESTED = "requested", pgettext_lazy("report", "requested")
    BUILDING = "building", pgettext_lazy("report", "being built")
    READY = "ready", pgettext_lazy("report", "ready")
    FAILED = "failed", pgettext_lazy("report", "failed")


class ReportStage(models.TextChoices):
    """Who may read an edition."""

    DRAFT = "draft", pgettext_lazy("report", "draft")
    ROUND_TABLE = "round_table", pgettext_lazy("report", "given to the round table")
    FINAL = "final", pgettext_lazy("report", "final")
    WITHDRAWN = "withdrawn", pgettext_lazy("report", "withdrawn")


class FileKind(models.TextChoices):
    PDF = "pdf", _("PDF")
    WORD = "docx", _("Word")
    HTML = "html", _("web page")
    SHORT_PDF = "short_pdf", _("short version, PDF")


PENDING_STATES = (ReportState.REQUESTED, ReportState.BUILDING)


FROZEN = frozenset(
    {
        "cycle",
        "number",
        "state",
        "document",
        "document_sha256",
        "problems",
        "change_note",
        "is_marked_draft",
        "requested_at",
        "built_by",
        "built_at",
    }
)
"""What of a finished edition stands for ever; only its stage, with who, when and why, goes on."""


class ReportRows(FrozenRows["ReportEdition"]):
    """Editions; what is frozen of a finished one is not changed in bulk either."""

    frozen = FROZEN
    is_frozen = Q(state=ReportState.READY)


class ReportEdition(models.Model):
    """A report built from a cycle's approved entries.

    Once ready, document and files never change; a new build is a new number. At most one edition of a cycle is on
    its way at a time. ``document`` is the frozen content that every file was made from (``publication.report.content``)
    and ``document_sha256`` the checksum of it that they print. ``claimed_at`` is when a worker took it up, ``progress``
    how far it is, in percent. ``problems`` are what the structural check found; with any, it cannot be released.

    A draft is for the working group. At ``shared_at`` it went to the Runder Tisch, whose members read it under
    ``share_token``; at ``released_at`` it became final and public. A version that follows one that others have read
    says in ``change_note`` what is different. What was withdrawn keeps its row and its note, and nobody fetches it.

    ``is_marked_draft`` says that its pages call it a draft for the Runder Tisch: it is never released as final.
    Saving a finished edition raises ``WrittenOnceError`` if anything of ``FROZEN`` would change.
    """

    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="reports"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.REQUESTED)
    stage = models.CharField(_("stage"), max_length=12, choices=ReportStage.choices, default=ReportStage.DRAFT)
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    document = models.JSONField(_("document"), default=dict, editable=False)
    document_sha256 = models.CharField(_("checksum of the content"), max_length=64, blank=True)
    problems = models.JSONField(_("problems"), default=list, blank=True, editable=False)
    change_note = models.TextField(_("what is different in this version"), blank=True)
    is_marked_draft = models.BooleanField(_("says on its pages that it is a draft"), default=False)
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
    share_token = models.CharField(_("secret part of the link"), max_length=43, blank=True, editable=False)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("given to the round table by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    shared_at = models.DateTimeField(_("given to the round table"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_note = models.TextField(_("why it was withdrawn"), blank=True)

    objects = ReportRows.as_manager()

    class Meta:
        verbose_name = _("report edition")
        verbose_name_plural = _("report editions")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="report_number_once"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(state__in=["requested", "building"]), name="report_one_build_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["share_token"], condition=~Q(share_token=""), name="report_share_token_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(built_at__isnull=False), name="ready_report_is_built"
            ),
            models.CheckConstraint(condition=Q(stage="draft") | Q(state="ready"), name="released_report_is_ready"),
            models.CheckConstraint(
                condition=~Q(stage="round_table") | (Q(shared_at__isnull=False) & ~Q(share_token="")),
                name="shared_report_has_a_link",
            ),
            models.CheckConstraint(
                condition=~Q(stage="final") | Q(released_at__isnull=False), name="final_report_was_released"
            ),
            models.CheckConstraint(
                condition=~Q(stage="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_note="")),
                name="withdrawn_report_has_a_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self._keep_frozen(kwargs.get("update_fields"))
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Any:
        raise WrittenOnceError(f"Report edition {self.pk} is never deleted.")

    def _keep_frozen(self, names: Any) -> None:
        written = (FROZEN if names is None else FROZEN & set(names)) - self.get_deferred_fields()
        columns = [self._meta.get_field(name).attname for name in written]  # type: ignore[union-attr]
        if not columns:
            return
        stored = ReportEdition.objects.filter(pk=self.pk, state=ReportState.READY).values(*columns).first()
        if stored and any(getattr(self, name) != value for name, value in stored.items()):
            raise WrittenOnceError(f"Report edition {self.pk} is finished; its content stands for ever.")

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
    def is_final(self) -> bool:
        return self.stage == ReportStage.FINAL

    @property
    def is_withdrawn(self) -> bool:
        return self.stage == ReportStage.WITHDRAWN

    @property
    def is_shared(self) -> bool:
        return self.stage == ReportStage.ROUND_TABLE

    @property
    def was_read(self) -> bool:
        """Whether anybody outside the working group has read it: what comes after it says what changed."""
        return self.shared_at is not None or self.released_at is not None

    def file_name(self, kind: str) -> str:
        """Return the name under which people keep a file: period and version, in plain characters."""
        period = self.cycle.period_label.replace("–", "-")
        ending = {"short_pdf": "-kurz.pdf"}.get(kind, f".{kind}")
        return f"integrationsbericht-{period}-v{self.number}{ending}"


class ReportFile(WrittenOnce):
    """One file of a finished edition; written once, with it."""

    edition = models.ForeignKey(
        ReportEdition, verbose_name=_("report edition"), on_delete=models.PROTECT, related_name="files"
    )
    kind = models.CharField(_("format"), max_length=10, choices=FileKind.choices)
    content = models.BinaryField(_("file"))
    sha256 = models.CharField(_("checksum of the file"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))

    objects = KeptRows["ReportFile"].as_manager()

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        ordering = ["edition", "kind"]
        constraints = [models.UniqueConstraint(fields=["edition", "kind"], name="report_file_once")]

    def __str__(self) -> str:
        return f"{self.edition}, {self.get_kind_display()}"
