"""What happened to what is published, newest first, in words: the same for the feed and for the interface."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from publication.opendata import addresses, reading
from publication.queries import news
from publication.queries.news import News
from publication.queries.parts import GoneEdition
from publication.queries.site import PublicEdition, PublicField
from publication.site.languages import spoken_day
from workflow import published
from workflow.thread import status_word


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened, with its title and its ``summary``. ``id`` stays.

    ``author`` is the office that wrote it, empty where the city as a whole speaks.
    """

    what: News
    id: str
    title: str
    summary: str
    address: str

    @property
    def kind(self) -> str:
        return self.what.kind

    @property
    def on(self) -> datetime.date:
        return self.what.on

    @property
    def at(self) -> datetime.datetime:
        return self.what.at

    @property
    def author(self) -> str:
        return self.what.office

    @property
    def field(self) -> PublicField | None:
        return self.what.one.goal.field if self.what.one else None


def changes(now: datetime.datetime) -> list[Change]:
    """Return everything that happened, newest first; at most ten queries, however much it is."""
    found = [_change(one) for one in news.all_news(reading.everything_at(now), now)]
    found.sort(key=lambda one: (one.at, one.id), reverse=True)
    return found


def gone_with_editions(now: datetime.datetime) -> list[Change]:
    """Return for each entry of an edition that was withdrawn that it is off the pages; one query if there is any.

    They are for whoever keeps a copy: an id and a day. People are told of the edition as a whole (``changes``).
    """
    editions = {one.pk: one for one in reading.everything_at(now).gone}
    if not editions:
        return []
    return [_gone(editions[edition], run) for edition, run in published.gone_with(editions)]


def _gone(edition: GoneEdition, run: int) -> Change:
    name = f"eintrag/{run}/entfernt/{edition.at:%Y%m%dT%H%M%S}"
    what = News(news.WITHDRAWN, edition.on, edition.at, name, edition, note=edition.note, run_id=run)
    title = _("Taken off the pages with the edition “%(edition)s”") % {"edition": edition.name}
    return Change(what, addresses.tag(name), title, edition.note, addresses.edition(edition))


def _change(what: News) -> Change:
    return Change(what, addresses.tag(what.name), _title(what), _summary(what), _address(what))


def _title(what: News) -> str:
    values = {
        "recommendation": what.one.title if what.one else "",
        "period": what.period_label,
        "number": what.version,
        "edition": what.edition.name,
    }
    return {
        news.APPROVED: _("New report: %(recommendation)s, %(period)s"),
        news.CORRECTED: _("Corrected: %(recommendation)s, %(period)s"),
        news.WITHDRAWN: _("Taken off the pages: %(recommendation)s, %(period)s"),
        news.RESTORED: _("Shown again: %(recommendation)s, %(period)s"),
        news.REPORT: _("Integration report %(period)s, version %(number)d"),
        news.REPORT_WITHDRAWN: _("Report withdrawn: integration report %(period)s, version %(number)d"),
        news.EDITION: _("Edition of the concept: %(edition)s"),
        news.EDITION_WITHDRAWN: _("Withdrawn: edition of the concept %(edition)s"),
    }[what.kind] % values


def _summary(what: News) -> str:
    if what.kind in (news.APPROVED, news.RESTORED):
        # A former version's status is no longer public: every entry tells the present one.
        mark = what.one.marks.get(what.cycle_id or 0) if what.one else None
        return _("Status: %(status)s.") % {"status": status_word(mark.status, public=True)} if mark else ""
    if what.kind == news.REPORT:
        return what.note or _("The report is there to read and to download.")
    if isinstance(what.edition, PublicEdition) and what.kind == news.EDITION:
        return f"{_public(what.edition, what.on)} {what.edition.description}".strip()
    return what.note


def _public(edition: PublicEdition, on: datetime.date) -> str:
    """Say that an edition is public, and since when the city has agreed on it if that was another day."""
    if edition.is_back:
        return _("This edition of the concept had been withdrawn and is public again.")
    adopted = edition.adopted_on
    if not adopted or adopted == on:
        return _("This edition of the concept is public.")
    return _("This edition of the concept is public. The city adopted it on %(day)s.") % {"day": spoken_day(adopted)}


def _address(what: News) -> str:
    if what.one:
        return addresses.recommendation(what.one) or addresses.edition(what.edition)
    if what.kind == news.REPORT and what.report:
        return addresses.report(what.report)
    return addresses.edition(what.edition)
