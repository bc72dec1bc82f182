"""What lies on a desk."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Task

from offices.models import Office
from workflow.models.contributions import Participation
from workflow.models.updates import StatusUpdate


class WorkStep(models.TextChoices):
    WRITE = "write", _("write the status update")
    REWORK = "rework", _("rework the status update")
    CONTRIBUTE = "contribute", _("contribute to the status update")
    CO_SIGN = "co_sign", _("co-sign the status update")
    SIGN = "sign", _("sign the status update")
    REVIEW = "review", _("review the status update")
    TAKE_OVER = "take_over", _("answer whether the office takes over")
    DECIDE_EXTENSION = "decide_extension", _("decide on an extension")


WRITING_STEPS = (WorkStep.WRITE, WorkStep.REWORK)
"""The steps in which the lead office writes."""

CITY_STEPS = (WorkStep.REVIEW, WorkStep.DECIDE_EXTENSION)
"""Steps that belong to no office: the Arbeitsgruppe reviews, coordinators decide on extensions."""


class WorkItem(models.Model):
    """The inbox's own projection: one row per human task of the engine and office, kept by the flow's hooks.

    ``asked_on`` is the day on which it was put on the desk, or given another date: people heard of it then, and are
    reminded only at steps whose day lies after it. ``office`` is the office that has to act; empty for what belongs to
    no office (``CITY_STEPS``). A step that several offices do together (co-signing) has a row for each. Duties beside
    the flow (``take_over``, ``decide_extension``) have no ``task``. ``participation`` is the contribution that it is
    about, if it is about one.
    """

    task = models.ForeignKey(
        Task,
        verbose_name=_("engine task"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_items",
    )
    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="work_items"
    )
    step = models.CharField(_("step"), max_length=20, choices=WorkStep.choices)
    office = models.ForeignKey(
        Office,
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_items",
        # SQLite would prefer the column's own index to that of the inbox, and read every row.
        db_index=False,
    )
    participation = models.ForeignKey(
        Participation,
        verbose_name=_("contribution of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="work_items",
    )
    due_on = models.DateField(_("due on"))
    asked_on = models.DateField(_("asked on"))
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "office"], name="work_item_once_per_office"),
            models.UniqueConstraint(
                fields=["task"], condition=Q(office__isnull=True), name="work_item_once_for_the_city"
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "due_on", "step", "is_open"], condition=Q(is_open=True), name="work_item_inbox"
            ),
            models.Index(fields=["step", "due_on"], condition=Q(is_open=True), name="work_item_queue"),
            models.Index(fields=["update"], condition=Q(is_open=True), name="work_item_of_update"),
            # Calendars show for a while what an office has done.
            models.Index(fields=["office"], condition=Q(is_open=False), name="work_item_done"),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.update}"
