"""What visitors say: feedback on a recommendation, and reports of barriers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concept.models import Recommendation


class FeedbackState(models.TextChoices):
    NEW = "new", pgettext_lazy("feedback", "new")
    PUBLISHED = "published", pgettext_lazy("feedback", "published")
    DECLINED = "declined", pgettext_lazy("feedback", "not published")
    DELETED = "deleted", pgettext_lazy("feedback", "deleted")


class Deletable(models.Model):
    """What visitors wrote, until it is deleted: then the row is left, empty, with when and by whom.

    ``deleted_by`` is empty where the time was up (``settings.VOICES_KEPT_MONTHS``). ``duty`` is how the task on the
    coordinators' desk names it.
    """

    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deleted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    kind = ""

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def duty(self) -> str:
        return f"{self.kind}:{self.pk}"


class Feedback(Deletable):
    """What a visitor says of a recommendation; others read it once a coordinator has published it.

    Nobody is asked who they are. ``answer`` is the coordinators' and public with the feedback; ``decline_reason``, why
    it is not published, is for the record alone.
    """

    kind = "feedback"

    recommendation = models.ForeignKey(
        Recommendation, verbose_name=_("recommendation"), on_delete=models.PROTECT, related_name="feedback"
    )
    text = models.TextField(_("feedback"))
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=10, choices=FeedbackState.choices, default=FeedbackState.NEW)
    answer = models.TextField(_("answer"), blank=True)
    decline_reason = models.TextField(_("why it is not published"), blank=True)
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
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state="new") | Q(decided_at__isnull=False), name="feedback_was_decided")
        ]
        indexes = [models.Index(fields=["recommendation", "state"], name="feedback_of_recommendation")]

    def __str__(self) -> str:
        return f"{self.recommendation}, {self.received_at:%d.%m.%Y}"

    @property
    def is_new(self) -> bool:
        return self.state == FeedbackState.NEW

    @property
    def is_published(self) -> bool:
        return self.state == FeedbackState.PUBLISHED

    @property
    def stand(self) -> str:
        """Differs after each decision: a page that shows an older one has not seen the last."""
        return f"{self.state}:{self.decided_at.isoformat() if self.decided_at else ''}"


class BarrierReport(Deletable):
    """A barrier that somebody met on a page; coordinators answer within six weeks.

    ``contact`` is what the person left to be answered, if anything; it is emptied once the report is answered.
    """

    kind = "barrier"

    page = models.CharField(_("page"), max_length=300, blank=True)
    text = models.TextField(_("what did not work"))
    contact = models.CharField(_("e-mail address or telephone number"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received"))
    answer = models.TextField(_("what came of it"), blank=True)
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
        verbose_name = _("report of a barrier")
        verbose_name_plural = _("reports of barriers")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.page or _('no page named')}, {self.received_at:%d.%m.%Y}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None
