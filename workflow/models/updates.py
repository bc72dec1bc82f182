"""Status updates: what becomes of one recommendation in one cycle."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process, Task

from concept.models import Recommendation
from offices.models import Office
from workflow.models.cycles import ReportingCycle
from workflow.models.scales import (
    OPEN_STATES,
    EntryKind,
    ImplementationStatus,
    Outlook,
    UpdateState,
)
from workflow.models.written_once import WrittenOnce


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
    ``submitted`` is the newest handed-in revision, ``approved`` the one that may be published.
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
        ]
        indexes = [
            models.Index(fields=["cycle", "state", "due_on", "state_since"], name="update_board"),
            models.Index(fields=["lead_office", "cycle"], name="update_of_office"),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation} ({self.cycle.period_label})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Participation(models.Model):
    """An office that contributes to a run, as of its opening."""

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="participations"
    )
    office = models.ForeignKey(
        Office, verbose_name=_("contributing office"), on_delete=models.PROTECT, related_name="participations"
    )
    office_label = models.CharField(_("contributing office at the time"), max_length=230)

    class Meta:
        verbose_name = _("contributing office")
        verbose_name_plural = _("contributing offices")
        constraints = [models.UniqueConstraint(fields=["update", "office"], name="participation_once")]

    def __str__(self) -> str:
        return self.office_label


class Draft(models.Model):
    """What one person has written and not handed in yet. ``version`` grows with each save."""

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="drafts"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="drafts"
    )
    content = models.JSONField(_("content"), default=dict)
    version = models.PositiveIntegerField(_("saved so many times"), default=1)
    based_on = models.ForeignKey(
        "workflow.Revision",
        verbose_name=_("based on version"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["update", "person"], name="draft_once_per_person")]

    def __str__(self) -> str:
        return f"{self.update}, {self.person}"


class Revision(WrittenOnce):
    """A handed-in text; never changed afterwards, neither it nor its measures.

    ``unchanged`` repeats the confirmed entry's status and points to it by ``confirms``; a nil return gives its
    reason and keeps the status of the entry before, if there is one. Outlook and internal note are for the
    working group and never leave it.
    """

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices, default=EntryKind.REPORT)
    implementation_status = models.CharField(
        _("implementation status"), max_length=20, choices=ImplementationStatus.choices
    )
    status_reason = models.TextField(_("reason"), blank=True)
    outlook = models.CharField(_("outlook"), max_length=10, choices=Outlook.choices, blank=True)
    done = models.TextField(_("what was done"), blank=True)
    worked = models.TextField(_("what worked"), blank=True)
    did_not_work = models.TextField(_("what did not work"), blank=True)
    overlooked = models.TextField(_("what was overlooked"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    next_step_on = models.DateField(_("next step until"), null=True, blank=True)
    internal_note = models.TextField(_("internal note"), blank=True)
    nil_reason = models.TextField(_("reason for the nil return"), blank=True)
    confirms = models.ForeignKey(
        "self",
        verbose_name=_("confirms version"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="confirmed_by",
    )
    office_label = models.CharField(_("handed in by office"), max_length=230)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed in by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    submitted_at = models.DateTimeField(_("handed in"))

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["update", "number"]
        constraints = [
            models.UniqueConstraint(fields=["update", "number"], name="revision_number_once"),
            models.CheckConstraint(condition=~Q(kind="nil_return") | ~Q(nil_reason=""), name="nil_return_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind="unchanged") | Q(confirms__isnull=False), name="unchanged_confirms_an_entry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update}, {self.number}"


class Measure(WrittenOnce):
    """A concrete measure (Maßnahme) that a revision names."""

    revision = models.ForeignKey(Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("measure"), max_length=300)
    status = models.CharField(_("status"), max_length=20, choices=ImplementationStatus.choices, blank=True)
    responsible = models.CharField(_("who"), max_length=200, blank=True)
    period = models.CharField(_("until or period"), max_length=120, blank=True)
    funding = models.CharField(_("funding"), max_length=300, blank=True)
    partners = models.CharField(_("partners"), max_length=300, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["revision", "position"]

    def __str__(self) -> str:
        return self.title


class Decision(models.TextChoices):
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")


class Review(WrittenOnce):
    """The decision of the Arbeitsgruppe on one revision: one per revision."""

    revision = models.OneToOneField(
        Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="review"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return f"{self.revision}: {self.get_decision_display()}"


class ReviewComment(WrittenOnce):
    """What the Arbeitsgruppe asks, on the whole entry (``field`` empty) or on one of its fields."""

    revision = models.ForeignKey(Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="comments")
    field = models.CharField(_("passage"), max_length=30, blank=True)
    text = models.TextField(_("comment"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class WorkStep(models.TextChoices):
    WRITE = "write", _("write the status update")
    REWORK = "rework", _("rework the status update")
    REVIEW = "review", _("review the status update")


class WorkItem(models.Model):
    """The inbox's own projection: one row per human task of the engine, kept by the flow's hooks.

    ``office`` is the office that has to act; empty for the Arbeitsgruppe's reviews.
    """

    task = models.OneToOneField(Task, verbose_name=_("engine task"), on_delete=models.PROTECT, related_name="work_item")
    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="work_items"
    )
    step = models.CharField(_("step"), max_length=10, choices=WorkStep.choices)
    office = models.ForeignKey(
        Office, verbose_name=_("office"), null=True, blank=True, on_delete=models.PROTECT, related_name="work_items"
    )
    due_on = models.DateField(_("due on"))
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["office", "due_on"], condition=Q(is_open=True), name="work_item_inbox"),
            models.Index(fields=["step", "due_on"], condition=Q(is_open=True), name="work_item_queue"),
            models.Index(fields=["update"], condition=Q(is_open=True), name="work_item_of_update"),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.update}"
