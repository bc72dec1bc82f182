"""What contributing offices supply."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from offices.models import Office
from workflow.models.scales import EntryKind, ImplementationStatus
from workflow.models.updates import StatusUpdate
from workflow.models.written_once import WrittenOnce


class ParticipationState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("contribution", "not there yet")
    DELIVERED = "delivered", pgettext_lazy("contribution", "there")
    NIL_RETURN = "nil_return", pgettext_lazy("contribution", "nil return")
    SKIPPED = "skipped", pgettext_lazy("contribution", "went on without it")


class Participation(models.Model):
    """An office that contributes to a run, and whether it has.

    ``office_label`` is the name of the time; ``contribution`` is the newest one. ``skipped_by`` went on without it.
    """

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="participations"
    )
    office = models.ForeignKey(
        Office, verbose_name=_("contributing office"), on_delete=models.PROTECT, related_name="participations"
    )
    office_label = models.CharField(_("contributing office at the time"), max_length=230)
    state = models.CharField(
        _("state"), max_length=12, choices=ParticipationState.choices, default=ParticipationState.ASKED
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    contribution = models.ForeignKey(
        "workflow.Contribution",
        verbose_name=_("newest contribution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("went on without it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    skipped_at = models.DateTimeField(_("went on without it at"), null=True, blank=True)

    class Meta:
        verbose_name = _("contributing office")
        verbose_name_plural = _("contributing offices")
        constraints = [models.UniqueConstraint(fields=["update", "office"], name="participation_once")]

    def __str__(self) -> str:
        return self.office_label

    @property
    def is_open(self) -> bool:
        return self.state == ParticipationState.ASKED


class Contribution(WrittenOnce):
    """What a contributing office handed in: texts and measures, or a nil return with its reason. Never changed."""

    participation = models.ForeignKey(
        Participation, verbose_name=_("contributing office"), on_delete=models.PROTECT, related_name="contributions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices, default=EntryKind.REPORT)
    done = models.TextField(_("what was done"), blank=True)
    worked = models.TextField(_("what worked"), blank=True)
    did_not_work = models.TextField(_("what did not work"), blank=True)
    overlooked = models.TextField(_("what was overlooked"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    nil_reason = models.TextField(_("reason for the nil return"), blank=True)
    office_label = models.CharField(_("handed in by office"), max_length=230)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("handed in by"), on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    written_at = models.DateTimeField(_("handed in"))

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["participation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "number"], name="contribution_number_once"),
            models.CheckConstraint(condition=~Q(kind="unchanged"), name="contribution_is_report_or_nil_return"),
            models.CheckConstraint(
                condition=~Q(kind="nil_return") | ~Q(nil_reason=""), name="nil_contribution_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation}, {self.number}"


class ContributedMeasure(WrittenOnce):
    """A concrete measure (Maßnahme) that a contribution names."""

    contribution = models.ForeignKey(
        Contribution, verbose_name=_("contribution"), on_delete=models.PROTECT, related_name="measures"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("measure"), max_length=300)
    status = models.CharField(_("status"), max_length=20, choices=ImplementationStatus.choices, blank=True)
    responsible = models.CharField(_("who"), max_length=200, blank=True)
    period = models.CharField(_("until or period"), max_length=120, blank=True)
    funding = models.CharField(_("funding"), max_length=300, blank=True)
    partners = models.CharField(_("partners"), max_length=300, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("measure of a contribution")
        verbose_name_plural = _("measures of contributions")
        ordering = ["contribution", "position"]

    def __str__(self) -> str:
        return self.title
