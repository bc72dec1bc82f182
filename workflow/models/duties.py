"""Duties beside the flow: what other rooms put on the coordinators' desk, with a deadline."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Duty(models.Model):
    """Something that coordinators have to do until a day, put there by ``workflow.duties``.

    ``source`` names what it is about (``barrier:17``) and is unique, so that putting it there twice makes one duty;
    ``link`` is the address of the page on which it is done. It ends by being done, never by deletion.
    """

    source = models.CharField(_("about"), max_length=60, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    link = models.CharField(_("address"), max_length=200)
    due_on = models.DateField(_("due on"))
    created_at = models.DateTimeField(_("created"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_at__isnull=True), name="duty_open")]

    def __str__(self) -> str:
        return self.title
