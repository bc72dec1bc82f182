"""What the mail server allows: addresses that it refuses, and how many mails a minute it takes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.mails import Mail


class PausedAddress(models.Model):
    """An address that was refused for good, or from which a bounce came back; nothing is sent there until it is ended.

    Mails to it wait. ``mail`` is the one that showed it.
    """

    address = models.EmailField(_("address"))
    reason = models.CharField(_("reason"), max_length=300)
    mail = models.ForeignKey(
        Mail, verbose_name=_("mail"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("paused address")
        verbose_name_plural = _("paused addresses")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["address"], condition=Q(ended_at__isnull=True), name="address_paused_once")
        ]

    def __str__(self) -> str:
        return self.address


class SendingMinute(models.Model):
    """How many mails were handed to the mail server within one minute, over all workers."""

    minute = models.DateTimeField(_("minute"), unique=True)
    used = models.PositiveIntegerField(_("mails"), default=0)

    class Meta:
        verbose_name = _("minute of sending")
        verbose_name_plural = _("minutes of sending")

    def __str__(self) -> str:
        return f"{self.minute}: {self.used}"
