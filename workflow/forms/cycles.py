"""What a coordinator enters about a cycle. The rules of the dates stand in ``workflow.services.cycles``."""

import datetime
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concept.models import ConceptEdition
from workflow.forms.dates import GermanDateField
from workflow.models import ReportingCycle
from workflow.services.cycles import CycleDates

DATE_NAMES = tuple(one.name for one in dataclass_fields(CycleDates))


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One line of the preview; ``derived`` if the coordinator left it to the service."""

    name: str
    label: str
    day: datetime.date | None
    derived: bool


class CycleForm(forms.Form):
    """Period and dates of a cycle; what may be left empty is derived."""

    period_from = GermanDateField(label=_("Period from"))
    period_until = GermanDateField(label=_("Period until"))
    due_on = GermanDateField(label=_("Entries due on"), help_text=_("Offices have until the end of this day."))
    opens_on = GermanDateField(label=_("Opens on"), required=False)
    contributions_due_on = GermanDateField(label=_("Contributions due on"), required=False)
    sign_off_due_on = GermanDateField(label=_("Sign-off due on"), required=False)
    review_due_on = GermanDateField(label=_("Review due on"), required=False)
    publish_on = GermanDateField(
        label=_("Published from"), required=False, help_text=_("Empty: each entry as soon as it is approved.")
    )
    rework_days = forms.IntegerField(
        label=_("Days for rework"), initial=14, min_value=1, max_value=365, help_text=_("After a return.")
    )

    def dates(self) -> CycleDates:
        """Return what was entered; call only after validation."""
        return CycleDates(**{name: self.cleaned_data[name] for name in DATE_NAMES})

    def preview(self, planned: CycleDates) -> list[PlannedDate]:
        """Return the dates of ``planned`` in the form's order; call only after validation."""
        return [
            PlannedDate(name, str(self.fields[name].label), getattr(planned, name), derived=not self.cleaned_data[name])
            for name in DATE_NAMES
            if name != "rework_days"
        ]


class NewCycleForm(CycleForm):
    """A cycle that does not exist yet: the edition is chosen with it."""

    edition = forms.ModelChoiceField(
        ConceptEdition.objects.all(),
        label=_("Edition of the concept"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose an edition of the concept.")},
    )
    field_order = ["edition"]


class OpenCycleForm(forms.Form):
    """What can still change once the tasks have gone out."""

    publish_on = GermanDateField(
        label=_("Published from"), required=False, help_text=_("Empty: each entry as soon as it is approved.")
    )
    rework_days = forms.IntegerField(
        label=_("Days for rework"), min_value=1, max_value=365, help_text=_("After a return.")
    )

    def dates_for(self, cycle: ReportingCycle) -> CycleDates:
        """Return the cycle's dates with the two that were entered; call only after validation."""
        return CycleDates(**(initial(cycle) | self.cleaned_data))


class CloseCycleForm(forms.Form):
    """The confirmation that a cycle shall end."""

    confirmed = forms.BooleanField(
        label=_("Yes, close the cycle."),
        error_messages={"required": _("Please confirm that the cycle shall be closed.")},
    )


def initial(cycle: ReportingCycle) -> dict[str, Any]:
    """Return the dates of ``cycle`` by the names of the form's fields."""
    return {name: getattr(cycle, name) for name in DATE_NAMES}
