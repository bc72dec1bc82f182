"""Texts with a greatest length: what is longer is refused with a sentence that says by how much, never cut."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import ngettext_lazy

MESSAGE = ngettext_lazy(
    "At most %(limit_value)d character fits; your text has %(show_value)d. Please shorten it.",
    "At most %(limit_value)d characters fit; your text has %(show_value)d. Please shorten it.",
    "limit_value",
)


class WholeText(forms.CharField):
    """A text whose line breaks count as one character each, and which no browser cuts when it is pasted."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(longest, message=MESSAGE))

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")
