"""People and the roles they hold. A person is deactivated, never deleted: the history points to them."""

import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from offices.models.offices import Office
from offices.models.validity import Validity, ValidityQuerySet


class Role(models.TextChoices):
    CLERK = "clerk", _("clerk")
    HEAD = "head", _("head of office")
    REVIEWER = "reviewer", _("member of the Arbeitsgruppe")
    CHAIR = "chair", _("chair of the Arbeitsgruppe")
    COORDINATOR = "coordinator", _("coordinator")
    READER = "reader", _("reader")
    ADMINISTRATOR = "administrator", _("administrator")


OFFICE_ROLES = (Role.CLERK, Role.HEAD)
"""Roles that a person holds in an office, not in the whole city."""

AG_ROLES = (Role.REVIEWER, Role.CHAIR)
"""Roles in the Arbeitsgruppe: who chairs it is a member of it."""


class PersonManager(BaseUserManager["Person"]):
    def create_person(self, email: str, name: str, **fields: Any) -> "Person":
        """Create a person without a password: sign-in works by a code sent to ``email``."""
        person = self.model(email=email.strip().lower(), name=name, **fields)
        person.set_unusable_password()
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who may sign in; the e-mail address is the login.

    What a person may do follows from the memberships alone (``offices.access``). ``is_superuser`` and Django's
    groups are part of the framework's interface and are never used.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Membership(Validity):
    """A role that a person holds, in an office or in the whole city, for a time."""

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    office = models.ForeignKey(
        Office,
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text=_("Needed for clerks and heads of office; for others the office they come from."),
    )

    objects = ValidityQuerySet["Membership"].as_manager()

    class Meta(Validity.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["person", "role"]
        constraints = [
            *Validity.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(role__in=[str(role) for role in OFFICE_ROLES]) | Q(office__isnull=False),
                name="membership_of_an_office",
                violation_error_message=_("This role needs an office."),
            ),
            models.UniqueConstraint(
                fields=["person", "role", "office"],
                condition=Q(valid_until__isnull=True, office__isnull=False),
                name="membership_once_per_office",
                violation_error_message=_("The person already has this role there."),
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(valid_until__isnull=True, office__isnull=True),
                name="membership_once",
                violation_error_message=_("The person already has this role."),
            ),
        ]

    def __str__(self) -> str:
        where = f", {self.office}" if self.office else ""
        return f"{self.person}: {self.get_role_display()}{where}"


class Invitation(models.Model):
    """An invitation to sign in with a role. It expires and can be sent again; accepting it creates the person.

    The link carries a random token; only its SHA-256 is kept.
    """

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    office = models.ForeignKey(
        Office, verbose_name=_("office"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invited_by = models.ForeignKey(
        Person, verbose_name=_("invited by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    token_sha256 = models.CharField(_("checksum of the token"), max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(_("sent"))
    times_sent = models.PositiveSmallIntegerField(_("times sent"), default=1)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "role", "office"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True, office__isnull=False),
                name="invitation_open_once_per_office",
            ),
            models.UniqueConstraint(
                fields=["email", "role"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True, office__isnull=True),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"

    def is_open(self, now: datetime.datetime) -> bool:
        """Return whether the invitation can still be accepted at ``now``."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
