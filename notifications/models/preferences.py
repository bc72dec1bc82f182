"""How somebody wants to hear of what happens."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NewsKind(models.TextChoices):
    """What people can be told of when it happens. Reminders of deadlines are not news: they always come."""

    ASSIGNED = "assigned", _("A new task is on my desk")
    RETURNED = "returned", _("A text comes back to us")
    SIGNATURE = "signature", _("My signature is asked for")
    REASSIGNED = "reassigned", _("A task changes hands")
    EXTENSION = "extension", _("More time is asked for or decided on")
    APPROVED = "approved", _("A text of ours is approved")
    PUBLISHED = "published", _("A text of ours is published")
    MENTION = "mention", _("A comment names me")
    COURSE = "course", _("A task ends or begins anew")
    WEEKLY = "weekly", _("Weekly summary")


REQUIRED_NEWS = (NewsKind.ASSIGNED, NewsKind.RETURNED, NewsKind.SIGNATURE, NewsKind.REASSIGNED, NewsKind.COURSE)
"""What the cycle needs people to know: it can come once a day, but not be switched off."""

COORDINATORS_NEWS = (NewsKind.WEEKLY,)
"""What only coordinators are offered. It comes as it is or not at all: a summary is never bundled with other news."""


class Delivery(models.TextChoices):
    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    OFF = "off", _("not at all")


class MailPreference(models.Model):
    """What a person has chosen for one kind of news; without a row it comes at once."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="mail_preferences"
    )
    news = models.CharField(_("news"), max_length=20, choices=NewsKind.choices)
    delivery = models.CharField(_("delivery"), max_length=10, choices=Delivery.choices, default=Delivery.AT_ONCE)

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        constraints = [models.UniqueConstraint(fields=["person", "news"], name="mail_preference_once")]

    def __str__(self) -> str:
        return f"{self.get_news_display()}: {self.get_delivery_display()}"
