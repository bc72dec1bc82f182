"""Forms of the import: which file, into which edition, with which columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concept.importing.cells import one_line
from concept.importing.columns import COLUMNS
from concept.importing.tables import MAX_BYTES, Table

SAMPLE = 40


class FileField(forms.FileField):
    """A table of at most 10 MB."""

    widget = forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"})

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        file = super().clean(data, initial)
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file  # type: ignore[no-any-return]


class UploadForm(forms.Form):
    """A file and the edition that it goes into; ``edition_name`` after validation."""

    file = FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV, at most 10 MB and 20,000 rows."),
        error_messages={"required": gettext_lazy("Please choose a file."), "empty": gettext_lazy("The file is empty.")},
    )
    edition = forms.ChoiceField(label=pgettext_lazy("import", "Edition"), required=False)
    new_edition = forms.CharField(
        label=gettext_lazy("Name of the new edition"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Only if you chose “new edition” above."),
    )
    end_missing = forms.BooleanField(
        label=gettext_lazy("End recommendations that the file lacks"),
        required=False,
        help_text=gettext_lazy("Otherwise they are named in the preview and left as they are."),
    )

    def __init__(self, *args: Any, editions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = editions
        choices = [("", _("new edition")), *((name, name) for name in editions)]
        self.fields["edition"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen, new = cleaned.get("edition", ""), one_line(cleaned.get("new_edition", ""))
        if not chosen and not new and "new_edition" not in self.errors:
            self.add_error("new_edition", _("Please choose an edition or name a new one."))
        elif not chosen and new in self.names:
            self.add_error("new_edition", _("There is an edition with this name. Please choose it above."))
        elif chosen and new:
            self.add_error("new_edition", _("Please choose an edition or name a new one, not both."))
        cleaned["edition_name"] = chosen or new
        return cleaned


class ColumnsForm(forms.Form):
    """Which heading of the file stands for which of our columns; each heading only once."""

    def __init__(self, *args: Any, table: Table, columns: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not in the file")), *((heading, _labelled(table, heading)) for heading in _usable(table))]
        for column in COLUMNS:
            self.fields[column.name] = forms.ChoiceField(
                label=column.heading, choices=choices, required=False, initial=columns.get(column.name, "")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name, heading in list(cleaned.items()):
            if heading and heading in taken:
                message = _("“%(heading)s” is chosen twice.") % {"heading": heading}
                self.add_error(name, message)
            taken.setdefault(heading, name)
        return cleaned

    def columns(self) -> dict[str, str]:
        """Return the chosen headings by column."""
        return {name: heading for name, heading in self.cleaned_data.items() if heading}


def _usable(table: Table) -> list[str]:
    return list(dict.fromkeys(heading for heading in table.headings if heading))


def _labelled(table: Table, heading: str) -> str:
    """Return the heading with the first value below it, so that people recognise the column."""
    place = table.headings.index(heading)
    sample = next((one_line(row.cells[place]) for row in table.rows if row.cells[place]), "")
    if not sample:
        return heading
    cut = sample if len(sample) <= SAMPLE else sample[:SAMPLE].rstrip() + " …"
    return _("%(heading)s (such as: %(sample)s)") % {"heading": heading, "sample": cut}
