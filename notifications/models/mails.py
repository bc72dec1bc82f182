"""The outbox: every mail is a row before it is sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    DUE = "due", _("waiting")
    CLAIMED = "claimed", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    WITHDRAWN = "withdrawn", _("no longer needed")
    UNKNOWN = "unknown", _("possibly delivered")


class MailKind(models.TextChoices):
    OPENING = "opening", _("request to an office")
    REMINDER = "reminder", _("reminder")
    INVITATION = "invitation", _("invitation")
    SIGN_IN_CODE = "sign_in_code", _("sign-in code")
    RETURNED = "returned", _("returned for revision")
    DEPUTY = "deputy", _("standing in")
    ACCOUNT = "account", _("account")
    NUDGE = "nudge", _("reminder by somebody")
    SIGN_REQUEST = "sign_request", _("request for a signature")
    REASSIGNMENT = "reassignment", _("request to take over")
    EXTENSION = "extension", _("decision on an extension")
    COURSE = "course", _("change of course")
    ASSIGNED = "assigned", _("new task")
    APPROVED = "approved", _("approval")
    PUBLISHED = "published", _("publication")
    MENTION = "mention", _("comment that names somebody")
    WEEKLY = "weekly", _("weekly summary")
    CIRCULAR = "circular", _("mail to a selection")
    LETTER = "letter", _("letter to a department")
    VOICE = "voice", _("report by a visitor")


class Mail(models.Model):
    """One mail to one address: due → claimed → sent, or back to due with a later try, or failed, or withdrawn.

    What may have been handed over (``possibly_double``) keeps its words and its notices and is sent again as it is;
    ``unknown`` ends such a mail where that is no longer possible.

    (``kind``, ``recipient``, ``key``) is unique: whoever plans the same mail twice gets the same row. A mail that is
    sent once more is a row of its own with a Message-ID of its own (``resend_of`` names the first, ``wanted_by`` who
    asked for it). ``message_id`` is fixed before the first attempt, so that a mail sent twice after a crash can be
    recognised. A mail without ``composed_at`` has no words yet: it bundles notices, and is written just before it is
    first sent. It is withdrawn if nothing is left to say by then. ``bounced_at``: a bounce has come back after it was
    sent. Bodies that carry a secret are cleared once the mail is sent or given up; a mail still waiting at
    ``obsolete_at`` is given up, because what it says no longer holds: its code or link has expired, its day is over.
    ``unsubscribe_url`` switches its kind of news off without signing in; empty for what cannot be switched off.
    Answers go to ``reply_to``, without one to the service's contact address. ``speaks_of`` is where a composer notes
    what its words are about.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=MailKind.choices)
    recipient = models.EmailField(_("to"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mails",
    )
    key = models.CharField(_("key"), max_length=120)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    secret = models.BooleanField(_("carries a secret"), default=False)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=MailState.choices, default=MailState.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("planned"))
    next_try_at = models.DateTimeField(_("next try"))
    obsolete_at = models.DateTimeField(_("no use after"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    composed_at = models.DateTimeField(_("written"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True)
    resend_of = models.ForeignKey(
        "self", verbose_name=_("sent again"), null=True, blank=True, on_delete=models.PROTECT, related_name="resends"
    )
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent again at the wish of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    possibly_double = models.BooleanField(_("possibly sent twice"), default=False)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    speaks_of = models.JSONField(_("speaks of"), default=dict, blank=True, editable=False)
    unsubscribe_url = models.CharField(_("address to switch it off"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "recipient", "key"], name="mail_once")]
        indexes = [
            models.Index(
                fields=["state", "next_try_at"], condition=Q(state__in=["due", "claimed"]), name="mail_waiting"
            ),
            models.Index(fields=["-created_at", "-id"], name="mail_newest"),
        ]

    def __str__(self) -> str:
        return self.subject


class MailTopic(models.Model):
    """What a mail is about, for example ``update:12``: so that a page can show every mail about its subject."""

    mail = models.ForeignKey(Mail, verbose_name=_("mail"), on_delete=models.PROTECT, related_name="topics")
    topic = models.CharField(_("topic"), max_length=60)

    class Meta:
        verbose_name = _("topic of a mail")
        verbose_name_plural = _("topics of mails")
        constraints = [models.UniqueConstraint(fields=["topic", "mail"], name="mail_topic_once")]

    def __str__(self) -> str:
        return self.topic
