"""Status updates: what becomes of one recommendation in one cycle."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process

from concept.models import Recommendation
from offices.models import Office
from workflow.models.cycles import ReportingCycle
from workflow.models.scales import OPEN_STATES, UpdateState


class StatusProcess(Process):
    """The engine's record of a run, as a proxy: no table of its own, no join."""

    class Meta:
        proxy = True
        verbose_name = _("status update")
        # The engine adds "manage" when it is imported; migrations only see what is declared here.
        default_permissions = ("add", "change", "delete", "view", "manage")


class StatusUpdate(models.Model):
    """One run: the update of one recommendation in one cycle.

    The engine owns the control state; ``state`` repeats it for the board and is written by the services alone.
    ``lead_office_label`` and ``due_on`` are as of this run, whatever becomes of office and cycle later.
    ``submitted`` is the newest handed-in revision, ``approved`` the one that may be published. ``state_note`` is what
    somebody gave as the reason for the state, if it needed one. While a published entry is being corrected,
    ``correction_note`` is what visitors will read about it; the text that was approved before stays public meanwhile.
    An approved entry that was taken off the public pages has ``withdrawn_at``; visitors read ``withdrawal_note``
    instead, until it is restored or a correction is approved. ``restored_at`` is when it was restored last.
    """

    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="updates"
    )
    recommendation = models.ForeignKey(
        Recommendation, verbose_name=_("recommendation"), on_delete=models.PROTECT, related_name="updates"
    )
    process = models.OneToOneField(
        Process,
        verbose_name=_("process"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="status_update",
        editable=False,
    )
    lead_office = models.ForeignKey(
        Office, verbose_name=_("lead office"), on_delete=models.PROTECT, related_name="led_updates"
    )
    lead_office_label = models.CharField(_("lead office at the time"), max_length=230)
    state = models.CharField(_("state"), max_length=12, choices=UpdateState.choices, default=UpdateState.REQUESTED)
    state_since = models.DateTimeField(_("in this state since"))
    state_note = models.TextField(_("why it is in this state"), blank=True)
    due_on = models.DateField(_("due on"))
    submitted = models.ForeignKey(
        "workflow.Revision",
        verbose_name=_("version handed in last"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    approved = models.ForeignKey(
        "workflow.Revision",
        verbose_name=_("approved version"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    correction_note = models.TextField(_("note on the correction under way"), blank=True)
    withdrawn_at = models.DateTimeField(_("no longer public since"), null=True, blank=True)
    withdrawal_note = models.TextField(_("what visitors read instead"), blank=True)
    restored_at = models.DateTimeField(_("public again since"), null=True, blank=True)
    history_count = models.PositiveIntegerField(_("number of events"), default=0, editable=False)
    history_head = models.CharField(_("checksum of the last event"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("status update")
        verbose_name_plural = _("status updates")
        ordering = ["cycle", "recommendation"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "recommendation"], name="update_once_per_cycle"),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved__isnull=False), name="approved_update_has_a_revision"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | (Q(approved__isnull=False) & ~Q(withdrawal_note="")),
                name="withdrawn_update_has_a_note",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "state", "due_on", "state_since"], name="update_board"),
            models.Index(fields=["lead_office", "cycle"], name="update_of_office"),
            # Holds all that the board's figures need: they come from the index alone, already in groups.
            models.Index(
                fields=[
                    "cycle",
                    "state",
                    "lead_office",
                    "lead_office_label",
                    "due_on",
                    "state_since",
                    "history_count",
                ],
                name="update_figures",
            ),
            # Tells in which cycles work is open.
            models.Index(fields=["cycle"], condition=Q(state__in=OPEN_STATES), name="update_open"),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation} ({self.cycle.period_label})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES
