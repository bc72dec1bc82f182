"""The form in which coordinators write a summary."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from publication.services.summaries import LONGEST
from publication.summary_languages import SummaryLanguage
from workflow.forms.lengths import WholeText
from workflow.raw import clean_text


class SummaryForm(forms.Form):
    """The text, and what the person has looked at: the version it replaces and the text that it summarises."""

    text = WholeText(
        label=_("Summary"), required=False, longest=LONGEST, widget=forms.Textarea(attrs={"rows": 12}), strip=True
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    source = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text_source = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: SummaryLanguage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {"lang": language.code, "dir": language.direction}

    def clean_text(self) -> str:
        return clean_text(self.cleaned_data["text"])
