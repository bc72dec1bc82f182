"""What coordinators write for the report: a chapter's text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from publication import rich_text
from workflow.forms.lengths import WholeText


class ReportTextForm(forms.Form):
    """The whole text, and the version that the writer began with."""

    text = WholeText(
        label=_("Text"),
        required=False,
        longest=rich_text.LONGEST,
        strip=True,
        help_text=_("A new line begins a new paragraph. Five marks give it structure."),
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
