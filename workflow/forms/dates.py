"""Dates in forms: the field stands in ``offices``, where the forms of the lower rooms find it, too."""

from offices.forms.dates import FORMATS, GermanDateField, parse_date

__all__ = ["FORMATS", "GermanDateField", "parse_date"]
