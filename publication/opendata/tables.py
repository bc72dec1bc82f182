"""The tables: what stands in CSV and XLSX, column by column. Headings are message ids; files say them in German.

Columns are only ever added at the end, before source and licence; their headings stay.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

from publication.opendata import addresses, licence, reading, words
from publication.opendata.reading import Link, Report, Reported, Wording
from publication.queries.site import PublicEdition, PublicOffice, PublicRecommendation, Site
from workflow.published import PublishedEntry, PublishedMeasure, PublishedPeriod

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
    texts: dict[int, PublishedEntry]
    links: list[Link]
    reports: list[Report]


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
    """Return everything published; at most twelve queries, however much it is."""
    whole = reading.everything_at(now)
    return Everything(
        whole,
        reading.wordings(whole.by_pk),
        reading.entries(now),
        reading.crosswalk(whole),
        reading.reports(now, whole),
    )


SOURCE = Column(
    _("Source and licence"), _("How to name the source, and the licence."), lambda _row: licence.statement()
)


def _editions(everything: Everything, one: PublicEdition | None) -> list[PublicEdition]:
    return [one] if one else everything.whole.editions


# --- Recommendations --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Recommendation:
    one: PublicRecommendation
    wording: Wording


def _recommendations(everything: Everything, edition: PublicEdition | None) -> Iterable[_Recommendation]:
    return (
        _Recommendation(one, everything.wordings.get(one.pk, Wording()))
        for some in _editions(everything, edition)
        for one in some.all_recommendations
    )


def _last_period(one: PublicRecommendation) -> str:
    newest = one.newest
    return next((period.label for period in one.edition.periods if newest and period.cycle_id == newest.cycle_id), "")


def _of(one: PublicRecommendation) -> str:
    return addresses.recommendation(one) or addresses.edition(one.edition)


KEY = _("The id for people: edition and key. It stays.")
RECOMMENDATIONS = Table(
    "empfehlungen",
    _("Recommendations with their status"),
    _("One line for each recommendation of every edition, with where it stands today."),
    (
        Column(_("Id"), KEY, lambda row: addresses.stable_id(row.one)),
        Column(_("Id number"), _("The number that stays."), lambda row: row.one.pk, NUMBER),
        Column(_("Edition"), _("The edition's name."), lambda row: row.one.edition.name),
        Column(
            _("Field of action number"),
            _("The number as printed; it may change."),
            lambda row: row.one.goal.field.number,
        ),
        Column(_("Field of action"), _("The name of the field of action."), lambda row: row.one.goal.field.name),
        Column(_("Goal number"), _("The number as printed; it may change."), lambda row: row.one.goal.number),
        Column(_("Goal"), _("The goal in words."), lambda row: row.one.goal.text),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.one.number),
        Column(_("Title"), _("The recommendation's short title."), lambda row: row.one.title),
        Column(_("Text"), _("The recommendation's wording."), lambda row: row.wording.text),
        Column(_("Rationale"), _("Why it was recommended."), lambda row: row.wording.rationale),
        Column(_("Lead"), _("The office that leads today."), lambda row: row.one.lead.label if row.one.lead else ""),
        Column(
            _("Offices that contribute"),
            _("The offices that contribute today."),
            lambda row: "; ".join(office.label for office in row.one.contributing),
        ),
        Column(_("Status value"), _("The value that the data use; it stays."), lambda row: row.one.status),
        Column(
            _("Status"),
            _("How it stands today: the status of its last period."),
            lambda row: words.status(row.one.status),
        ),
        Column(_("Last reported for"), _("The period of the newest entry."), lambda row: _last_period(row.one)),
        Column(
            _("Last report on"),
            _("The day on which the newest entry was approved."),
            lambda row: row.one.newest.approved_on if row.one.newest else None,
            DATE,
        ),
        Column(
            _("Changed on"),
            _("The last day on which something published about it changed."),
            lambda row: reading.changed_on(row.one),
            DATE,
        ),
        Column(
            _("Ended on"),
            _("The day on which it left the edition; empty while it belongs to it."),
            lambda row: row.one.ended_on,
            DATE,
        ),
        Column(_("Address"), _("The page for people."), lambda row: _of(row.one), ADDRESS),
    ),
    _recommendations,
)

# --- Entries ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entry:
    found: Reported
    text: PublishedEntry

    @property
    def one(self) -> PublicRecommendation:
        return self.found.one

    @property
    def period(self) -> PublishedPeriod:
        return self.found.period


def _entries(everything: Everything, edition: PublicEdition | None) -> Iterable[_Entry]:
    return (
        _Entry(found, everything.texts[found.mark.run_id])
        for found in reading.reported(everything.whole)
        if (edition is None or found.one.edition is edition) and found.mark.run_id in everything.texts
    )


def _text(name: str) -> Callable[[_Entry], Value]:
    return lambda row: getattr(row.text, name)


ENTRIES = Table(
    "sachstaende",
    _("What was reported"),
    _("One line for each approved entry: a recommendation in a period."),
    (
        Column(_("Entry id"), _("The number that stays, through corrections too."), _text("run_id"), NUMBER),
        Column(_("Recommendation id"), KEY, lambda row: addresses.stable_id(row.one)),
        Column(_("Edition"), _("The edition's name."), lambda row: row.one.edition.name),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.one.number),
        Column(_("Title"), _("The recommendation's short title."), lambda row: row.one.title),
        Column(_("Period"), _("The period as people write it."), lambda row: row.period.label),
        Column(_("First day"), _("The period's first day."), lambda row: row.period.period_from, DATE),
        Column(_("Last day"), _("The period's last day."), lambda row: row.period.period_until, DATE),
        Column(
            _("Kind"),
            _("A report, the confirmation of an earlier one, or a nil return."),
            lambda row: words.kind(row.text.kind),
        ),
        Column(_("Status value"), _("The value that the data use; it stays."), _text("status")),
        Column(
            _("Status"), _("The implementation status that was reported."), lambda row: words.status(row.text.status)
        ),
        Column(_("Reason"), _("Why, where the recommendation is deferred or not pursued."), _text("status_reason")),
        Column(_("What was done"), _("What was done."), _text("done")),
        Column(_("What worked"), _("What worked."), _text("worked")),
        Column(_("What did not work"), _("What did not work."), _text("did_not_work")),
        Column(_("What was overlooked"), _("What was overlooked."), _text("overlooked")),
        Column(_("Next step"), _("The next step."), _text("next_step")),
        Column(_("Next step until"), _("Until when the next step is planned."), _text("next_step_on"), DATE),
        Column(_("Reason for the nil return"), _("Why there is nothing to report."), _text("nil_reason")),
        Column(_("Confirms"), _("The period of the text that an unchanged entry confirms."), _text("confirms_period")),
        Column(_("Office"), _("The office that reported, with its name of the time."), _text("office_label")),
        Column(_("Version"), _("The version of the entry; a correction is a new one."), _text("version"), NUMBER),
        Column(_("Approved on"), _("The day on which this version was approved."), _text("approved_on"), DATE),
        Column(
            _("Changed on"),
            _("The day from which this version could be read."),
            lambda row: row.found.mark.public_on or row.text.approved_on,
            DATE,
        ),
        Column(
            _("Corrections"),
            _("What corrections changed, newest first."),
            lambda row: "\n".join(f"{one.on:%d.%m.%Y}: {one.note}" for one in row.text.corrections),
        ),
        Column(_("Address"), _("The page for people."), lambda row: _of(row.one), ADDRESS),
    ),
    _entries,
)

# --- Measures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Measure:
    entry: _Entry
    measure: PublishedMeasure
    place: int


def _measures(everything: Everything, edition: PublicEdition | None) -> Iterable[_Measure]:
    return (
        _Measure(entry, measure, place)
        for entry in _entries(everything, edition)
        for place, measure in enumerate(entry.text.measures, 1)
    )


def _measured(name: str) -> Callable[[_Measure], Value]:
    return lambda row: getattr(row.measure, name)


MEASURES = Table(
    "massnahmen",
    _("Measures and programmes"),
    _("One line for each measure that an approved entry names."),
    (
        Column(
            _("Measure id"),
            _("Entry and position. It may change when the entry is corrected."),
            lambda row: f"{row.entry.text.run_id}-{row.place}",
        ),
        Column(
            _("Entry id"),
            _("The entry that names it, by its id."),
            lambda row: row.entry.text.run_id,
            NUMBER,
        ),
        Column(_("Recommendation id"), KEY, lambda row: addresses.stable_id(row.entry.one)),
        Column(_("Edition"), _("The edition's name."), lambda row: row.entry.one.edition.name),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.entry.one.number),
        Column(_("Period"), _("The period that the entry reports on."), lambda row: row.entry.period.label),
        Column(_("Measure"), _("What is done."), _measured("title")),
        Column(_("Status value"), _("The value that the data use; it stays."), _measured("status")),
        Column(_("Status"), _("The measure's status, if it was given."), lambda row: words.status(row.measure.status)),
        Column(_("Responsible"), _("Who carries it out."), _measured("responsible")),
        Column(_("Time frame"), _("When, in the words of the report."), _measured("period")),
        Column(_("Funding"), _("Where the money comes from."), _measured("funding")),
        Column(_("Partners"), _("Who else takes part."), _measured("partners")),
        Column(_("Link"), _("Where to read more."), _measured("link"), ADDRESS),
    ),
    _measures,
)

# --- Offices ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Office:
    one: PublicOffice
    leads: list[PublicRecommendation]
    contributes: list[PublicRecommendation]


def _offices(everything: Everything, edition: PublicEdition | None) -> Iterable[_Office]:
    for one in everything.whole.offices:
        leads = [some for some in one.leads if edition is None or some.edition is edition]
        contributes = [some for some in one.contributes if edition is None or some.edition is edition]
        if leads or contributes:
            yield _Office(one, leads, contributes)


def _ids(some: Iterable[PublicRecommendation]) -> str:
    return "; ".join(addresses.stable_id(one) for one in some)


OFFICES = Table(
    "stellen",
    _("Offices"),
    _("One line for each office that is in charge of something today."),
    (
        Column(_("Office id"), _("The number that stays."), lambda row: row.one.pk, NUMBER),
        Column(_("Office number"), _("The office's official number; some have none."), lambda row: row.one.number),
        Column(_("Name"), _("The office's name."), lambda row: row.one.name),
        Column(_("Kind"), _("What sort of office it is."), lambda row: words.office_kind(row.one.kind)),
        Column(_("Leads"), _("How many recommendations it leads."), lambda row: len(row.leads), NUMBER),
        Column(_("Leads, ids"), _("The recommendations that it leads, by their ids."), lambda row: _ids(row.leads)),
        Column(
            _("Contributes"), _("How many recommendations it contributes to."), lambda row: len(row.contributes), NUMBER
        ),
        Column(
            _("Contributes, ids"),
            _("The recommendations that it contributes to, by their ids."),
            lambda row: _ids(row.contributes),
        ),
    ),
    _offices,
)

# --- Crosswalk, periods, reports --------------------------------------------------------------------------------------


def _links(everything: Everything, edition: PublicEdition | None) -> Iterable[Link]:
    return (
        one
        for one in everything.links
        if edition is None or one.before.edition is edition or (one.after is not None and one.after.edition is edition)
    )


CROSSWALK = Table(
    "ueberleitung",
    _("The crosswalk between editions"),
    _("One line for each link: what became of a recommendation in a later edition."),
    (
        Column(_("Link id"), _("The number that stays."), lambda row: row.pk, NUMBER),
        Column(_("Before, edition"), _("The edition's name."), lambda row: row.before.edition.name),
        Column(_("Before, id"), KEY, lambda row: addresses.stable_id(row.before)),
        Column(_("Before, title"), _("The recommendation's short title."), lambda row: row.before.title),
        Column(
            _("After, edition"),
            _("The edition in which it lives on; empty where it ends."),
            lambda row: row.after.edition.name if row.after else "",
        ),
        Column(_("After, id"), KEY, lambda row: addresses.stable_id(row.after) if row.after else ""),
        Column(
            _("After, title"), _("The recommendation's short title."), lambda row: row.after.title if row.after else ""
        ),
        Column(_("Reason value"), _("The value that the data use; it stays."), lambda row: row.reason),
        Column(_("What became of it"), _("What became of it."), lambda row: row.reason_word),
        Column(_("Note"), _("What else there is to say of it."), lambda row: row.note),
    ),
    _links,
)


@dataclass(frozen=True, slots=True)
class _Report:
    report: Report
    edition: PublicEdition


def _reports(everything: Everything, edition: PublicEdition | None) -> Iterable[_Report]:
    by_pk = {one.pk: one for one in _editions(everything, edition)}
    return (_Report(one, by_pk[one.edition_id]) for one in everything.reports if one.edition_id in by_pk)


REPORTS = Table(
    "berichte",
    _("Integration reports"),
    _("One line for each final version of a report, withdrawn ones with the reason."),
    (
        Column(_("Report id"), _("The number that stays."), lambda row: row.report.pk, NUMBER),
        Column(_("Edition"), _("The edition's name."), lambda row: row.edition.name),
        Column(_("Period"), _("The period that it covers."), lambda row: row.report.period_label),
        Column(
            _("Version"),
            _("The version of the report; a correction is a new one."),
            lambda row: row.report.number,
            NUMBER,
        ),
        Column(_("Released on"), _("When it became public."), lambda row: reading.day(row.report.released_at), DATE),
        Column(_("What is different"), _("What is different in this version."), lambda row: row.report.change_note),
        Column(
            _("Withdrawn on"),
            _("When it was withdrawn; empty while it counts."),
            lambda row: reading.day(row.report.withdrawn_at),
            DATE,
        ),
        Column(_("Why withdrawn"), _("Why it was withdrawn."), lambda row: row.report.withdrawal_note),
        Column(_("Checksum"), _("The checksum of its content, printed in every file."), lambda row: row.report.sha256),
        Column(
            _("Address"),
            _("Where to download it."),
            lambda row: "" if row.report.is_withdrawn else addresses.report(row.report.pk),
            ADDRESS,
        ),
    ),
    _reports,
)

TABLES = (RECOMMENDATIONS, ENTRIES, MEASURES, OFFICES, CROSSWALK, REPORTS)
BY_SLUG = {table.slug: table for table in TABLES}
