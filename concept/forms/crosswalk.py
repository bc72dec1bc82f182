"""Forms of the crosswalk: one link, or a whole table."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concept.forms.imports import FileField
from concept.models import ConceptEdition, CrosswalkReason, Recommendation


class LinkForm(forms.Form):
    """What became of a recommendation of the older edition."""

    predecessor = forms.ModelChoiceField(label=_("Before"), queryset=Recommendation.objects.none())
    reason = forms.ChoiceField(label=_("What became of it"), choices=CrosswalkReason.choices)
    successor = forms.ModelChoiceField(
        label=_("After"),
        queryset=Recommendation.objects.none(),
        required=False,
        empty_label=_("no successor"),
        help_text=_("Empty only for what was dropped or done."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, older: ConceptEdition, newer: ConceptEdition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, edition in (("predecessor", older), ("successor", newer)):
            queryset = Recommendation.objects.filter(edition=edition).order_by("position", "number")
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]


class CrosswalkUploadForm(forms.Form):
    """A crosswalk table."""

    file = FileField(
        label=_("File"),
        help_text=_("XLSX or CSV with the columns Bisher, Neu, Verbleib and, if you like, Anmerkung."),
        error_messages={"required": _("Please choose a file."), "empty": _("The file is empty.")},
    )
