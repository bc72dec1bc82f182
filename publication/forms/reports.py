"""What coordinators say when they build a report, and when they withdraw one or a whole edition of the concept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflow.forms.lengths import WholeText

LONGEST_NOTE = 2_000

FINAL, DRAFT = "final", "draft"


class BuildForm(forms.Form):
    """What the new version is for, and what is different in it: asked from the second on, or even required."""

    purpose = forms.ChoiceField(
        label=_("What is this version for?"),
        choices=[
            (FINAL, _("For publication. It may also go to the round table first, as it is.")),
            (DRAFT, _("As a draft for the round table. Every page says so, and it cannot be published.")),
        ],
        initial=FINAL,
        widget=forms.RadioSelect,
    )
    change_note = WholeText(
        label=_("What is different in this version?"),
        help_text=_("Stands in the report and on its page, for those who know the version before."),
        required=False,
        longest=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Please say what is different: others have read an earlier version.")},
    )

    def __init__(self, *args: Any, is_first: bool, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["change_note"].required = asks_why
        if is_first:
            del self.fields["change_note"]

    @property
    def is_marked_draft(self) -> bool:
        return bool(self.cleaned_data["purpose"] == DRAFT)


class WithdrawForm(forms.Form):
    """Why a report is withdrawn, for everybody who looks for it."""

    note = WholeText(
        label=_("Why is this version withdrawn?"),
        help_text=_("Everybody who looks for the report reads this in its place."),
        longest=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please say why: whoever looks for the report reads it.")},
    )


class WithdrawEditionForm(forms.Form):
    """Why an edition of the concept is taken back, for everybody who looks for it."""

    note = WholeText(
        label=_("Why is the edition taken back?"),
        help_text=_("Whoever looks for the edition or a page of it reads this in its place."),
        longest=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please say why the edition is taken back: whoever looks for it reads this.")},
    )
