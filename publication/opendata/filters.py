"""What a list of the interface can be narrowed by. Whatever is not exactly what is documented is refused."""

import datetime
import re
from typing import Annotated, Any

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from publication.opendata.schemas import ChangeKind, CrosswalkReasonName, ReportedStatus, Status

LARGEST_ID = 2**63 - 1
"""The largest number that a database keeps as an id."""

MOST = 500


def _written(pattern: str, kind: str) -> BeforeValidator:
    """Return a check that a value is written as ``pattern`` says: pydantic alone would take a number for a date."""
    rule = re.compile(pattern)

    def check(value: Any) -> Any:
        if isinstance(value, str) and not rule.fullmatch(value):
            raise PydanticCustomError(kind, "not written as documented")
        return value

    return BeforeValidator(check)


INTEGER = r"-?(0|[1-9][0-9]{0,18})"
Whole = Annotated[int, _written(INTEGER, "int_parsing")]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), _written(INTEGER, "int_parsing")]
Day = Annotated[datetime.date, _written(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "date_from_datetime_parsing")]
YesNo = Annotated[bool, _written(r"true|false", "bool_parsing")]
Slug = Annotated[
    str,
    Field(
        min_length=1,
        max_length=120,
        pattern=r"^[-a-zA-Z0-9_]+$",
    ),
]
Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        pattern=r"^[^\x00-\x1f]+$",
    ),
]
Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Year = Annotated[int, Field(ge=1900, le=2200), _written(INTEGER, "int_parsing")]

EDITION = _("Only those of this edition, by its short name.")
FIELD = _("Only those of this field of action, by its id.")
OFFICE = _("Only where this office leads or contributes today, by its id.")
YEAR = _("Only with an entry on a period that includes this year.")
SINCE = _("Only what changed on this day or later. Use the day of your last visit.")
WORDS = _(
    "Only where each of these words occurs: as it is, in another form (German stems) or within a compound word, as in"
    " the search on the pages. Filler words, and those after the eighth, do not count."
)


class Paging(BaseModel):
    """Which part of the list."""

    model_config = ConfigDict(extra="forbid")

    limit: Whole = Field(100, ge=1, le=MOST, description=_("How many a page holds at most."))
    offset: Whole = Field(0, ge=0, le=10_000_000, description=_("How many to skip before this page."))


class OfEdition(Paging):
    edition: Slug | None = Field(None, description=EDITION, examples=["neue-akzente-2019"])


class GoalFilters(OfEdition):
    field: Id | None = Field(None, description=FIELD)


class RecommendationFilters(OfEdition):
    field: Id | None = Field(None, description=FIELD)
    goal: Id | None = Field(None, description=_("Only those of this goal, by its id."))
    status: Status | None = Field(None, description=_("Only those with this status today."))
    office: Id | None = Field(None, description=OFFICE)
    year: Year | None = Field(None, description=YEAR)
    q: Words | None = Field(None, description=WORDS)
    changed_since: Day | None = Field(None, description=SINCE)
    ended: YesNo | None = Field(
        None, description=_("Only those that left their edition, or only those that did not. Without it, both.")
    )


class EntryFilters(OfEdition):
    field: Id | None = Field(None, description=FIELD)
    recommendation: Id | None = Field(None, description=_("Only those on this recommendation, by its id."))
    period: Id | None = Field(None, description=_("Only those on this period, by its id."))
    status: ReportedStatus | None = Field(None, description=_("Only entries that report this status."))
    office: Id | None = Field(None, description=OFFICE)
    year: Year | None = Field(None, description=_("Only those on periods that include this year."))
    q: Words | None = Field(None, description=WORDS)
    changed_since: Day | None = Field(None, description=SINCE)


class MeasureFilters(OfEdition):
    field: Id | None = Field(None, description=FIELD)
    recommendation: Id | None = Field(None, description=_("Only those on this recommendation, by its id."))
    period: Id | None = Field(None, description=_("Only those on this period, by its id."))
    status: ReportedStatus | None = Field(None, description=_("Only measures that have this status."))
    office: Id | None = Field(None, description=OFFICE)
    year: Year | None = Field(None, description=_("Only those on periods that include this year."))
    q: Words | None = Field(None, description=WORDS)
    changed_since: Day | None = Field(None, description=SINCE)


class OfficeFilters(Paging):
    q: Words | None = Field(None, description=WORDS)


class ReportFilters(OfEdition):
    year: Year | None = Field(None, description=_("Only those on periods that include this year."))


class CrosswalkFilters(Paging):
    before: Slug | None = Field(None, description=_("Only from this edition, by its short name."))
    after: Slug | None = Field(None, description=_("Only into this edition, by its short name."))
    reason: CrosswalkReasonName | None = Field(None, description=_("Only with this reason."))


class ChangeFilters(OfEdition):
    field: Id | None = Field(None, description=FIELD)
    kind: ChangeKind | None = Field(None, description=_("Only those of this kind."))
    changed_since: Day | None = Field(None, description=SINCE)
