"""Texts of a run: drafts, what was handed in, and who wrote which passage."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offices.models import Office
from workflow.models.contributions import Contribution, Participation
from workflow.models.scales import EntryKind, ImplementationStatus, Outlook
from workflow.models.updates import StatusUpdate
from workflow.models.written_once import WrittenOnce


class Draft(models.Model):
    """What one person has written and not handed in yet. ``version`` grows with each save.

    With a ``participation`` it is the contribution of that office; without one, the entry of the lead office.
    """

    update = models.ForeignKey(
        StatusUpdate, verbose_name=_("status update"), on_delete=models.PROTECT, related_name="drafts"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="drafts"
    )
    participation = models.ForeignKey(
        Participation,
        verbose_name=_("contribution of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="drafts",
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
        constraints = [
            models.UniqueConstraint(
                fields=["update", "person"], condition=Q(participation__isnull=True), name="draft_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["participation", "person"],
                condition=Q(participation__isnull=False),
                name="contribution_draft_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update}, {self.person}"


class Revision(WrittenOnce):
    """A handed-in text; never changed afterwards, neither it nor its measures.

    ``unchanged`` repeats the confirmed entry's status and points to it by ``confirms``; a nil return gives its
    reason and keeps the status of the entry before, if there is one. Outlook and internal note are for the
    working group and never leave it. ``public_note`` says what a correction of a published entry changes; visitors
    read it. ``asks_for_sign_off`` is what the cycle asked for when the text was handed in.
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
    asks_for_sign_off = models.BooleanField(_("the head of the lead office signs"), default=False)
    public_note = models.TextField(_("note on the correction"), blank=True)
    office_label = models.CharField(_("handed in by office"), max_length=230)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed in by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
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
        # The pace of the last days, which the board asks for each time.
        indexes = [models.Index(fields=["submitted_at"], condition=Q(number=1), name="revision_handed_in_first")]

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


class Passage(WrittenOnce):
    """One paragraph of a revision and who wrote it; ``contribution`` is the one it was taken over from.

    ``field`` is a text of ``workflow.content`` or ``measures`` (then ``text`` is the measure's title).
    """

    revision = models.ForeignKey(Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="passages")
    field = models.CharField(_("passage"), max_length=30)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("text"))
    office = models.ForeignKey(
        Office, verbose_name=_("written by office"), on_delete=models.PROTECT, related_name="passages"
    )
    office_label = models.CharField(_("office at the time"), max_length=230)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    contribution = models.ForeignKey(
        Contribution,
        verbose_name=_("taken over from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="passages",
    )

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["revision", "field", "position"]
        constraints = [models.UniqueConstraint(fields=["revision", "field", "position"], name="passage_once")]

    def __str__(self) -> str:
        return f"{self.revision}, {self.field} {self.position}"
