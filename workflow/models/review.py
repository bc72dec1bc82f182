"""What the Arbeitsgruppe says and decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.models.cycles import ReportingCycle
from workflow.models.texts import Revision
from workflow.models.written_once import WrittenOnce


class Sitting(models.Model):
    """A sitting of the Arbeitsgruppe: the chair decides on entries in the presence of ``participants``.

    Closing it freezes the minutes: a PDF with its SHA-256, which name the decisions and who was there.
    """

    cycle = models.ForeignKey(
        ReportingCycle, verbose_name=_("reporting cycle"), on_delete=models.PROTECT, related_name="sittings"
    )
    held_on = models.DateField(_("held on"))
    chaired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("chaired by"), on_delete=models.PROTECT, related_name="+"
    )
    participants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("present"), related_name="+", blank=True
    )
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    minutes = models.BinaryField(_("minutes"), blank=True, default=bytes)
    minutes_sha256 = models.CharField(_("checksum of the minutes"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(closed_at__isnull=True),
                name="sitting_open_once",
                violation_error_message=_("A sitting of this cycle is open already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.held_on}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


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
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sitting = models.ForeignKey(
        Sitting, verbose_name=_("sitting"), null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return f"{self.revision}: {self.get_decision_display()}"


class ReviewVote(WrittenOnce):
    """What a member of the Arbeitsgruppe recommends for a revision, where the chair decides: one per person."""

    revision = models.ForeignKey(Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="votes")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decision = models.CharField(_("vote"), max_length=10, choices=Decision.choices)
    voted_at = models.DateTimeField(_("voted"))

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["revision", "voted_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["revision", "person"], name="vote_once_per_person")]

    def __str__(self) -> str:
        return f"{self.revision}, {self.person}: {self.get_decision_display()}"


class ReviewComment(WrittenOnce):
    """What the Arbeitsgruppe asks, on the whole entry (``field`` empty), a field, or a few words of it.

    ``quote`` are the marked words and ``start`` their offset in the field's text; both are empty for the whole field.
    """

    revision = models.ForeignKey(Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="comments")
    field = models.CharField(_("passage"), max_length=30, blank=True)
    quote = models.TextField(_("marked words"), blank=True)
    start = models.PositiveIntegerField(_("place of the marked words"), null=True, blank=True)
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


class CommentAnswer(WrittenOnce):
    """An answer to a comment; the newest one's ``resolved`` says whether the comment is done with."""

    comment = models.ForeignKey(
        ReviewComment, verbose_name=_("comment"), on_delete=models.PROTECT, related_name="answers"
    )
    text = models.TextField(_("answer"), blank=True)
    resolved = models.BooleanField(_("done with"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("answer to a comment")
        verbose_name_plural = _("answers to comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
