"""What a coordinator enters about a cycle. The rules of the dates stand in ``workflow.services.cycles``."""

import datetime
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from concept.models import ConceptEdition
from workflow.forms.dates import GermanDateField
from workflow.models import ReportingCycle, ReviewPolicy
from workflow.services.cycle_policies import SMALLEST_QUORUM, CyclePolicy
from workflow.services.cycles import CycleDates

DATE_NAMES = tuple(one.name for one in dataclass_fields(CycleDates))
POLICY_NAMES = tuple(one.name for one in dataclass_fields(CyclePolicy))


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One line of the preview; ``derived`` if the coordinator left it to the service."""

    name: str
    label: str
    day: datetime.date | None
    derived: bool


class PolicyForm(forms.Form):
    """Signatures before the review, and who decides in it."""

    co_sign = forms.BooleanField(
        label=_("Contributing offices co-sign."),
        required=False,
        help_text=_("Reports in which another office takes part. An objection sends the text back to the lead office."),
    )
    co_sign_days = forms.IntegerField(
        label=_("Days for co-signing"), required=False, min_value=1, max_value=60, help_text=_("Empty: 7 days.")
    )
    silence_is_consent = forms.BooleanField(
        label=_("Whoever has said nothing by then has agreed."),
        required=False,
        help_text=_("Otherwise the lead office or you decide whether to go on without them."),
    )
    sign_off = forms.BooleanField(
        label=_("The head of the lead office signs."),
        required=False,
        help_text=_("After the co-signatures and before the Arbeitsgruppe reads it."),
    )
    review_policy = forms.ChoiceField(
        label=_("Who decides in the Arbeitsgruppe?"),
        choices=ReviewPolicy.choices,
        initial=ReviewPolicy.SINGLE,
        required=False,
        widget=forms.RadioSelect,
    )
    quorum = forms.IntegerField(
        label=_("Votes needed"),
        required=False,
        min_value=1,
        max_value=50,
        help_text=_("Only if the members vote: at least 2 before the chair decides. Empty: 2."),
    )

    def policy(self) -> CyclePolicy:
        """Return what was chosen; call only after validation. A field that was not sent keeps its default."""
        chosen = self.cleaned_data
        votes = chosen["review_policy"] == ReviewPolicy.QUORUM
        return CyclePolicy(
            sign_off=chosen["sign_off"],
            co_sign=chosen["co_sign"],
            co_sign_days=chosen["co_sign_days"] or CyclePolicy().co_sign_days,
            silence_is_consent=chosen["silence_is_consent"],
            review_policy=chosen["review_policy"] or ReviewPolicy.SINGLE,
            quorum=(chosen["quorum"] or SMALLEST_QUORUM) if votes else 1,
        )


class CycleForm(PolicyForm):
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


class OpenCycleForm(PolicyForm):
    """What can still change once the tasks have gone out."""

    publish_on = GermanDateField(
        label=_("Published from"), required=False, help_text=_("Empty: each entry as soon as it is approved.")
    )
    rework_days = forms.IntegerField(
        label=_("Days for rework"), min_value=1, max_value=365, help_text=_("After a return.")
    )

    def dates_for(self, cycle: ReportingCycle) -> CycleDates:
        """Return the cycle's dates with the two that were entered; call only after validation."""
        entered = {name: value for name, value in self.cleaned_data.items() if name in DATE_NAMES}
        return CycleDates(**({name: getattr(cycle, name) for name in DATE_NAMES} | entered))


class CloseCycleForm(forms.Form):
    """The confirmation that a cycle shall end."""

    confirmed = forms.BooleanField(
        label=_("Yes, close the cycle."),
        error_messages={"required": _("Please confirm that the cycle shall be closed.")},
    )


def initial(cycle: ReportingCycle) -> dict[str, Any]:
    """Return dates and policy of ``cycle`` by the names of the form's fields."""
    votes = cycle.review_policy == ReviewPolicy.QUORUM
    known = {name: getattr(cycle, name) for name in (*DATE_NAMES, *POLICY_NAMES)}
    return known | {"quorum": cycle.quorum if votes else None}
