"""What tables are made of: columns, and everything published, read once. Headings are message ids.

Columns are only ever added at the end, before source and licence; their headings stay.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from publication.opendata import addresses, licence, reading
from publication.opendata.reading import Link, Reported, Wording
from publication.queries.kept import PerSite
from publication.queries.public_reports import Report, public_reports
from publication.queries.site import PublicEdition, PublicRecommendation, Site
from publication.queries.summaries import Summary
from workflow.published import PublishedEntry, PublishedWithdrawal

Value = str | int | datetime.date | None
TEXT, NUMBER, DATE, ADDRESS = "text", "number", "date", "address"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it means, of what kind its values are, and how a row gets its value."""

    heading: str
    about: str
    value: Callable[[Any], Value]
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Everything:
    """All that tables are made of, read once."""

    whole: Site
    wordings: dict[int, Wording]
    reported: list[Reported]
    texts: dict[int, PublishedEntry]
    links: list[Link]
    reports: list[Report]
    summaries: dict[int, list[Summary]]
    withdrawals: list[PublishedWithdrawal]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``rows`` returns what its columns take their values from, of one edition or of all."""

    slug: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[Everything, PublicEdition | None], Iterable[Any]]

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return (*self.columns, SOURCE)


def gather(now: datetime.datetime) -> Everything:
    """Return everything published; at most fourteen queries, once for each version of what is published."""
    return _gathered(reading.everything_at(now), now)


def _gather(whole: Site, now: datetime.datetime) -> Everything:
    texts = reading.entries(now)
    return Everything(
        whole,
        reading.wordings(whole.by_pk),
        reading.reported(whole, now),
        texts,
        reading.crosswalk(whole),
        public_reports(now, whole),
        reading.summaries(texts),
        reading.withdrawals(now),
    )


_gathered = PerSite(_gather)

SOURCE = Column(
    _("Source and licence"), _("How to name the source, and the licence."), lambda _row: licence.statement()
)


def editions(everything: Everything, one: PublicEdition | None) -> list[PublicEdition]:
    return [one] if one else everything.whole.editions


def page_of(one: PublicRecommendation) -> str:
    return addresses.recommendation(one) or addresses.edition(one.edition)


KEY = _("The readable id: edition and key. It never changes.")
