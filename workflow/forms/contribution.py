"""The form of a contribution: the passages of an entry without a status, and measures."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.content import ContributionContent
from workflow.forms.entry import MAX_REASON, EntryForms, Problem, let_people_type, passage_field
from workflow.wording import FIELD_LABELS


class ContributionForm(forms.Form):
    """The passages of a contribution; none of them is required, but not all may be empty."""

    done = passage_field(
        "done",
        hint=gettext_lazy("What your office has done for this recommendation. Figures and places help."),
        rows=9,
    )
    worked = passage_field("worked", hint=gettext_lazy("What would you do the same way again?"))
    did_not_work = passage_field("did_not_work", hint=gettext_lazy("And what was the cause?"))
    overlooked = passage_field("overlooked", hint=gettext_lazy("What is missing in the recommendation?"))
    next_step = passage_field(
        "next_step", hint=gettext_lazy("One sentence: what will you do next?"), rows=2, length=MAX_REASON
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        let_people_type(self)


class ContributionForms(EntryForms):
    """The form of a contribution with one form for each measure; as ``EntryForms``."""

    form_class = ContributionForm
    before_measures = ("done",)

    def _options(self) -> dict[str, Any]:
        return {}

    def problems(self) -> list[Problem]:
        """Return everything that keeps the contribution from being handed in."""
        found = super().problems()
        filled = self.measures or any(str(value).strip() for value in getattr(self.entry, "cleaned_data", {}).values())
        if found or filled or not self.entry.is_bound:
            return found
        self.entry.add_error("done", _("Please write something, or file a nil return."))
        return [Problem("id_done", str(FIELD_LABELS["done"]), _("Please write something, or file a nil return."))]

    def contribution(self) -> ContributionContent:
        """Return the contribution as it may be handed in; only after ``problems`` found nothing."""
        return ContributionContent(**self.entry.cleaned_data, measures=self._measure_contents())


class ContributionNilForm(forms.Form):
    """Why the office has nothing to contribute."""

    reason = forms.CharField(
        label=gettext_lazy("Why is there nothing to report?"),
        help_text=gettext_lazy("One sentence is enough. The lead office reads it."),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Please say briefly why there is nothing to report.")},
    )
    use_required_attribute = False
