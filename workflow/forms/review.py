"""The Arbeitsgruppe's decision on one version: a comment for each passage, and one for the whole."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.content import COMMENTABLE_FIELDS, CommentContent
from workflow.wording import FIELD_LABELS

WHOLE = "whole"
MAX_COMMENT = 5_000


class DecisionForm(forms.Form):
    """``version`` is the number of the version that the reviewer has read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_767)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (WHOLE, *COMMENTABLE_FIELDS):
            part = "" if name == WHOLE else name
            self.fields[f"comment_{name}"] = forms.CharField(
                label=_("Comment: %(part)s") % {"part": FIELD_LABELS[part]},
                required=False,
                max_length=MAX_COMMENT,
                error_messages={"max_length": gettext_lazy("A comment may have at most 5,000 characters.")},
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def whole(self) -> BoundField:
        """The comment on the entry as a whole."""
        return self[f"comment_{WHOLE}"]

    def comment_on(self, name: str) -> BoundField:
        """Return the field for comments on the passage ``name``."""
        return self[f"comment_{name}"]

    def comments(self) -> list[CommentContent]:
        """Return what was written, in reading order; call only after validation."""
        found = []
        for name in (WHOLE, *COMMENTABLE_FIELDS):
            text = self.cleaned_data.get(f"comment_{name}", "").strip()
            if text:
                found.append(CommentContent(text, "" if name == WHOLE else name))
        return found
