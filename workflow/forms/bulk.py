"""What a coordinator enters for all runs of an action; the selection stands in ``workflow.queries.bulk_selection``."""

import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Office
from workflow.forms.dates import GermanDateField
from workflow.models import BulkKind
from workflow.services.moves import MAX_REASON
from workflow.wording import Words

FURTHEST = datetime.timedelta(days=365)


class DetailsForm(forms.Form):
    """What is needed for all runs of an action; remind and approve need nothing."""

    def given(self) -> dict[str, Any]:
        """Return what was entered, ready for JSON; call only after validation."""
        return {}


def _reason(label: Words) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy("Please give a reason: the offices read it."),
            "max_length": gettext_lazy("A text is too long: at most 2,000 characters."),
        },
    )


class ExtendForm(DetailsForm):
    due_on = GermanDateField(
        label=gettext_lazy("New deadline"), help_text=gettext_lazy("Offices have until the end of this day.")
    )
    reason = _reason(gettext_lazy("Reason"))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_due_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["due_on"]
        if day < self._today:
            raise forms.ValidationError(_("This day is over already. Please choose a later one."))
        if day > self._today + FURTHEST:
            raise forms.ValidationError(_("Please choose a day within the next 365 days."))
        return day

    def given(self) -> dict[str, Any]:
        return {"due_on": self.cleaned_data["due_on"].isoformat(), "reason": self.cleaned_data["reason"]}


class ReassignForm(DetailsForm):
    office = forms.ModelChoiceField(
        Office.objects.none(),
        label=gettext_lazy("To which office?"),
        empty_label=gettext_lazy("Please choose"),
        error_messages={"required": gettext_lazy("Please choose an office.")},
    )
    reason = _reason(gettext_lazy("Why should it take over?"))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["office"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - declared above
        choice.queryset = Office.objects.valid_on(today).order_by("number", "name")

    def given(self) -> dict[str, Any]:
        office: Office = self.cleaned_data["office"]
        return {"office": office.pk, "office_label": office.label, "reason": self.cleaned_data["reason"]}


FORMS: dict[BulkKind, type[ExtendForm] | type[ReassignForm]] = {
    BulkKind.EXTEND: ExtendForm,
    BulkKind.REASSIGN: ReassignForm,
}


def details(kind: BulkKind, data: QueryDict | None, today: datetime.date) -> DetailsForm:
    """Return the form of an action, bound to ``data`` if there is any."""
    form = FORMS.get(kind)
    return form(data, today=today) if form else DetailsForm({})
