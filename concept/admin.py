"""The concept in the back office. Numbers and texts may be mended; what identifies a record stays."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from concept.models import (
    ActionField,
    Assignment,
    AssignmentRole,
    ConceptEdition,
    CrosswalkLink,
    Goal,
    Recommendation,
)
from offices.admin_base import BackOfficeAdmin, EndingForm, EndingInline, ReadOnlyAdmin, WholeRecordForm


class EditionForm(WholeRecordForm):
    def clean_predecessor(self) -> ConceptEdition | None:
        """Refuse an edition before itself, also by a detour."""
        before: ConceptEdition | None = self.cleaned_data["predecessor"]
        earlier = before
        while earlier is not None:
            if self.instance.pk and earlier.pk == self.instance.pk:
                raise ValidationError(_("An edition cannot come before itself."))
            earlier = earlier.predecessor
        return before


@admin.register(ConceptEdition)
class ConceptEditionAdmin(BackOfficeAdmin):
    form = EditionForm
    fixed_once_made = ("slug",)
    list_display = ("name", "adopted_on", "published_at", "predecessor")
    list_select_related = ("predecessor",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        """Keep the day of adoption of a published edition: since when it is public is told by it."""
        shown = super().get_readonly_fields(request, obj)
        return (*shown, "adopted_on") if isinstance(obj, ConceptEdition) and obj.published_at else shown


@admin.register(ActionField)
class ActionFieldAdmin(BackOfficeAdmin):
    fixed_once_made = ("edition",)
    list_display = ("__str__", "edition", "position")
    list_filter = ("edition",)
    list_select_related = ("edition",)


@admin.register(Goal)
class GoalAdmin(BackOfficeAdmin):
    fixed_once_made = ("field",)
    list_display = ("__str__", "field", "position")
    list_filter = ("field__edition",)
    list_select_related = ("field__edition",)
    search_fields = ("number", "text")


class AssignmentFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """All responsibilities for one recommendation: one lead office at a time, each office once at a time."""

    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.forms if form.is_valid() and form.cleaned_data.get("office")]
        for number, form in enumerate(rows):
            this = _as_going_to_be(form)
            for other in map(_as_going_to_be, rows[:number]):
                if this.overlaps(other):
                    self._check_pair(form, this, other)

    def _check_pair(self, form: Any, this: Assignment, other: Assignment) -> None:
        if this.role == other.role == AssignmentRole.LEAD:
            form.add_error(
                None, _("At that time another office leads. Give it its last day first; this one begins the day after.")
            )
        elif this.office_id == other.office_id:
            form.add_error(None, _("This office is already responsible at that time."))


def _as_going_to_be(form: Any) -> Assignment:
    fields = ("role", "office", "valid_from", "valid_until")
    return Assignment(**{name: form.cleaned_data.get(name) for name in fields})


class AssignmentInline(EndingInline):
    model = Assignment
    form = EndingForm
    formset = AssignmentFormSet
    fields = ("role", "office", "valid_from", "valid_until")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return super().get_queryset(request).select_related("office")


class RecommendationForm(WholeRecordForm):
    """A recommendation stays in its edition; it may move to another goal of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goals = Goal.objects.select_related("field__edition")
        if self.instance.pk:
            goals = goals.filter(field__edition=self.instance.edition_id)
        field = self.fields.get("goal")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = goals

    def clean_goal(self) -> Goal:
        goal: Goal = self.cleaned_data["goal"]
        if not self.instance.pk:
            self.instance.edition = goal.field.edition
        return goal

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"edition"}


@admin.register(Recommendation)
class RecommendationAdmin(BackOfficeAdmin):
    form = RecommendationForm
    inlines = (AssignmentInline,)
    fixed_once_made = ("key",)
    readonly_fields = ("edition",)
    list_display = ("__str__", "edition", "goal", "ended_on")
    list_filter = ("edition", "goal__field")
    list_select_related = ("edition", "goal")
    search_fields = ("number", "title", "key")
    fieldsets = (
        (None, {"fields": ("edition", "goal", "key", "number", "title", "text", "rationale", "position")}),
        (_("Validity"), {"fields": ("ended_on",)}),
    )


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """To search; responsibilities change on the page of their recommendation, where all of them are seen together."""

    list_display = ("recommendation", "office", "role", "valid_from", "valid_until")
    list_filter = ("role", "recommendation__edition", "office")
    list_select_related = ("recommendation", "office")
    search_fields = ("recommendation__number", "recommendation__title", "office__number", "office__name")


@admin.register(CrosswalkLink)
class CrosswalkLinkAdmin(ReadOnlyAdmin):
    """To look at; links are set and withdrawn in the crosswalk's own editor, which keeps their history."""

    list_display = ("predecessor", "successor", "reason")
    list_filter = ("reason", "predecessor__edition")
    list_select_related = ("predecessor", "successor")

    def get_queryset(self, _request: HttpRequest) -> QuerySet[Any]:
        return CrosswalkLink.with_withdrawn.order_by("predecessor", "successor")
