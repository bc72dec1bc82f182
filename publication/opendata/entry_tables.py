"""The tables of what was reported: entries, measures, summaries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from publication.opendata import addresses, words
from publication.opendata.columns import ADDRESS, DATE, KEY, NUMBER, Column, Everything, Table, Value, page_of
from publication.opendata.reading import Reported
from publication.queries.site import PublicEdition, PublicRecommendation
from publication.queries.summaries import Summary
from workflow.published import PublishedEntry, PublishedMeasure, PublishedPeriod

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
        for found in everything.reported
        if (edition is None or found.one.edition is edition) and found.mark.run_id in everything.texts
    )


def _text(name: str) -> Callable[[_Entry], Value]:
    return lambda row: getattr(row.text, name)


ENTRIES = Table(
    "sachstaende",
    _("What was reported"),
    _("One row for each approved entry: a recommendation in a period."),
    (
        Column(_("Entry id"), _("The number that never changes, not even with corrections."), _text("run_id"), NUMBER),
        Column(_("Recommendation id"), KEY, lambda row: addresses.stable_id(row.one)),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.one.edition.name),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.one.number),
        Column(_("Title"), _("The recommendation’s short title."), lambda row: row.one.title),
        Column(_("Period"), _("The period as people write it."), lambda row: row.period.label),
        Column(_("First day"), _("The period’s first day."), lambda row: row.period.period_from, DATE),
        Column(_("Last day"), _("The period’s last day."), lambda row: row.period.period_until, DATE),
        Column(
            _("Kind"),
            _("A report, the confirmation of an earlier one, or a nil return."),
            lambda row: words.kind(row.text.kind),
        ),
        Column(_("Status value"), _("The value that the data use; it never changes."), _text("status")),
        Column(
            _("Status"), _("The implementation status that was reported."), lambda row: words.status(row.text.status)
        ),
        Column(
            _("Reason"), _("The reason, where the recommendation is deferred or not pursued."), _text("status_reason")
        ),
        Column(_("What was done"), _("What was done."), _text("done")),
        Column(_("What worked"), _("What worked."), _text("worked")),
        Column(_("What did not work"), _("What did not work."), _text("did_not_work")),
        Column(_("What was overlooked"), _("What was overlooked."), _text("overlooked")),
        Column(_("Next step"), _("The next step."), _text("next_step")),
        Column(_("Next step by"), _("The day by which the next step is planned."), _text("next_step_on"), DATE),
        Column(_("Reason for the nil return"), _("Why there is nothing to report."), _text("nil_reason")),
        Column(_("Confirms"), _("The period of the text that an unchanged entry confirms."), _text("confirms_period")),
        Column(_("Office"), _("The office that reported, under its name at the time."), _text("office_label")),
        Column(_("Version"), _("The version of the entry; a correction is a new one."), _text("version"), NUMBER),
        Column(_("Approved on"), _("The day on which this version was approved."), _text("approved_on"), DATE),
        Column(
            _("Changed on"),
            _("The last day on which anything about it changed, or on which it was shown again."),
            lambda row: row.found.changed_on,
            DATE,
        ),
        Column(
            _("Corrections"),
            _("What corrections changed, newest first."),
            lambda row: "\n".join(f"{one.on:%d.%m.%Y}: {one.note}" for one in row.text.corrections),
        ),
        Column(_("Address"), _("The page for people."), lambda row: page_of(row.one), ADDRESS),
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
    _("One row for each measure that an approved entry names."),
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
        Column(_("Edition"), _("The edition’s name."), lambda row: row.entry.one.edition.name),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.entry.one.number),
        Column(_("Period"), _("The period that the entry reports on."), lambda row: row.entry.period.label),
        Column(_("Measure"), _("What is done."), _measured("title")),
        Column(_("Status value"), _("The value that the data use; it never changes."), _measured("status")),
        Column(_("Status"), _("The measure’s status, if it was given."), lambda row: words.status(row.measure.status)),
        Column(_("Responsible"), _("Who carries it out."), _measured("responsible")),
        Column(_("Time frame"), _("When, in the words of the report."), _measured("period")),
        Column(_("Funding"), _("Where the money comes from."), _measured("funding")),
        Column(_("Partners"), _("Who else takes part."), _measured("partners")),
        Column(_("Link"), _("Where to read more."), _measured("link"), ADDRESS),
    ),
    _measures,
)

# --- Summaries --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Summary:
    entry: _Entry
    summary: Summary


def _summaries(everything: Everything, edition: PublicEdition | None) -> Iterable[_Summary]:
    return (
        _Summary(entry, summary)
        for entry in _entries(everything, edition)
        for summary in everything.summaries.get(entry.text.run_id, ())
    )


SUMMARIES = Table(
    "zusammenfassungen",
    _("Summaries in plain language and other languages"),
    _("One row for each language in which an entry was summarised."),
    (
        Column(_("Entry id"), _("The entry that is summarised, by its id."), lambda row: row.entry.text.run_id, NUMBER),
        Column(_("Recommendation id"), KEY, lambda row: addresses.stable_id(row.entry.one)),
        Column(_("Period"), _("The period that the entry reports on."), lambda row: row.entry.period.label),
        Column(
            _("Language code"),
            _("The code of the language; de-simple is plain language."),
            lambda row: row.summary.language.code,
        ),
        Column(_("Language"), _("The name of the language."), lambda row: str(row.summary.language.name)),
        Column(_("Summary"), _("The summary."), lambda row: row.summary.text),
        Column(
            _("Outdated"),
            _("Whether the entry has changed since it was summarised."),
            lambda row: words.yes_or_no(row.summary.is_outdated),
        ),
        Column(_("Written on"), _("The day on which it was written."), lambda row: row.summary.written_on, DATE),
    ),
    _summaries,
)
