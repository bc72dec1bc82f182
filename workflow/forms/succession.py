"""What coordinators enter when an office is split or merged."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from offices.models import Office
from workflow.forms.dates import GermanDateField
from workflow.queries.succession import Row


class SuccessionForm(forms.Form):
    """Which office ends, who follows it from when, and whether its people change with it."""

    predecessor = forms.ModelChoiceField(
        Office.objects.none(),
        label=_("Which office ends?"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose an office.")},
    )
    successors = forms.ModelMultipleChoiceField(
        Office.objects.none(),
        label=_("Who follows?"),
        help_text=_("One office for a merger or a new name, several for a split."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one office.")},
    )
    main = forms.ModelChoiceField(
        Office.objects.none(),
        label=_("Who takes what is not shared out?"),
        help_text=_("Only needed for a split."),
        empty_label=_("Please choose"),
        required=False,
    )
    on = GermanDateField(label=_("From"), help_text=_("Today or earlier: the open tasks change at once."))
    take_people = forms.BooleanField(
        label=_("Clerks and heads change to the office that takes what is not shared out."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, offices: QuerySet[Office], today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": today}, **kwargs})
        self._today = today
        for name in ("predecessor", "successors", "main"):
            self.fields[name].queryset = offices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        heirs, ending = list(data.get("successors") or []), data.get("predecessor")
        if ending is not None and ending in heirs:
            self.add_error("successors", _("An office cannot succeed itself."))
        if data.get("main") is None and len(heirs) == 1:
            data["main"] = heirs[0]
        if heirs and "main" not in self.errors and data.get("main") not in heirs:
            self.add_error("main", _("One of the successors has to be the main one."))
        if data.get("on") and data["on"] > self._today:
            self.add_error("on", _("The open tasks change on the day itself. Please choose today or an earlier day."))
        return data

    def choices(self, rows: list[Row]) -> dict[int, int]:
        """Return which recommendation goes to which successor; call only after validation."""
        heirs = {str(one.pk): one.pk for one in self.cleaned_data["successors"]}
        named = {row.recommendation.pk: self.data.get(row.name, "") for row in rows}
        return {pk: heirs[value] for pk, value in named.items() if value in heirs}
