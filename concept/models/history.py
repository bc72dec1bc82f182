"""The history of the concept: append-only events with actor, time, and what was before and after."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from concept.models.editions import ConceptEdition


class ConceptEventKind(models.TextChoices):
    IMPORTED = "imported", _("Concept imported")
    PUBLISHED = "published", _("Concept published")
    WITHDRAWN = "withdrawn", _("Publication taken back")
    CROSSWALK_IMPORTED = "crosswalk_imported", _("Crosswalk imported")
    LINK_SET = "link_set", _("Crosswalk link set")
    LINK_WITHDRAWN = "link_withdrawn", _("Crosswalk link withdrawn")


class ConceptEvent(models.Model):
    """Who changed an edition, when, and what was before and after; written in the change's own transaction.

    ``actor`` is empty for changes from the command line. ``data`` holds ids and texts of the concept, no persons.
    """

    edition = models.ForeignKey(
        ConceptEdition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("what"), max_length=20, choices=ConceptEventKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("when"))
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("event of the concept")
        verbose_name_plural = _("history of the concept")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d %H:%M})"
