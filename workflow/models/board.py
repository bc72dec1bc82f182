"""What coordinators keep of their board: named views, and actions on many runs at once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.models.cycles import ReportingCycle
from workflow.models.updates import StatusUpdate


class SavedView(models.Model):
    """A selection on the board under a name: ``query`` is the part of its address after the question mark."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("selection"), max_length=500, blank=True)
    shared = models.BooleanField(_("for all coordinators"), default=False)
    saved_at = models.DateTimeField(_("saved"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("view of the board")
        verbose_name_plural = _("views of the board")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(removed_at__isnull=True),
                name="saved_view_name_once",
                violation_error_message=_("You have a view of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class BulkKind(models.TextChoices):
    REMIND = "remind", pgettext_lazy("bulk action", "remind")
    EXTEND = "extend", pgettext_lazy("bulk action", "extend the deadline")
    REASSIGN = "reassign", pgettext_lazy("bulk action", "give to another office")
    APPROVE = "approve", pgettext_lazy("bulk action", "approve")
    WRITE = "write", pgettext_lazy("bulk action", "write a mail")


class BulkAction(models.Model):
    """One action on many runs; ``data`` holds what was given for all of them, such as date and reason.

    ``token`` is that of the summary that was confirmed: a second click on the same summary does nothing more.
    """

    token = models.UUIDField(_("confirmed summary"), unique=True, null=True, editable=False)
    kind = models.CharField(_("action"), max_length=10, choices=BulkKind.choices)
    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="bulk_actions"
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("done by"), on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(_("done"))
    data = models.JSONField(_("details"), default=dict)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("action on many runs")
        verbose_name_plural = _("actions on many runs")
        ordering = ["-done_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.done_at:%Y-%m-%d %H:%M})"


class BulkOutcome(models.TextChoices):
    PENDING = "pending", pgettext_lazy("bulk action", "not done yet")
    DONE = "done", pgettext_lazy("bulk action", "done")
    FAILED = "failed", pgettext_lazy("bulk action", "not possible")
    UNDONE = "undone", pgettext_lazy("bulk action", "undone")
    KEPT = "kept", pgettext_lazy("bulk action", "could not be undone")


class BulkItem(models.Model):
    """One run of an action on many: what became of it, written in the transaction of the change itself.

    ``revision`` is the number of the version that the summary showed. ``reference`` is the key of what was made
    (an extension, a reassignment), with which it is undone, or how many mails were written. ``note`` is the sentence
    that says why something was not possible.
    """

    action = models.ForeignKey(
        BulkAction, verbose_name=_("action on many runs"), on_delete=models.PROTECT, related_name="items"
    )
    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="bulk_items"
    )
    revision = models.PositiveSmallIntegerField(_("version"), default=0)
    outcome = models.CharField(_("outcome"), max_length=10, choices=BulkOutcome.choices, default=BulkOutcome.PENDING)
    reference = models.PositiveBigIntegerField(_("reference"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("run of an action on many")
        verbose_name_plural = _("runs of an action on many")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["action", "update"], name="bulk_item_once")]
        indexes = [models.Index(fields=["action"], condition=models.Q(outcome="pending"), name="bulk_item_pending")]

    def __str__(self) -> str:
        return f"{self.action}: {self.update}"
