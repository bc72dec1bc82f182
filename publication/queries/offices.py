"""What an office answers for, and what became of offices that are no more."""

import datetime
from dataclasses import dataclass

from publication.queries.overview import Tally, tally
from publication.queries.parts import PublicEdition, PublicOffice, PublicRecommendation, Site


@dataclass(frozen=True)
class OfficeLine:
    """An office in the list: how many recommendations of the newest edition it leads and contributes to."""

    office: PublicOffice
    leads: list[PublicRecommendation]
    contributes: list[PublicRecommendation]

    @property
    def tally(self) -> Tally:
        return tally(self.leads)

    @property
    def silent(self) -> int:
        """For how many of those that it leads it has been silent for long."""
        return sum(one.silence.is_long for one in self.leads)


@dataclass(frozen=True)
class EditionShare:
    """What an office had to do with one edition of the concept."""

    edition: PublicEdition
    leads: list[PublicRecommendation]
    contributes: list[PublicRecommendation]


@dataclass(frozen=True)
class OfficePage:
    """``line`` is about the newest edition, ``earlier`` about the others; ``before`` says until when it answered for
    what is no longer its own, newest first.
    """

    line: OfficeLine
    earlier: list[EditionShare]
    before: list[tuple[PublicRecommendation, datetime.date]]


def office_list(whole: Site) -> list[OfficeLine]:
    """Return the offices that have a part in the newest edition, by number; reads nothing."""
    if not whole.editions:
        return []
    lines = (_line(office, whole.editions[0]) for office in whole.offices)
    return [line for line in lines if line.leads or line.contributes]


def office_page(whole: Site, office: PublicOffice) -> OfficePage:
    """Return what is public about an office, former ones included; reads nothing."""
    shares = (_line(office, edition) for edition in whole.editions[1:])
    return OfficePage(
        line=_line(office, whole.editions[0]),
        earlier=[
            EditionShare(edition, line.leads, line.contributes)
            for edition, line in zip(whole.editions[1:], shares, strict=True)
            if line.leads or line.contributes
        ],
        before=sorted(office.before.items(), key=lambda pair: pair[1], reverse=True),
    )


def _line(office: PublicOffice, edition: PublicEdition) -> OfficeLine:
    def of(some: list[PublicRecommendation]) -> list[PublicRecommendation]:
        members = set(some)
        return [one for one in edition.current if one in members]

    return OfficeLine(office, of(office.leads), of(office.contributes))
