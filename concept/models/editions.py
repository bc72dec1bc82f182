"""Editions of the integration concept with their fields, goals and recommendations."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def is_public_on(day: datetime.date) -> Q:
    """The condition that visitors may know of an edition: it is published, and adopted by then."""
    return (Q(adopted_on__isnull=True) | Q(adopted_on__lte=day)) & Q(published_at__isnull=False)


class ConceptEditionQuerySet(models.QuerySet["ConceptEdition"]):
    def public(self, today: datetime.date) -> "ConceptEditionQuerySet":
        """Return the editions that visitors may know of."""
        return self.filter(is_public_on(today))


class ConceptEdition(models.Model):
    """One version of the concept. Fields, goals and recommendations belong to exactly one edition.

    Imported or made in the back office, it is in the making, and nobody outside sees it. It becomes public when a
    coordinator publishes it with the day of its adoption (``concept.services.editions``), from that day on. Taken back,
    it is as if in the making again, but visitors read ``withdrawal_note`` where it was: ``withdrawn_at`` is when they
    read it last; it stays when it is public again and says then that it had been away.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("publication taken back"), null=True, blank=True, editable=False)
    withdrawal_note = models.TextField(_("why it was taken back"), blank=True, editable=False)
    description = models.TextField(_("description"), blank=True)
    predecessor = models.ForeignKey(
        "self",
        verbose_name=_("edition before"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
    )

    objects = ConceptEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of the concept")
        verbose_name_plural = _("editions of the concept")
        ordering = ["-adopted_on", "-pk"]

    def __str__(self) -> str:
        return self.name

    def is_public_on(self, day: datetime.date) -> bool:
        """Whether visitors may know of it, as ``ConceptEditionQuerySet.public``."""
        return self.published_at is not None and (self.adopted_on is None or self.adopted_on <= day)


class ActionField(models.Model):
    """A field of action (Handlungsfeld) of an edition, in printed order."""

    edition = models.ForeignKey(
        ConceptEdition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="fields"
    )
    number = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("in one sentence"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("field of action")
        verbose_name_plural = _("fields of action")
        ordering = ["edition", "position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"],
                name="field_number_once",
                violation_error_message=_("Another field of this edition has this number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class Goal(models.Model):
    """A goal (Ziel) of a field of action that its recommendations serve."""

    field = models.ForeignKey(
        ActionField, verbose_name=_("field of action"), on_delete=models.PROTECT, related_name="goals"
    )
    number = models.CharField(_("number"), max_length=20)
    text = models.CharField(_("goal"), max_length=500)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["field", "position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["field", "number"],
                name="goal_number_once",
                violation_error_message=_("Another goal of this field has this number."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}".strip()


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def current(self) -> "RecommendationQuerySet":
        """Return the recommendations that still belong to their edition."""
        return self.filter(ended_on__isnull=True)


class Recommendation(models.Model):
    """A recommended action (Handlungsempfehlung): the item whose status is reported.

    ``key`` stays the same for as long as the edition exists and identifies the row when a file is imported again;
    ``number`` is what is printed and may change. ``edition`` repeats the goal's edition so that the database can
    keep both unique; ``concept.services.imports`` writes both.
    """

    edition = models.ForeignKey(
        ConceptEdition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="recommendations"
    )
    goal = models.ForeignKey(Goal, verbose_name=_("goal"), on_delete=models.PROTECT, related_name="recommendations")
    key = models.CharField(_("id"), max_length=40)
    number = models.CharField(_("number"), max_length=20)
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    rationale = models.TextField(_("rationale"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    ended_on = models.DateField(
        _("ended on"), null=True, blank=True, help_text=_("The recommendation left the edition on this day.")
    )

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["edition", "position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "key"],
                name="recommendation_key_once",
                violation_error_message=_("Another recommendation of this edition has this id."),
            ),
            models.UniqueConstraint(
                fields=["edition", "number"],
                condition=Q(ended_on__isnull=True),
                name="recommendation_number_once",
                violation_error_message=_("Another recommendation of this edition has this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
