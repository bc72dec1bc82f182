"""Changes of course that somebody asks for and somebody else answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from offices.models import Office
from workflow.models.contributions import Participation
from workflow.models.updates import StatusUpdate


class ExtensionState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("extension", "asked for")
    GRANTED = "granted", pgettext_lazy("extension", "granted")
    REFUSED = "refused", pgettext_lazy("extension", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("extension", "withdrawn")


class DeadlineExtension(models.Model):
    """An extension (Fristverlängerung): asked for by an office, or granted by a coordinator on their own.

    Without ``participation`` it is the lead office's deadline. ``before`` is the deadline that it replaces.
    """

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="extensions"
    )
    participation = models.ForeignKey(
        Participation,
        verbose_name=_("contributing office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="extensions",
    )
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    before = models.DateField(_("due on"))
    wanted_on = models.DateField(_("wanted until"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked for"))
    state = models.CharField(
        _("state"), max_length=10, choices=ExtensionState.choices, default=ExtensionState.REQUESTED
    )
    granted_on = models.DateField(_("granted until"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["update"],
                condition=Q(state="requested", participation__isnull=True),
                name="extension_open_once",
            ),
            models.UniqueConstraint(
                fields=["participation"],
                condition=Q(state="requested", participation__isnull=False),
                name="contribution_extension_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update}: {self.wanted_on}"

    @property
    def was_asked_for(self) -> bool:
        """Whether an office asked; what coordinators give on their own is asked and decided in one moment."""
        return (self.requested_by_id, self.requested_at) != (self.decided_by_id, self.decided_at)


class ReassignmentState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("reassignment", "proposed")
    ACCEPTED = "accepted", pgettext_lazy("reassignment", "accepted")
    REFUSED = "refused", pgettext_lazy("reassignment", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("reassignment", "withdrawn")


class Reassignment(models.Model):
    """The proposal to give a task to another office, which accepts or refuses it.

    Without ``participation`` it is the lead; with one, that office's contribution.
    """

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="reassignments"
    )
    participation = models.ForeignKey(
        Participation,
        verbose_name=_("contributing office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reassignments",
    )
    from_office = models.ForeignKey(Office, verbose_name=_("from office"), on_delete=models.PROTECT, related_name="+")
    to_office = models.ForeignKey(Office, verbose_name=_("to office"), on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(
        _("state"), max_length=10, choices=ReassignmentState.choices, default=ReassignmentState.PROPOSED
    )
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("reassignment")
        verbose_name_plural = _("reassignments")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["update"],
                condition=Q(state="proposed", participation__isnull=True),
                name="reassignment_open_once",
            ),
            models.UniqueConstraint(
                fields=["participation"],
                condition=Q(state="proposed", participation__isnull=False),
                name="contribution_reassignment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update}: {self.from_office} → {self.to_office}"
