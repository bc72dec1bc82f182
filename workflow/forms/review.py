"""The Arbeitsgruppe's decision on one version, with any number of comments on its passages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow import mentions, quotes
from workflow.content import COMMENTABLE_FIELDS, CommentContent
from workflow.mentions import Nameable
from workflow.wording import FIELD_LABELS

WHOLE = "whole"
PARTS = (WHOLE, *COMMENTABLE_FIELDS)
MAX_COMMENT = 5_000
MAX_QUOTE = 2_000
MAX_COMMENTS = 100
MAX_PEOPLE = 10
LONGEST_NUMBER = 7


@dataclass(slots=True)
class CommentRow:
    """One comment as typed: on ``part``, about the words ``quote``; ``start`` is where somebody marked them.

    ``place`` counts the comments on the same part from 1, the one in the passage's own box.
    """

    part: str
    place: int
    text: str = ""
    quote: str = ""
    start: str = ""
    error: str = ""
    quote_error: str = ""

    @property
    def field(self) -> str:
        """The field of the entry; empty for the whole entry."""
        return "" if self.part == WHOLE else self.part

    @property
    def label(self) -> str:
        return str(FIELD_LABELS[self.field])

    @property
    def can_quote(self) -> bool:
        """Whether the part is a text, so that a comment can be about some of its words."""
        return self.part not in {WHOLE, "implementation_status", "measures"}

    @property
    def suffix(self) -> str:
        return self.part if self.place == 1 else f"{self.part}_{self.place}"

    @property
    def is_written(self) -> bool:
        return bool(self.text.strip() or self.quote.strip())

    @property
    def near(self) -> int | None:
        return int(self.start) if self.start.isdecimal() and len(self.start) <= LONGEST_NUMBER else None


class DecisionForm(forms.Form):
    """``version`` is the number of the version that the reviewer has read.

    Comments come as ``comment_<part>``, ``quote_<part>`` and ``start_<part>``, each as often as there are comments on
    that part; ``texts`` are the passages in which the quoted words must stand. ``roster`` are those who may be named.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        texts: Mapping[str, str] | None = None,
        roster: Sequence[Nameable] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.texts = texts or {}
        self.roster = roster
        self.rows: dict[str, list[CommentRow]] = {part: _rows(part, data) for part in PARTS}
        wanted = data.get("another", "") if data is not None else ""
        if wanted in self.rows and self.rows[wanted][-1].is_written:
            self.rows[wanted].append(CommentRow(wanted, len(self.rows[wanted]) + 1))

    def first(self, part: str) -> CommentRow:
        """Return the comment that stands in the box of the part itself."""
        return self.rows[part][0]

    @property
    def whole(self) -> CommentRow:
        """The comment on the entry as a whole."""
        return self.first(WHOLE)

    @property
    def further(self) -> list[CommentRow]:
        """The second and further comments on each part, in reading order."""
        return [row for part in PARTS for row in self.rows[part][1:]]

    @property
    def is_written(self) -> bool:
        return any(row.is_written for row in self._all())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        written = [row for row in self._all() if row.is_written]
        if len(written) > MAX_COMMENTS:
            self.add_error(None, _("At most 100 comments fit into one decision."))
        for row in written[:MAX_COMMENTS]:
            self._check(row)
        return cleaned

    def comments(self) -> list[CommentContent]:
        """Return what was written, in reading order; call only after validation."""
        return [_content(row, self.texts) for row in self._all() if row.text.strip()]

    def unknown(self) -> list[str]:
        """Return what stands behind an ``@`` and names nobody; call only after validation."""
        return [word for row in self._all() for word in mentions.read(row.text, self.roster).unknown]

    def _all(self) -> list[CommentRow]:
        return [row for part in PARTS for row in self.rows[part]]

    def _check(self, row: CommentRow) -> None:
        if len(row.text) > MAX_COMMENT:
            row.error = _("A comment may have at most 5,000 characters.")
        elif not row.text.strip():
            row.error = _("What do you want to say about these words?")
        elif fits_several := mentions.read(row.text, self.roster).ambiguous:
            row.error = say_whom(fits_several)
        if len(row.quote) > MAX_QUOTE:
            row.quote_error = _("At most 2,000 characters can be marked.")
        elif row.quote.strip() and row.part in self.texts and not quotes.find(self.texts[row.part], row.quote):
            row.quote_error = _("These words do not stand in the passage.")
        for name, error in (("comment", row.error), ("quote", row.quote_error)):
            if error:
                link = format_html(
                    '<a class="kern-link" href="#id_{}_{}">{}: {}</a>', name, row.suffix, row.label.rstrip("?"), error
                )
                self.add_error(None, link)


def _rows(part: str, data: QueryDict | None) -> list[CommentRow]:
    if data is None:
        return [CommentRow(part, 1)]
    columns = [data.getlist(f"{name}_{part}") for name in ("comment", "quote", "start")]
    typed = list(zip_longest(*columns, fillvalue=""))[: MAX_COMMENTS + 1] or [("", "", "")]
    first, *further = [CommentRow(part, 1, *values) for values in typed]
    kept = [first, *(row for row in further if row.is_written)]
    for place, row in enumerate(kept, start=1):
        row.place = place
        # Browsers send line breaks as two characters; the text has one.
        row.text = row.text.replace("\r\n", "\n")
    return kept


def _content(row: CommentRow, texts: Mapping[str, str]) -> CommentContent:
    quote = quotes.find(texts[row.part], row.quote, near=row.near) if row.quote and row.part in texts else None
    if quote is None:
        return CommentContent(row.text.strip(), row.field)
    return CommentContent(row.text.strip(), row.field, quote.text, quote.start)


def say_whom(fits_several: Mapping[str, Sequence[str]]) -> str:
    """Return what is to be said about names that fit several people, and who they are."""
    return " ".join(
        _("@%(name)s fits several people: %(people)s. Please write more of the name.")
        % {"name": name, "people": ", ".join(people[:MAX_PEOPLE]) + (" …" if len(people) > MAX_PEOPLE else "")}
        for name, people in fits_several.items()
    )


class AnswerForm(forms.Form):
    """An answer to one comment, and whether the comment is done with (the button says it)."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        required=False,
        max_length=MAX_COMMENT,
        error_messages={"max_length": gettext_lazy("An answer may have at most 5,000 characters.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    resolved = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, roster: Sequence[Nameable] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roster = roster
        self.fields["text"].help_text = _(
            "With @ and the beginning of a name, somebody of the Arbeitsgruppe or the lead office gets a mail."
        )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if fits_several := mentions.read(text, self.roster).ambiguous:
            raise forms.ValidationError(say_whom(fits_several))
        return text

    def unknown(self) -> list[str]:
        """Return what stands behind an ``@`` and names nobody; call only after validation."""
        return mentions.read(self.cleaned_data["text"], self.roster).unknown

    def clean_resolved(self) -> bool:
        return self.data.get("resolved") == "1"
