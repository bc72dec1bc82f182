"""The tables of the concept and its reports: recommendations, offices, the crosswalk, reports."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from publication.opendata import addresses, reading, words
from publication.opendata.columns import ADDRESS, DATE, KEY, NUMBER, Column, Everything, Table, editions, page_of
from publication.opendata.reading import Link, Wording
from publication.queries.public_reports import Report
from publication.queries.site import PublicEdition, PublicOffice, PublicRecommendation

# --- Recommendations --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Recommendation:
    one: PublicRecommendation
    wording: Wording


def _recommendations(everything: Everything, edition: PublicEdition | None) -> Iterable[_Recommendation]:
    return (
        _Recommendation(one, everything.wordings.get(one.pk, Wording()))
        for some in editions(everything, edition)
        for one in some.all_recommendations
    )


def _last_period(one: PublicRecommendation) -> str:
    newest = one.newest
    return next((period.label for period in one.edition.periods if newest and period.cycle_id == newest.cycle_id), "")


RECOMMENDATIONS = Table(
    "empfehlungen",
    _("Recommendations with their status"),
    _("One row for each recommendation of every edition, with how it stands today."),
    (
        Column(_("Id"), KEY, lambda row: addresses.stable_id(row.one)),
        Column(_("Id number"), _("The number that never changes."), lambda row: row.one.pk, NUMBER),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.one.edition.name),
        Column(
            _("Field of action number"),
            _("The number as printed; it may change."),
            lambda row: row.one.goal.field.number,
        ),
        Column(_("Field of action"), _("The name of the field of action."), lambda row: row.one.goal.field.name),
        Column(_("Goal number"), _("The number as printed; it may change."), lambda row: row.one.goal.number),
        Column(_("Goal"), _("The goal in words."), lambda row: row.one.goal.text),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.one.number),
        Column(_("Title"), _("The recommendation’s short title."), lambda row: row.one.title),
        Column(_("Text"), _("The recommendation’s wording."), lambda row: row.wording.text),
        Column(_("Rationale"), _("Why it was recommended."), lambda row: row.wording.rationale),
        Column(_("Lead"), _("The office that leads today."), lambda row: row.one.lead.label if row.one.lead else ""),
        Column(
            _("Offices that contribute"),
            _("The offices that contribute today."),
            lambda row: "; ".join(office.label for office in row.one.contributing),
        ),
        Column(_("Status value"), _("The value that the data use; it never changes."), lambda row: row.one.status),
        Column(
            _("Status"),
            _("How it stands today: the status of its latest period."),
            lambda row: words.status(row.one.status),
        ),
        Column(_("Latest report for"), _("The period of the newest entry."), lambda row: _last_period(row.one)),
        Column(
            _("Latest report on"),
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
            _("The day on which it left the edition; empty while it still belongs to it."),
            lambda row: row.one.ended_on,
            DATE,
        ),
        Column(_("Address"), _("The page for people."), lambda row: page_of(row.one), ADDRESS),
    ),
    _recommendations,
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
    _("One row for each office that is responsible for something today."),
    (
        Column(_("Office id"), _("The number that never changes."), lambda row: row.one.pk, NUMBER),
        Column(_("Office number"), _("The office’s official number; some have none."), lambda row: row.one.number),
        Column(_("Name"), _("The office’s name."), lambda row: row.one.name),
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
    _("One row for each link: what became of a recommendation in a later edition."),
    (
        Column(_("Link id"), _("The number that never changes."), lambda row: row.pk, NUMBER),
        Column(_("Before, edition"), _("The edition’s name."), lambda row: row.before.edition.name),
        Column(_("Before, id"), KEY, lambda row: addresses.stable_id(row.before)),
        Column(_("Before, title"), _("The recommendation’s short title."), lambda row: row.before.title),
        Column(
            _("After, edition"),
            _("The edition in which it continues; empty where it ends."),
            lambda row: row.after.edition.name if row.after else "",
        ),
        Column(_("After, id"), KEY, lambda row: addresses.stable_id(row.after) if row.after else ""),
        Column(
            _("After, title"), _("The recommendation’s short title."), lambda row: row.after.title if row.after else ""
        ),
        Column(_("Reason value"), _("The value that the data use; it never changes."), lambda row: row.reason),
        Column(_("What became of it"), _("What became of it."), lambda row: row.reason_word),
        Column(_("Note"), _("What else there is to say about it."), lambda row: row.note),
    ),
    _links,
)


@dataclass(frozen=True, slots=True)
class _Report:
    report: Report
    edition: PublicEdition


def _reports(everything: Everything, edition: PublicEdition | None) -> Iterable[_Report]:
    by_pk = {one.pk: one for one in editions(everything, edition)}
    return (_Report(one, by_pk[one.edition_id]) for one in everything.reports if one.edition_id in by_pk)


REPORTS = Table(
    "berichte",
    _("Integration reports"),
    _("One row for each final version of a report, withdrawn ones with the reason."),
    (
        Column(_("Report id"), _("The number that never changes."), lambda row: row.report.pk, NUMBER),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.edition.name),
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
            _("When it was withdrawn; empty while it is valid."),
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
