"""What a coordinator writes to a selection of the board."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from workflow.forms.lengths import WholeText
from workflow.queries.circulars import Audience
from workflow.services.circulars import MAX_SUBJECT, MAX_TEXT, Circular


class CircularForm(forms.Form):
    audience = forms.MultipleChoiceField(
        label=_("Who gets the mail?"),
        help_text=_("Whoever is meant twice gets one mail. During an absence the deputy gets it as well."),
        choices=Audience.choices,
        initial=[Audience.DESK],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose who gets the mail.")},
    )
    subject = WholeText(
        label=_("Subject"),
        longest=MAX_SUBJECT,
        error_messages={"required": _("Please give a subject.")},
    )
    text = WholeText(
        label=_("Text"),
        help_text=_(
            "An empty line begins a new paragraph. Greeting, list of the recommendations with their links and your "
            "name are added by the service."
        ),
        longest=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": _("Please write what you have to say.")},
    )

    def circular(self) -> Circular:
        """Return what was written; call only after validation."""
        data = self.cleaned_data
        # A subject is one line, whatever a browser sends.
        text = "\n".join(data["text"].splitlines()).strip()
        return Circular(" ".join(data["subject"].split()), text, tuple(data["audience"]))


def written(data: QueryDict, *, is_finished: bool) -> CircularForm:
    """Return the form with what was written so far: checked if it ``is_finished``, else as it is to go on writing."""
    if is_finished:
        return CircularForm(data)
    known: dict[str, Any] = {name: data[name] for name in ("subject", "text") if name in data}
    if "audience" in data:
        known["audience"] = data.getlist("audience")
    return CircularForm(initial=known)
