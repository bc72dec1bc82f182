"""The tables of what holds the others together: editions, fields, goals, periods; and what was taken off the pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from publication.opendata import addresses, words
from publication.opendata.columns import ADDRESS, DATE, KEY, NUMBER, Column, Everything, Table, editions, page_of
from publication.queries.site import PublicEdition, PublicField, PublicGoal, PublicRecommendation
from workflow.published import PublishedPeriod, PublishedWithdrawal

MEMBERS = Column(
    _("Recommendations"), _("How many recommendations belong to it today."), lambda row: len(row.current), NUMBER
)

# --- Editions, fields, goals ------------------------------------------------------------------------------------------


def _name_of(everything: Everything, pk: int | None) -> str:
    return next((one.name for one in everything.whole.editions if one.pk == pk), "")


@dataclass(frozen=True, slots=True)
class _Edition:
    one: PublicEdition
    before: str


def _editions(everything: Everything, edition: PublicEdition | None) -> Iterable[_Edition]:
    return (_Edition(one, _name_of(everything, one.predecessor_id)) for one in editions(everything, edition))


EDITIONS = Table(
    "fassungen",
    _("Editions of the concept"),
    _("One row for each edition of the concept, the newest first."),
    (
        Column(_("Edition id"), _("The number that never changes."), lambda row: row.one.pk, NUMBER),
        Column(_("Short name"), _("The edition’s short name, as in its address."), lambda row: row.one.slug),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.one.name),
        Column(
            _("Adopted on"), _("The day on which the city adopted the edition."), lambda row: row.one.adopted_on, DATE
        ),
        Column(_("About"), _("What the edition is about."), lambda row: row.one.description),
        Column(_("Edition before"), _("The name of the edition before."), lambda row: row.before),
        Column(
            _("Recommendations"),
            _("How many recommendations belong to it today."),
            lambda row: len(row.one.current),
            NUMBER,
        ),
        Column(_("Address"), _("The page for people."), lambda row: addresses.edition(row.one), ADDRESS),
    ),
    _editions,
)


def _fields(everything: Everything, edition: PublicEdition | None) -> Iterable[PublicField]:
    return (field for one in editions(everything, edition) for field in one.fields)


FIELDS = Table(
    "handlungsfelder",
    _("Fields of action"),
    _("One row for each field of action of every edition, as printed."),
    (
        Column(_("Field of action id"), _("The number that never changes."), lambda row: row.pk, NUMBER),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.edition.name),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.number),
        Column(_("Field of action"), _("The name of the field of action."), lambda row: row.name),
        Column(_("About"), _("The field of action in one sentence."), lambda row: row.summary),
        MEMBERS,
        Column(
            _("Address"),
            _("The page for people."),
            lambda row: addresses.field(row) or addresses.edition(row.edition),
            ADDRESS,
        ),
    ),
    _fields,
)


def _goals(everything: Everything, edition: PublicEdition | None) -> Iterable[PublicGoal]:
    return (goal for field in _fields(everything, edition) for goal in field.goals)


GOALS = Table(
    "ziele",
    _("Goals"),
    _("One row for each goal of every edition, as printed."),
    (
        Column(_("Goal id"), _("The number that never changes."), lambda row: row.pk, NUMBER),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.field.edition.name),
        Column(_("Field of action id"), _("The field of action, by its id."), lambda row: row.field.pk, NUMBER),
        Column(_("Field of action"), _("The name of the field of action."), lambda row: row.field.name),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.number),
        Column(_("Goal"), _("The goal in words."), lambda row: row.text),
        MEMBERS,
    ),
    _goals,
)

# --- Periods ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Period:
    one: PublishedPeriod
    edition: PublicEdition

    @property
    def reported(self) -> int:
        return sum(
            mark.cycle_id == self.one.cycle_id for some in self.edition.all_recommendations for mark in some.shown
        )


def _periods(everything: Everything, edition: PublicEdition | None) -> Iterable[_Period]:
    return (_Period(period, one) for one in editions(everything, edition) for period in one.periods)


PERIODS = Table(
    "zeitraeume",
    _("Reporting periods"),
    _("One row for each reporting period of every edition, the oldest first."),
    (
        Column(_("Period id"), _("The number that never changes."), lambda row: row.one.cycle_id, NUMBER),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.edition.name),
        Column(_("Period"), _("The period as people write it."), lambda row: row.one.label),
        Column(_("First day"), _("The period’s first day."), lambda row: row.one.period_from, DATE),
        Column(_("Last day"), _("The period’s last day."), lambda row: row.one.period_until, DATE),
        Column(
            _("Has ended"),
            _("Whether reporting on this period has ended. Only then can a report be missing."),
            lambda row: words.yes_or_no(row.one.closed),
        ),
        Column(_("Reported"), _("How many entries on this period are published."), lambda row: row.reported, NUMBER),
    ),
    _periods,
)

# --- What was taken off the pages -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Withdrawal:
    gone: PublishedWithdrawal
    one: PublicRecommendation


def _withdrawals(everything: Everything, edition: PublicEdition | None) -> Iterable[_Withdrawal]:
    for gone in everything.withdrawals:
        one = everything.whole.by_pk.get(gone.recommendation_id)
        if one is not None and (edition is None or one.edition is edition):
            yield _Withdrawal(gone, one)


WITHDRAWALS = Table(
    "zuruecknahmen",
    _("Entries taken off the pages"),
    _("One row for each entry that is off the pages today: when, where and why. The text itself is not included."),
    (
        Column(_("Entry id"), _("The withdrawn entry, by its id."), lambda row: row.gone.run_id, NUMBER),
        Column(_("Recommendation id"), KEY, lambda row: addresses.stable_id(row.one)),
        Column(_("Edition"), _("The edition’s name."), lambda row: row.one.edition.name),
        Column(_("Number"), _("The number as printed; it may change."), lambda row: row.one.number),
        Column(_("Title"), _("The recommendation’s short title."), lambda row: row.one.title),
        Column(_("Period"), _("The period that it reported on."), lambda row: row.gone.period_label),
        Column(_("Withdrawn on"), _("The day on which it was taken off the pages."), lambda row: row.gone.on, DATE),
        Column(_("Why withdrawn"), _("Why it was taken off the pages."), lambda row: row.gone.note),
        Column(
            _("Confirmed"),
            _("The period of the withdrawn text, where the entry had confirmed an earlier one."),
            lambda row: row.gone.confirms_period,
        ),
        Column(_("Address"), _("The page for people."), lambda row: page_of(row.one), ADDRESS),
    ),
    _withdrawals,
)
