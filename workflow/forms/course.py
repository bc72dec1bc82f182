"""What people enter when a run changes its course. The rules stand in the services."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from offices.models import Office
from workflow.forms.dates import GermanDateField
from workflow.services.moves import MAX_REASON


def _text(label: Any, *, missing: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": missing, "max_length": _("A text is too long: at most 2,000 characters.")},
    )


class ExtensionForm(forms.Form):
    """Until when more time is wanted, and why."""

    wanted_on = GermanDateField(label=_("New deadline"), help_text=_("The day is included."))
    reason = _text(_("Why is more time needed?"), missing=_("Please say why you need more time."))


class ExtensionDecisionForm(forms.Form):
    """The coordinators' answer: a day to grant, words to refuse."""

    granted_on = GermanDateField(
        label=_("Grant until"), required=False, help_text=_("You may choose another day than the one asked for.")
    )
    answer = forms.CharField(
        label=_("Your answer to the office"),
        help_text=_("Needed if you refuse."),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("A text is too long: at most 2,000 characters.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.data.get("decision") == "refuse":
            if not data.get("answer"):
                self.add_error("answer", _("Please say why, so that the office can plan."))
        elif not data.get("granted_on") and "granted_on" not in self.errors:
            self.add_error("granted_on", _("Please enter a date."))
        return data


class ReassignmentForm(forms.Form):
    """To which office the task shall go, and why."""

    office = forms.ModelChoiceField(
        Office.objects.none(),
        label=_("Which office?"),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose an office.")},
    )
    reason = _text(
        _("Why this office?"),
        missing=_("Please say why the other office should take over."),
        hint=_("The other office reads this."),
    )

    def __init__(self, *args: Any, offices: QuerySet[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]


class TakeOverForm(forms.Form):
    """The answer of the office that was asked; words are needed to refuse."""

    answer = forms.CharField(
        label=_("If you do not take over: why?"),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("A text is too long: at most 2,000 characters.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.data.get("decision") == "refuse" and not data.get("answer"):
            self.add_error("answer", _("Please say why, so that the right office can be found."))
        return data


class CancelForm(forms.Form):
    """Why nothing is asked any more."""

    reason = _text(
        _("Why is nothing asked any more?"),
        missing=_("Please say why nothing is asked any more."),
        hint=_("The offices that have it on their desks read this."),
    )


class DiscardForm(forms.Form):
    """Why a correction that was begun is given up."""

    reason = _text(
        _("Why is the correction discarded?"),
        missing=_("Please say why the correction is discarded."),
        hint=_("The lead office reads this; visitors do not."),
    )


class ReopenForm(forms.Form):
    """Why an entry is opened again, and until when it shall be there."""

    reason = _text(
        _("Why is it opened again?"),
        missing=_("Please say why the entry is opened again."),
        hint=_("The lead office reads this."),
    )
    due_on = GermanDateField(label=_("Due on"), help_text=_("The day is included."))


class CorrectionForm(forms.Form):
    """What visitors will read about the correction, and until when it shall be there."""

    note = _text(
        _("What is corrected?"),
        missing=_("Please say what is corrected: visitors will read it."),
        hint=_("Public: visitors read this sentence beside the corrected text."),
    )
    due_on = GermanDateField(label=_("Due on"), help_text=_("The day is included."))


class WithdrawEntryForm(forms.Form):
    """What visitors read instead of the entry."""

    note = _text(
        _("What do visitors read instead?"),
        missing=_("Please say why the entry is not shown any more: visitors will read it."),
        hint=_("Public: this note stands in the place of the entry, so name nobody."),
    )


class RestoreEntryForm(forms.Form):
    """Why an entry is shown again."""

    reason = _text(
        _("Why is it shown again?"),
        missing=_("Please say why the entry is shown again."),
        hint=_("The lead office reads this; visitors do not."),
    )
