"""What a coordinator enters about the reminders of a cycle. The rules stand in ``workflow.services``."""

import re
from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from offices.errors import DomainError
from workflow.forms.lengths import WholeText
from workflow.reminding import Policy
from workflow.services.reminder_policies import FEWEST, LONGEST_INTRODUCTION, MOST, check_days, check_policy

SEPARATORS = re.compile(r"[\s,;.]+|\bund\b")


class DaysField(forms.CharField):
    """Several days as people write them: ``30, 14, 3``, in any order. Returns them ascending."""

    default_error_messages = {"invalid": _("Please write the days like 30, 14, 3.")}

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[int, ...]:
        words = [word for word in SEPARATORS.split(super().clean(value)) if word]
        if not all(word.isdecimal() and len(word) <= len(str(MOST)) + 1 for word in words):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        days = tuple(sorted(int(word) for word in words))
        try:
            check_days(days)
        except DomainError as error:
            raise ValidationError(str(error), "invalid") from error
        return days


NEVER = _("Empty: never.")


def _span(label: Any, hint: Any = NEVER) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=FEWEST, max_value=MOST, help_text=hint)


class ReminderPolicyForm(forms.Form):
    """The days of the reminders, from when on others hear of it, and what stands above them."""

    before = DaysField(
        label=_("Days before a deadline"), required=False, max_length=100, help_text=_("For example: 30, 14, 3.")
    )
    on_the_day = forms.BooleanField(label=_("On the day of the deadline, too"), required=False)
    after = DaysField(
        label=_("Days after a deadline"), required=False, max_length=100, help_text=_("For example: 1, 7.")
    )
    every = _span(_("Then every so many days"), _("Until it is done. Empty: no further reminders."))
    head_after = _span(_("Head of office, after days overdue"))
    coordinator_after = _span(
        _("Coordination, after days overdue"), _("From then on your daily mail calls it “long overdue”. Empty: never.")
    )
    department_after = _span(
        _("Letter to the department, after days overdue"),
        _("It is proposed to you and goes out only if you release it. Empty: never."),
    )
    introduction = WholeText(
        label=_("Introduction"),
        required=False,
        longest=LONGEST_INTRODUCTION,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Stands at the top of each reminder of this cycle, below “Hello” with the name. At most 1,000 characters, "
            "without formatting."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                check_policy(self.policy())
            except DomainError as error:
                raise ValidationError(str(error), "invalid") from error
        return given

    def policy(self) -> Policy:
        """Return what was entered; call only after validation."""
        given = dict(self.cleaned_data)
        given["before"] = given["before"][::-1]
        return Policy(**given)


def initial(policy: Policy) -> dict[str, Any]:
    """Return ``policy`` by the names of the form's fields."""
    return asdict(policy)
