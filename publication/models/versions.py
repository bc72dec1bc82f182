"""The database's own version of everything that visitors can read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublishedChange(models.Model):
    """Some change of published content; rows are written by the database's triggers (``publication.site.triggers``).

    The version is the sum of ``weight`` over all rows: it grows with every committed change, and writers never wait
    for each other. At night the rows are put together into one of the same weight.
    """

    weight = models.PositiveBigIntegerField(_("number of changes"), default=1)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of published content")
        verbose_name_plural = _("changes of published content")

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M:%S} ({self.weight})"
