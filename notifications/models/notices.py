"""What mails are about, one row for each thing that somebody is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.mails import Mail
from notifications.models.preferences import NewsKind


class NoticeKind(models.TextChoices):
    TASK = "task", _("own task")
    HEAD = "head", _("copy to the head of office")
    COORDINATION = "coordination", _("copy to the coordinators")
    QUEUE = "queue", _("queue of the Arbeitsgruppe")
    LETTER = "letter", _("proposed letter to a department")
    NEWS = "news", _("news")
    DUTY = "duty", _("task of the coordinators beside the flow")


class Notice(models.Model):
    """One thing that one person, or one office's mailbox, is told: once for each step of a deadline.

    (``kind``, ``addressee``, ``about``, ``due_on``, ``step``, ``repeat``) is unique, so that a second run or a second
    machine tells nobody twice, and a new deadline starts its steps anew. ``addressee`` is ``p:12`` for the person 12
    and ``o:7`` for the mailbox of office 7. ``about`` names the thing (``item:12``, ``queue:3``, the key of a piece of
    news). ``step`` counts days from ``due_on``: -3 is three days before it; what goes on every so many days counts its
    ``repeat``. News has the day on which it happened as ``due_on``, its kind in ``news``, and its words in ``line``
    and ``link``.

    ``mail`` is the mail that bundles it, empty while it waits for the next daily one. ``dropped_at``: it was done
    before the mail went out, and the mail does not speak of it. ``for_whom`` is the absent person whose deputy is told.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind.choices)
    addressee = models.CharField(_("addressee"), max_length=24)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
        db_index=False,
    )
    for_whom = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("in place of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    about = models.CharField(_("about"), max_length=120)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    due_on = models.DateField(_("date"))
    step = models.SmallIntegerField(_("days from the date"), default=0)
    repeat = models.PositiveSmallIntegerField(_("repeat"), default=0)
    # A default in the database: the planner writes its notices by statements of its own.
    news = models.CharField(_("news"), max_length=20, choices=NewsKind.choices, blank=True, default="", db_default="")
    line = models.CharField(_("words"), max_length=400, blank=True)
    link = models.CharField(_("address"), max_length=300, blank=True)
    mail = models.ForeignKey(
        Mail, verbose_name=_("mail"), null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    created_at = models.DateTimeField(_("planned"))
    dropped_at = models.DateTimeField(_("done before it was sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["addressee", "about", "kind", "due_on", "step", "repeat"], name="notice_once"
            ),
        ]
        indexes = [
            models.Index(fields=["topic"], condition=~Q(topic=""), name="notice_topic"),
            models.Index(
                fields=["addressee"], condition=Q(mail__isnull=True, dropped_at__isnull=True), name="notice_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"
