"""The form of an entry: shows raw content (``workflow.raw``) as it was typed, and checks it when it is handed in."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from workflow import raw as raw_content
from workflow.content import MAX_MEASURES, MAX_TEXT, EntryContent, MeasureContent
from workflow.forms.dates import GermanDateField
from workflow.models import NEEDS_REASON, ImplementationStatus, Outlook
from workflow.raw import ENTRY_NAMES, MEASURE_NAMES, Raw
from workflow.wording import FIELD_LABELS, OUTLOOK_WORDS

MAX_REASON = 2_000


def passage_field(name: str, *, hint: Any = "", rows: int = 5, required: bool = False, length: int = MAX_TEXT) -> Any:
    return forms.CharField(
        label=FIELD_LABELS[name],
        help_text=hint,
        required=required,
        max_length=length,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def let_people_type(form: forms.Form) -> None:
    """Take the browser's limits away: they cut a pasted text off silently, where the server says so."""
    form.use_required_attribute = False
    for field in form.fields.values():
        field.widget.attrs.pop("maxlength", None)


class EntryForm(forms.Form):
    """The fields of an entry, without its measures. ``today`` decides which dates are past."""

    implementation_status = forms.ChoiceField(
        label=FIELD_LABELS["implementation_status"],
        choices=ImplementationStatus.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please say how far you are.")},
    )
    status_reason = passage_field(
        "status_reason",
        hint=gettext_lazy("One or two sentences. They appear in the report."),
        rows=3,
        length=MAX_REASON,
    )
    outlook = forms.ChoiceField(
        label=FIELD_LABELS["outlook"],
        help_text=gettext_lazy("For the working group only, never published."),
        choices=[(value, OUTLOOK_WORDS[value]) for value in Outlook.values],
        widget=forms.RadioSelect,
        required=False,
    )
    done = passage_field(
        "done",
        hint=gettext_lazy(
            "Three to eight sentences for people who do not work in the administration. Figures and places help."
        ),
        rows=9,
        required=True,
    )
    worked = passage_field("worked", hint=gettext_lazy("What would you do the same way again?"))
    did_not_work = passage_field("did_not_work", hint=gettext_lazy("And what was the cause?"))
    overlooked = passage_field("overlooked", hint=gettext_lazy("What is missing in the recommendation?"))
    next_step = passage_field(
        "next_step", hint=gettext_lazy("One sentence: what will you do next?"), rows=2, length=MAX_REASON
    )
    next_step_on = GermanDateField(label=FIELD_LABELS["next_step_on"], required=False)
    internal_note = passage_field(
        "internal_note",
        hint=gettext_lazy("For the working group only: it is neither published nor shown to other offices."),
        rows=3,
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        let_people_type(self)
        self.fields["done"].error_messages["required"] = _(
            "Please write what was done. If nothing was done, file a nil return."
        )
        example = datetime.date(today.year + 1, 3, 31)
        self.fields["next_step_on"].help_text = _("For example %(date)s") % {"date": f"{example:%d.%m.%Y}"}

    def clean_next_step_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["next_step_on"]
        if day is not None and day < self.today:
            values = {"date": f"{day:%d.%m.%Y}", "meant": f"{_next_occurrence(day, self.today):%d.%m.%Y}"}
            raise forms.ValidationError(_("%(date)s is over already. Did you mean %(meant)s?") % values)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        needs_reason = cleaned.get("implementation_status") in NEEDS_REASON
        if needs_reason and not cleaned.get("status_reason") and "status_reason" not in self.errors:
            self.add_error("status_reason", _("Please say briefly why."))
        return cleaned


def _next_occurrence(day: datetime.date, today: datetime.date) -> datetime.date:
    """Return the first day from ``today`` on with the day and month of ``day``; 29 February may become the 28th."""
    for year in (today.year, today.year + 1):
        try:
            moved = day.replace(year=year)
        except ValueError:
            moved = day.replace(year=year, day=28)
        if moved >= today:
            break
    return moved


class WebAddressField(forms.URLField):
    """An address on the web: http and https, nothing that a browser would execute."""

    default_validators = [
        URLValidator(
            schemes=["http", "https"], message=gettext_lazy("Please give an address like https://example.org.")
        )
    ]
    default_error_messages = {"invalid": gettext_lazy("Please give an address like https://example.org.")}


class MeasureForm(forms.Form):
    """One measure; a row without anything in it is left out."""

    title = forms.CharField(
        label=gettext_lazy("Name of the measure"),
        max_length=300,
        error_messages={"required": gettext_lazy("Please give the measure a name, or empty its row.")},
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", pgettext_lazy("status", "not stated")), *ImplementationStatus.choices],
        required=False,
    )
    responsible = forms.CharField(label=gettext_lazy("Who"), max_length=200, required=False)
    period = forms.CharField(label=gettext_lazy("Until or period"), max_length=120, required=False)
    funding = forms.CharField(label=gettext_lazy("Funding"), max_length=300, required=False)
    partners = forms.CharField(label=gettext_lazy("Partners"), max_length=300, required=False)
    link = WebAddressField(label=gettext_lazy("Link"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, number: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        # A text input: the browser's own check of addresses would refuse what the server completes.
        self.fields["link"].widget = forms.TextInput(attrs={"inputmode": "url"})
        let_people_type(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: the id of the control, what it is called, and what to do."""

    anchor: str
    label: str
    message: str


class EntryForms:
    """The form of an entry with one form for each measure.

    ``raw`` is shown as it was typed. Only with ``check`` are problems looked for and named.
    """

    form_class: type[forms.Form] = EntryForm
    before_measures: tuple[str, ...] = ("implementation_status", "status_reason", "outlook", "done")
    """What stands above the measures on the page; everything else below."""

    def __init__(self, raw: Mapping[str, Any], *, today: datetime.date, check: bool = False, empty_rows: int = 0):
        full = raw_content.complete(raw)
        self._check = check
        self._today = today
        measures: list[Raw] = full.pop("measures") + [dict.fromkeys(MEASURE_NAMES, "") for _row in range(empty_rows)]
        self.entry = self.form_class(full if check else None, initial=full, **self._options())
        self.measures = [
            MeasureForm(
                {f"measures-{index}-{name}": value for name, value in row.items()} if check else None,
                initial=row,
                prefix=f"measures-{index}",
                number=index + 1,
            )
            for index, row in enumerate(measures)
        ]
        self.spare = MeasureForm(prefix="measures-__number__", number=0)
        """An empty row that the browser copies when somebody adds a measure."""

    def _options(self) -> dict[str, Any]:
        return {"today": self._today}

    @property
    def rows(self) -> int:
        return len(self.measures)

    def problems(self) -> list[Problem]:
        """Return everything that keeps the entry from being handed in, in reading order; empty without ``check``."""
        found = [
            *_problems(self.entry, self.before_measures),
            *(problem for measure in self.measures for problem in _problems(measure)),
        ]
        if self._check and len(self.measures) > MAX_MEASURES:
            found.append(Problem("measures", str(FIELD_LABELS["measures"]), _("Too many measures: at most 50.")))
        rest = [name for name in ENTRY_NAMES if name in self.entry.fields and name not in self.before_measures]
        return [*found, *_problems(self.entry, rest)]

    def content(self) -> EntryContent:
        """Return the entry as it may be handed in; only after ``problems`` found nothing."""
        return EntryContent(**self.entry.cleaned_data, measures=self._measure_contents())

    def _measure_contents(self) -> tuple[MeasureContent, ...]:
        return tuple(MeasureContent(**one.cleaned_data) for one in self.measures)


def _problems(form: forms.Form, names: "tuple[str, ...] | list[str] | None" = None) -> list[Problem]:
    if not form.is_bound:
        return []
    return [
        Problem(
            _anchor(bound),
            _("Measure %(number)d, %(label)s") % {"number": form.number, "label": bound.label}
            if isinstance(form, MeasureForm)
            else str(bound.label),
            str(message),
        )
        for bound in (form[name] for name in names or form.fields)
        for message in bound.errors
    ]


def _anchor(bound: BoundField) -> str:
    # A group of radio buttons is reached at its first one.
    return f"{bound.auto_id}_0" if isinstance(bound.field.widget, forms.RadioSelect) else bound.auto_id


def problems_title(number: int) -> str:
    return ngettext(
        "Not handed in yet: %(number)d entry is missing or does not fit",
        "Not handed in yet: %(number)d entries are missing or do not fit",
        number,
    ) % {"number": number}


def lenient_content(raw: Mapping[str, Any]) -> EntryContent:
    """Return as much of ``raw`` as can be shown in a preview; what does not fit is left out."""
    full = raw_content.complete(raw)
    form = EntryForm(full, today=datetime.date(1900, 1, 1))
    form.is_valid()
    texts = {name: full[name].strip() for name in ENTRY_NAMES if name != "next_step_on"}
    status = texts["implementation_status"]
    texts["implementation_status"] = status if status in ImplementationStatus.values else ImplementationStatus.UNKNOWN
    texts["outlook"] = texts["outlook"] if texts["outlook"] in Outlook.values else ""
    return EntryContent(
        **texts,
        next_step_on=form.cleaned_data.get("next_step_on"),
        measures=tuple(_lenient_measure(row) for row in full["measures"]),
    )


def _lenient_measure(row: Mapping[str, str]) -> MeasureContent:
    form = MeasureForm(row)
    form.is_valid()
    values: dict[str, str] = {name: form.cleaned_data.get(name, "") for name in MEASURE_NAMES}
    return MeasureContent(**{**values, "title": values["title"] or row["title"] or _("(without a name)")})


class NilReturnForm(forms.Form):
    """Why there is nothing to report."""

    reason = forms.CharField(
        label=gettext_lazy("Why is there nothing to report?"),
        help_text=gettext_lazy("One or two sentences. They appear in the report."),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Please say briefly why there is nothing to report.")},
    )
    use_required_attribute = False

    def clean_reason(self) -> str:
        return raw_content.clean_text(self.cleaned_data["reason"])


class UnchangedForm(forms.Form):
    """The attestation that last period's text still holds."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("I have read the text. It still holds without any change."),
        error_messages={"required": gettext_lazy("Please tick the box if the text still holds.")},
    )
    use_required_attribute = False
