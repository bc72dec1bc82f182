"""A small city with everything that open data tell of: two editions, a crosswalk, entries, corrections, a report."""

import datetime
from dataclasses import dataclass

from concept.models import ConceptEdition, CrosswalkLink, CrosswalkReason, Recommendation
from publication.models import EntrySummary, ReportEdition, ReportFile, ReportState
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period, run
from workflow.models import EntryKind, ReportingCycle, Review, Revision, StatusUpdate

APPROVED = datetime.datetime(2025, 3, 1, 11, 0, tzinfo=datetime.UTC)
"""When periods of ``conftest`` were closed, and their entries approved."""


@dataclass
class City:
    """``cafe`` was reported on twice, ``gap`` never, ``gone`` left the edition; ``old`` lives on in ``cafe``."""

    today: ConceptEdition
    before: ConceptEdition
    cafe: Recommendation
    gap: Recommendation
    gone: Recommendation
    old: Recommendation
    ended: Recommendation
    first: ReportingCycle
    second: ReportingCycle
    entry: Revision
    report: ReportEdition

    @property
    def run(self) -> StatusUpdate:
        return self.entry.update


def build(cast: Cast) -> City:
    today = factories.edition("Neue Akzente 2019", slug="neue-akzente-2019", description="Was wir vorhaben.")
    before = factories.edition("Konzept 2012", slug="konzept-2012", adopted_on=datetime.date(2012, 5, 7))
    ConceptEdition.objects.filter(pk=today.pk).update(predecessor=before)
    goal = factories.goal(today)
    other = factories.goal(today, "2", "2.1")
    cafe = factories.recommendation(
        goal,
        "1.10",
        title="Elterncafés",
        lead=cast.youth,
        contributing=(cast.school,),
        rationale="Eltern sind Partner.",
    )
    gap = factories.recommendation(other, "2.1/1", title="Über Brücken & Wege", lead=cast.health)
    gone = factories.recommendation(goal, "1.11", title="Alt", ended_on=datetime.date(2024, 6, 30))
    old = factories.recommendation(factories.goal(before), "O1", title="Treffpunkte")
    ended = factories.recommendation(old.goal, "O2", title="Faltblatt")
    CrosswalkLink.objects.create(predecessor=old, successor=cafe, reason=CrosswalkReason.REWORDED, note="Neu gefasst.")
    CrosswalkLink.objects.create(predecessor=ended, successor=None, reason=CrosswalkReason.DONE)
    first, second = period(today, 2021, 2022), period(today, 2023, 2024)
    entry(first, cafe, cast.youth, "planned", done="Erst ein Plan.")
    newest = entry(
        second, cafe, cast.youth, "in_progress", done="Sechs Schulen.", measures=("=1+1", "Räume einrichten"),
        next_step="Abendtermine", next_step_on=datetime.date(2027, 3, 31),
    )  # fmt: skip
    run(second, gap, cast.health)
    EntrySummary.objects.create(
        update=newest.update,
        language="de-simple",
        number=1,
        text="In Schulen gibt es Cafés.",
        source=newest,
        text_source=newest,
        written_at=APPROVED,
    )
    return City(
        today=today,
        before=before,
        cafe=cafe,
        gap=gap,
        gone=gone,
        old=old,
        ended=ended,
        first=first,
        second=second,
        entry=newest,
        report=released_report(second),
    )


def released_report(cycle: ReportingCycle, number: int = 1) -> ReportEdition:
    made = ReportEdition.objects.create(
        cycle=cycle,
        number=number,
        state=ReportState.READY,
        stage="final",
        requested_at=APPROVED,
        built_at=APPROVED,
        released_at=APPROVED + datetime.timedelta(days=30),
        document_sha256="ab" * 32,
        document={"title": "Integrationsbericht"},
    )
    for kind in ("pdf", "docx"):
        ReportFile.objects.create(edition=made, kind=kind, content=b"%PDF-1.7", size=8, sha256="cd" * 32)
    return made


def correct(city: City, cast: Cast, note: str = "Die Zahl war falsch.") -> Revision:
    """Approve a correction of the newest entry, as the door leaves it."""
    Review.objects.create(revision=city.entry, decision="approved", decided_by=cast.reviewer, decided_at=APPROVED)
    made = entry(city.second, city.cafe, cast.youth, "implemented", done="Acht Schulen.", public_note=note)
    at = APPROVED + datetime.timedelta(days=60)
    StatusUpdate.objects.filter(pk=made.update_id).update(approved_at=at)
    return made


def withdraw(update: StatusUpdate, note: str = "Darin stand etwas Falsches.") -> None:
    StatusUpdate.objects.filter(pk=update.pk).update(
        withdrawn_at=APPROVED + datetime.timedelta(days=90), withdrawal_note=note
    )


def nil_return(city: City, cast: Cast, reason: str = "Nichts zu tun.") -> Revision:
    return entry(city.second, city.gap, cast.health, "unknown", kind=EntryKind.NIL_RETURN, done="", nil_reason=reason)
