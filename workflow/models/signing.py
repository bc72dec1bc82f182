"""Signatures before the review: contributing offices co-sign, the head of the lead office signs off."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from offices.models import Office
from workflow.models.texts import Revision
from workflow.models.written_once import WrittenOnce


class CoSignatureState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("co-signature", "asked")
    SIGNED = "signed", pgettext_lazy("co-signature", "co-signed")
    OBJECTED = "objected", pgettext_lazy("co-signature", "objected")
    SILENT = "silent", pgettext_lazy("co-signature", "silent, counts as consent")
    WAIVED = "waived", pgettext_lazy("co-signature", "went on without it")
    VOID = "void", pgettext_lazy("co-signature", "no longer needed")


class CoSignature(models.Model):
    """The co-signature (Mitzeichnung) of one office on one revision; answered once, by a conditional update.

    ``comment`` is the objection or the reason for going on without. ``void`` ends a question whose revision went back.
    ``silence_is_consent`` is what the cycle said when the office was asked.
    """

    revision = models.ForeignKey(
        Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="co_signatures"
    )
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="co_signatures")
    office_label = models.CharField(_("office at the time"), max_length=230)
    state = models.CharField(
        _("state"), max_length=10, choices=CoSignatureState.choices, default=CoSignatureState.ASKED
    )
    due_on = models.DateField(_("due on"))
    silence_is_consent = models.BooleanField(_("silence counts as consent"), default=False)
    comment = models.TextField(_("comment"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        ordering = ["revision", "office_label"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "office"], name="co_signature_once"),
            models.CheckConstraint(condition=~Q(state="objected") | ~Q(comment=""), name="objection_has_a_reason"),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="asked"), name="co_signature_waiting")]

    def __str__(self) -> str:
        return f"{self.revision}: {self.office_label}"


class SignOffDecision(models.TextChoices):
    SIGNED = "signed", pgettext_lazy("sign-off", "signed")
    RETURNED = "returned", pgettext_lazy("sign-off", "returned")
    WAIVED = "waived", pgettext_lazy("sign-off", "went on without it")


class SignOff(WrittenOnce):
    """The final signature (Schlusszeichnung) of the lead office on one revision, or its return: one per revision."""

    revision = models.OneToOneField(
        Revision, verbose_name=_("version"), on_delete=models.PROTECT, related_name="sign_off"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=SignOffDecision.choices)
    comment = models.TextField(_("comment"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        constraints = [
            models.CheckConstraint(condition=Q(decision="signed") | ~Q(comment=""), name="unsigned_entry_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.get_decision_display()}"
