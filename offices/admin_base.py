"""What every page of the back office keeps: rights from memberships, nothing deleted, before and after on record."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model
from django.forms.models import ModelForm
from django.http import HttpRequest
from django.utils.encoding import force_str

from offices.access import Desk, desk_of
from offices.models import Person


def desk_behind(request: HttpRequest) -> Desk | None:
    """Return the desk of the person behind ``request``, or ``None`` for visitors."""
    return desk_of(request.user) if isinstance(request.user, Person) else None


class WholeRecordForm(ModelForm):  # type: ignore[type-arg]
    """Checks the record as a whole, with the fields that the page only shows.

    Django leaves such fields out of its checks, and a rule that spans one of them would surface as a server error.
    """

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {name for name in excluded if name in self.fields} if self.instance.pk else excluded


class _PlainChoices:
    """Choices without the pop-up buttons beside them: each record is made and changed on its own page."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class BackOfficeAdmin(_PlainChoices, admin.ModelAdmin):  # type: ignore[type-arg]
    """For coordinators and administrators: they see and change, nobody deletes, and there are no bulk actions.

    ``fixed_once_made`` names fields that are set when a record is made and never change afterwards.
    """

    actions = None
    form = WholeRecordForm
    list_per_page = 50
    fixed_once_made: tuple[str, ...] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        desk = desk_behind(request)
        return desk is not None and (desk.is_coordinator or desk.is_administrator)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        shown = tuple(super().get_readonly_fields(request, obj))
        return (*shown, *self.fixed_once_made) if obj else shown

    def construct_change_message(
        self,
        request: HttpRequest,
        form: forms.Form,
        formsets: Any,
        add: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> list[dict[str, Any]]:
        """Keep what was before and after, in an entry of its own that the history page passes over."""
        message: list[dict[str, Any]] = super().construct_change_message(request, form, formsets, add)
        rows = [row for formset in formsets or () for row in formset.forms if row.has_changed()]
        values = {str(one.instance): _before_and_after(one) for one in [form, *rows] if one.has_changed()}
        return [*message, {"values": values}] if message and values else message


class ReadOnlyAdmin(BackOfficeAdmin):
    """Shows records that the service itself writes; they change through its pages alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False


class CoordinatorsOnlyAdmin(ReadOnlyAdmin):
    """Shows texts that are not public; administrators look after the machine and need not read them."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        desk = desk_behind(request)
        return desk is not None and desk.is_coordinator


class EndingInline(_PlainChoices, admin.StackedInline):  # type: ignore[type-arg]
    """Records beside their owner that end by a date: a row that exists can only be given its end."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return desk_behind(request) is not None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return desk_behind(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return desk_behind(request) is not None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False


class EndingForm(ModelForm):  # type: ignore[type-arg]
    """One row of an :class:`EndingInline`; everything but the end of a row that exists stands fast."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name, field in self.fields.items():
                field.disabled = field.disabled or name not in {"valid_until", "id"}
        for name in ("valid_from", "valid_until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def validate_constraints(self) -> None:
        """Leave rules between rows to the formset, which sees all of them as they are going to be."""


def _before_and_after(form: Any) -> dict[str, list[str]]:
    return {
        name: [force_str(form.initial.get(name, "")), force_str(_plain(form.cleaned_data.get(name, "")))]
        for name in form.changed_data
        if name in form.fields
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(force_str(_plain(one)) for one in value)
    return "" if value is None else value
