"""What visitors write, and what coordinators answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workflow.forms.lengths import WholeText
from workflow.raw import clean_text

LONGEST_BARRIER = 4_000
LONGEST_FEEDBACK = 2_000
LONGEST_ANSWER = 4_000


def _text(label: Any, *, longest: int, rows: int, missing: Any = "", hint: Any = "") -> forms.CharField:
    return WholeText(
        label=label,
        help_text=hint,
        required=bool(missing),
        longest=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class VisitorForm(forms.Form):
    """A form without a name and without a cookie; characters that databases refuse are left out."""

    has_arrived = False
    """Whether the same form came before, by a second click: then nothing is missing, and nothing was refused."""

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="eingabe-%s", label_suffix="")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in cleaned.items()}


class BarrierForm(VisitorForm):
    """What did not work, where, and how to reach the person if they want an answer."""

    text = _text(
        _("What did not work?"),
        longest=LONGEST_BARRIER,
        rows=6,
        missing=_("Please say in a few words what did not work."),
        hint=_("For example: what you wanted to do, and which device or aid you used."),
    )
    seite = forms.CharField(
        label=_("On which page?"),
        required=False,
        max_length=300,
        error_messages={"max_length": _("Please name the page in fewer words.")},
    )
    kontakt = forms.CharField(
        label=_("How do we reach you?"),
        required=False,
        max_length=200,
        help_text=_(
            "E-mail address or telephone number, if you want an answer. We delete it as soon as you have the answer."
        ),
        error_messages={"max_length": _("Please give one address or one number.")},
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )


class FeedbackForm(VisitorForm):
    """What a visitor says of a recommendation."""

    text = _text(
        _("Your feedback"),
        longest=LONGEST_FEEDBACK,
        rows=8,
        missing=_("Please write your feedback."),
        hint=_("At most 2,000 characters. Please do not name anyone, yourself included."),
    )


class BarrierAnswerForm(forms.Form):
    """What came of the report of a barrier."""

    answer = _text(
        _("What came of it"),
        longest=LONGEST_ANSWER,
        rows=6,
        missing=_("Please write what came of it."),
        hint=_("For the record: what was answered, what was mended and when."),
    )


class PublishForm(forms.Form):
    """Publish feedback, with an answer or without."""

    answer = _text(
        pgettext_lazy("feedback", "Answer of the city"),
        longest=LONGEST_ANSWER,
        rows=5,
        hint=_("Stands publicly below the feedback."),
    )
    stand = forms.CharField(widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    """Do not publish feedback, and why."""

    reason = _text(
        _("Why is it not published?"),
        longest=LONGEST_ANSWER,
        rows=3,
        missing=_("Please say why it is not published."),
        hint=_("Only coordinators read this."),
    )
    stand = forms.CharField(widget=forms.HiddenInput)
