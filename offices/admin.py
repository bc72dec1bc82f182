"""Offices, people and their roles in the back office."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from offices.access import Desk, desk_of
from offices.admin_base import (
    BackOfficeAdmin,
    EndingForm,
    EndingInline,
    ReadOnlyAdmin,
    WholeRecordForm,
    desk_behind,
)
from offices.models import Absence, Closure, Invitation, Membership, Office, OfficeSuccession, Person, Role


class OfficeForm(WholeRecordForm):
    def clean_parent(self) -> Office | None:
        """Refuse an office above itself, also by a detour."""
        parent: Office | None = self.cleaned_data["parent"]
        above = parent
        while above is not None:
            if above.pk == self.instance.pk and self.instance.pk:
                raise ValidationError(_("An office cannot belong to itself."))
            above = above.parent
        return parent


@admin.register(Office)
class OfficeAdmin(BackOfficeAdmin):
    """An office that closes gets its last day; the number may then be given to another."""

    form = OfficeForm
    list_display = ("__str__", "kind", "parent", "mailbox", "valid_until")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("number", "name", "mailbox")
    fieldsets = (
        (None, {"fields": ("number", "name", "kind", "parent", "mailbox")}),
        (_("Validity"), {"fields": ("valid_from", "valid_until")}),
    )


class MembershipForm(EndingForm):
    """One role. Only administrators make and end administrators, and nobody ends their own administration."""

    desk: Desk

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.desk.is_administrator and not self.instance.pk:
            choices = [(value, label) for value, label in Role.choices if value != Role.ADMINISTRATOR]
            self.fields["role"] = forms.ChoiceField(label=_("role"), choices=[("", "---------"), *choices])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        role, is_own = cleaned.get("role"), self.instance.person_id == self.desk.person.pk
        if role == Role.ADMINISTRATOR and not self.desk.is_administrator:
            raise ValidationError(_("Only administrators give or end this role."))
        if role == Role.ADMINISTRATOR and is_own and "valid_until" in self.changed_data and self.instance.pk:
            raise ValidationError(_("Another administrator has to end your own role."))
        return cleaned


class MembershipFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """All roles of one person: the same role in the same office only once at a time."""

    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.forms if form.is_valid() and form.cleaned_data.get("role")]
        for number, form in enumerate(rows):
            this = _as_going_to_be(form)
            if any(this.overlaps(other) and _same(this, other) for other in map(_as_going_to_be, rows[:number])):
                form.add_error(None, _("The person already has this role there at that time."))


def _as_going_to_be(form: Any) -> Membership:
    fields = ("role", "office", "valid_from", "valid_until")
    return Membership(**{name: form.cleaned_data.get(name) for name in fields})


def _same(one: Membership, other: Membership) -> bool:
    return one.role == other.role and one.office_id == other.office_id


class MembershipInline(EndingInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fields = ("role", "office", "valid_from", "valid_until")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.desk = desk_of(request.user)  # type: ignore[attr-defined]
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("office", "person")


class PersonForm(WholeRecordForm):
    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


@admin.register(Person)
class PersonAdmin(BackOfficeAdmin):
    """People come in by invitation. Leaving, they are switched off or their roles end; they stay in the history."""

    form = PersonForm
    inlines = (MembershipInline,)
    list_display = ("name", "email", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role")
    search_fields = ("name", "email")
    fieldsets = (
        (None, {"fields": ("name", "email", "is_active")}),
        (_("From the service"), {"fields": ("created_at", "last_login")}),
    )
    readonly_fields = ("created_at", "last_login")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Coordinators do not change administrators: whoever changes an address could sign in with it."""
        desk = desk_behind(request)
        if desk is None or not self.has_view_permission(request, obj):
            return False
        if desk.is_administrator or not isinstance(obj, Person):
            return True
        return not obj.memberships.filter(role=Role.ADMINISTRATOR).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        shown = super().get_readonly_fields(request, obj)
        is_self = isinstance(obj, Person) and isinstance(request.user, Person) and obj.pk == request.user.pk
        # Whoever switches off their own account could not switch it on again.
        return (*shown, "is_active") if is_self else shown


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """To look at; invitations are sent, repeated and withdrawn on their own page."""

    list_display = ("email", "role", "office", "sent_at", "expires_at", "accepted_at", "withdrawn_at")
    list_filter = ("role",)
    list_select_related = ("office",)
    search_fields = ("email", "name")
    fields = (
        "email", "name", "role", "office", "invited_by", "sent_at", "times_sent",
        "expires_at", "accepted_at", "withdrawn_at",
    )  # fmt: skip


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    """To look at; absences are entered and ended on their own pages."""

    list_display = ("person", "deputy", "first_day", "last_day", "entered_by", "ended_at")
    list_select_related = ("person", "deputy", "entered_by")
    search_fields = ("person__name", "person__email", "deputy__name", "deputy__email")
    fields = ("person", "deputy", "first_day", "last_day", "entered_by", "entered_at", "ended_by", "ended_at")


@admin.register(OfficeSuccession)
class OfficeSuccessionAdmin(ReadOnlyAdmin):
    """To look at: which office went on with whose work, and since when."""

    list_display = ("predecessor", "successor", "on", "main", "entered_by")
    list_select_related = ("predecessor", "successor", "entered_by")
    search_fields = ("predecessor__name", "predecessor__number", "successor__name", "successor__number")
    fields = ("predecessor", "successor", "on", "main", "entered_by", "entered_at")


@admin.register(Closure)
class ClosureAdmin(ReadOnlyAdmin):
    """To look at; closing times are entered and ended on their own page."""

    list_display = ("name", "first_day", "last_day", "yearly", "ended_at")
    list_select_related = ("entered_by", "ended_by")
    fields = ("name", "first_day", "last_day", "yearly", "entered_by", "entered_at", "ended_by", "ended_at")
