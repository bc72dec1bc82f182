"""Secret addresses under which a calendar program reads somebody's deadlines."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """A person's calendar address, one at a time; only the token's SHA-256 is kept. Revoked, it answers no more.

    ``last_read_on`` is the last day on which a calendar program has fetched it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    token_sha256 = models.CharField(_("checksum of the token"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_read_on = models.DateField(_("fetched last"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at__isnull=True), name="one_calendar_feed")
        ]

    def __str__(self) -> str:
        return str(self.person)
