"""When a cycle reminds whom, and what is put before a department."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models import Mail
from offices.models import Office
from workflow.models.cycles import ReportingCycle


class ReminderPolicy(models.Model):
    """When a cycle reminds of its deadlines; a cycle without one keeps the default (``workflow.reminding.Policy``).

    ``before`` and ``after`` are days, ``every`` the days after which the last step repeats. ``head_after``,
    ``coordinator_after`` and ``department_after`` are days overdue; empty means never. ``introduction`` stands above
    the reminders of this cycle.
    """

    cycle = models.OneToOneField(
        ReportingCycle, verbose_name=_("cycle"), on_delete=models.PROTECT, related_name="reminder_policy"
    )
    before = models.JSONField(_("days before"), default=list)
    on_the_day = models.BooleanField(_("on the day"), default=True)
    after = models.JSONField(_("days after"), default=list)
    every = models.PositiveSmallIntegerField(_("then every so many days"), null=True, blank=True)
    head_after = models.PositiveSmallIntegerField(_("head of office after"), null=True, blank=True)
    coordinator_after = models.PositiveSmallIntegerField(_("coordinators after"), null=True, blank=True)
    department_after = models.PositiveSmallIntegerField(_("department after"), null=True, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("changed by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("reminder policy")
        verbose_name_plural = _("reminder policies")

    def __str__(self) -> str:
        return str(self.cycle)


class LetterState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    RELEASED = "released", _("released")
    DECLINED = "declined", _("not sent")
    SETTLED = "settled", _("no longer needed")


class DepartmentLetter(models.Model):
    """A letter to a department about what its offices owe for long; proposed by the service, released by a coordinator.

    ``items`` are the ids of the overdue tasks that it names, ``due_dates`` says by id since when: what was sent or
    declined is not proposed again for the same date. Released, ``text`` is what was sent; ``mail`` is the first, if
    there are several recipients. Declined, ``reason`` says why; settled, nothing was overdue any more. One is proposed
    at a time for each department and cycle. ``department`` is empty where an office belongs to none: then the
    coordinator learns that there is nobody to write to, and ``office`` names it.
    """

    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("cycle"), on_delete=models.PROTECT, related_name="department_letters"
    )
    department = models.ForeignKey(
        Office, verbose_name=_("department"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    office = models.ForeignKey(
        Office, verbose_name=_("office"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    items = models.JSONField(_("overdue tasks"), default=list)
    due_dates = models.JSONField(_("due dates"), default=dict)
    text = models.TextField(_("text"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LetterState.choices, default=LetterState.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    mail = models.ForeignKey(
        Mail, verbose_name=_("mail"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("letter to a department")
        verbose_name_plural = _("letters to departments")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "department"],
                condition=Q(state="proposed", department__isnull=False),
                name="letter_proposed_once",
            ),
            models.UniqueConstraint(
                fields=["cycle", "office"],
                condition=Q(state="proposed", department__isnull=True),
                name="letter_proposed_once_per_office",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department or self.office}: {self.cycle}"

    @property
    def is_proposed(self) -> bool:
        return self.state == LetterState.PROPOSED
