"""What the offices are told of their entries, kept until they have been told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.models.texts import Revision


class AnnouncementKind(models.TextChoices):
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("public")


class Announcement(models.Model):
    """That a revision is approved, or public: written with the approval, told with all others of its ``batch``.

    Once per revision and kind, so nobody is told twice. ``told_at`` is set in the transaction that writes the mails;
    what stays without it, because a worker died, is told later.
    """

    revision = models.ForeignKey(
        Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="announcements"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AnnouncementKind.choices)
    batch = models.CharField(_("told together"), max_length=80)
    created_at = models.DateTimeField(_("written"))
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["revision", "kind"], name="announcement_once")]
        indexes = [models.Index(fields=["batch"], condition=Q(told_at__isnull=True), name="announcement_untold")]

    def __str__(self) -> str:
        return f"{self.revision}: {self.get_kind_display()}"
