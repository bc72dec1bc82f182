"""A city in every state: what visitors may read, what only whoever knows a link reads, and what nobody may read."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from concept.models import ConceptEdition, CrosswalkLink, CrosswalkReason, Recommendation
from publication.models import (
    EntrySummary,
    Feedback,
    FeedbackState,
    ReportEdition,
    ReportFile,
    ReportStage,
    ReportState,
    ReportText,
)
from publication.queries import edition_withdrawal
from publication.services import reports
from publication.services.edition_withdrawals import withdraw_edition
from tests import factories
from tests.conftest import Cast
from tests.publication import crawler
from tests.publication.canary import OPENLY, SECRET
from tests.publication.conftest import entry, period, run
from tests.publication.crawler import Answer
from workflow import runs
from workflow.models import (
    Draft,
    EntryKind,
    Outlook,
    ReportingCycle,
    Review,
    ReviewComment,
    Revision,
    StatusUpdate,
)

# Before the moment of any test: what happens a minute later has happened, too.
NOW = timezone.now() - datetime.timedelta(minutes=2)
FORMER_NOTE = "Davor stand hier ein anderer Text."
WITHDRAWN_NOTE = "Im Sachstand stand eine falsche Zahl."
GONE_NOTE = "Der Beschluss gilt nicht mehr."
ONLY_BY_LINK = "NURMITLINK"
"""Stands in what is approved and not public yet: the Runder Tisch reads it in its draft, nobody else."""


@dataclass
class City:
    """``public`` are the revisions that visitors may read, ``by_link`` those that only the shared draft shows.

    The names are those of the access table's world, so that its rows have an address here, too.
    """

    edition: ConceptEdition
    older_edition: ConceptEdition
    making: ConceptEdition
    gone: ConceptEdition
    recommendation: Recommendation
    approved: StatusUpdate
    requested: StatusUpdate
    cycle: ReportingCycle
    later: ReportingCycle
    public: set[int]
    by_link: set[int]
    noted: set[int]


def build(cast: Cast) -> City:
    """Write everything down; the reports that visitors read are built afterwards, from a city full of secrets."""
    edition = factories.edition(slug="heute")
    goal = factories.goal(edition)
    old = factories.edition("Integrationskonzept 2012", adopted_on=datetime.date(2012, 5, 7))
    before = factories.recommendation(factories.goal(old), "O1", lead=cast.youth)
    known, gap, other, taken_back, confirming = (
        factories.recommendation(goal, number, lead=cast.youth, contributing=(cast.school,))
        for number in ("1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5")
    )
    CrosswalkLink.objects.create(predecessor=before, successor=known, reason=CrosswalkReason.KEPT)
    earlier, closed = period(edition, 2019, 2020), period(edition, 2021, 2022)
    public = {
        entry(closed, known, cast.youth, "implemented", measures=("Räume",), outlook=Outlook.AT_RISK).pk,
        _corrected_twice(closed, other, cast),
    }
    _correction_under_way(closed, known, cast)
    run(closed, gap, cast.youth)
    _withdrawn(closed, taken_back, cast)
    _confirming_a_withdrawn_one(earlier, closed, confirming, cast)
    later = period(edition, 2023, 2024, publish_on=timezone.localdate(NOW) + datetime.timedelta(days=2))
    by_link = entry(
        later, known, cast.youth, "implemented", done=ONLY_BY_LINK, measures=(ONLY_BY_LINK,), outlook=Outlook.BLOCKED
    )
    _work_under_way(edition, known, cast)
    approved = StatusUpdate.objects.get(cycle=closed, recommendation=known)
    _words_for_readers(approved, by_link, closed, later)
    _voices(known)
    _reports(closed)
    asked = StatusUpdate.objects.get(cycle__period_until__year=2026, recommendation=gap)
    noted = set(Revision.objects.filter(public_note=FORMER_NOTE).values_list("pk", flat=True))
    making, gone = _in_the_making(known, cast), _taken_back(known, cast)
    return City(edition, old, making, gone, known, approved, asked, closed, later, public, {by_link.pk}, noted)


def _in_the_making(before: Recommendation, cast: Cast) -> ConceptEdition:
    """A new edition of which nobody outside knows yet, though its first report is approved already."""
    edition = factories.edition("Fortschreibung", adopted_on=None, published_at=None)
    coming = factories.recommendation(factories.goal(edition), "N1", lead=cast.youth, contributing=(cast.school,))
    CrosswalkLink.objects.create(predecessor=before, successor=coming, reason=CrosswalkReason.KEPT)
    entry(period(edition, 2021, 2022), coming, cast.youth, "implemented", measures=("Geheim",))
    return edition


def _taken_back(before: Recommendation, cast: Cast) -> ConceptEdition:
    """An edition that was public, with everything that makes up one: of it the name and a note are left."""
    edition = factories.edition("Zukunft", slug="zukunft", adopted_on=datetime.date(2026, 1, 5))
    one = factories.recommendation(factories.goal(edition), "Z1", lead=cast.youth, contributing=(cast.school,))
    CrosswalkLink.objects.create(predecessor=before, successor=one, reason=CrosswalkReason.REWORDED, note="?")
    cycle = period(edition, 2021, 2022)
    made = entry(cycle, one, cast.youth, "implemented", measures=("Geheim",), public_note="?")
    _summary(made, 1, SECRET)
    Feedback.objects.create(
        recommendation=one, received_at=NOW, text=SECRET, answer=SECRET, state=FeedbackState.PUBLISHED, decided_at=NOW
    )
    report = ReportEdition.objects.create(
        cycle=cycle, number=1, stage=ReportStage.FINAL, state=ReportState.READY, requested_at=NOW, built_at=NOW,
        claimed_at=NOW, released_at=NOW,
    )  # fmt: skip
    ReportFile.objects.create(edition=report, kind="pdf", content=b"?", size=1, sha256="3")
    stamp = edition_withdrawal.stamp(edition, [report])
    withdraw_edition(edition.pk, seen=stamp, note=GONE_NOTE, by=cast.coordinator, now=NOW)
    edition.refresh_from_db()
    return edition


def _corrected_twice(cycle: ReportingCycle, one: Recommendation, cast: Cast) -> int:
    """Of the first correction only the note is still public."""
    former = entry(cycle, one, cast.youth, public_note=FORMER_NOTE, measures=("Geheim",))
    Review.objects.create(revision=former, decision="approved", decided_by=cast.reviewer, decided_at=NOW)
    note = "Zuerst stand hier ein Text."
    nil = {"kind": EntryKind.NIL_RETURN, "nil_reason": "Nichts zu tun.", "public_note": note}
    return entry(cycle, one, cast.youth, **nil).pk


def _correction_under_way(cycle: ReportingCycle, one: Recommendation, cast: Cast) -> None:
    """Neither its note nor its text is public yet."""
    correction = entry(cycle, one, cast.youth, approved=False, public_note="?")
    StatusUpdate.objects.filter(pk=correction.update_id).update(correction_note="?")


def _withdrawn(cycle: ReportingCycle, one: Recommendation, cast: Cast) -> None:
    gone = entry(cycle, one, cast.youth, "implemented", measures=("Geheim",), done="?")
    _summary(gone, 1, "?")
    runs.withdraw_entry(gone.update_id, revision_number=1, note=WITHDRAWN_NOTE, by=cast.coordinator, now=NOW)


def _confirming_a_withdrawn_one(
    earlier: ReportingCycle, cycle: ReportingCycle, one: Recommendation, cast: Cast
) -> None:
    first = entry(earlier, one, cast.youth, "planned", done="?")
    entry(cycle, one, cast.youth, "planned", kind=EntryKind.UNCHANGED, confirms=first, done="")
    runs.withdraw_entry(first.update_id, revision_number=1, note=WITHDRAWN_NOTE, by=cast.coordinator, now=NOW)


def _work_under_way(edition: ConceptEdition, one: Recommendation, cast: Cast) -> None:
    running = factories.open_cycle(edition)
    returned = entry(running, one, cast.youth, approved=False, measures=("Geheim",), outlook=Outlook.BLOCKED)
    entry(running, one, cast.youth, approved=False)
    Review.objects.create(revision=returned, decision="returned", decided_by=cast.reviewer, decided_at=NOW)
    ReviewComment.objects.create(revision=returned, text="?", written_by=cast.reviewer, written_at=NOW)
    Draft.objects.create(update=returned.update, person=cast.clerk, saved_at=NOW)


def _words_for_readers(
    approved: StatusUpdate, by_link: Revision, closed: ReportingCycle, later: ReportingCycle
) -> None:
    """Summaries and the report's own texts: of each, a version from before, and one that is not for visitors."""
    revision = approved.revisions.get(number=1)
    _summary(revision, 1, "?")
    _summary(revision, 2, f"{OPENLY} Es gibt jetzt Räume.")
    _summary(by_link, 1, "?")
    field = approved.recommendation.goal.field
    for number, text in ((1, "?"), (2, f"{OPENLY} Liebe Leserinnen und Leser")):
        ReportText.objects.create(cycle=closed, number=number, text=text, written_at=NOW)
    ReportText.objects.create(cycle=closed, field=field, number=1, text=f"{OPENLY} Zum Feld", written_at=NOW)


def _summary(revision: Revision, number: int, text: str) -> None:
    EntrySummary.objects.create(
        update=revision.update,
        language="de-simple",
        number=number,
        text=text,
        source=revision,
        text_source=revision,
        written_at=NOW,
    )


def _voices(one: Recommendation) -> None:
    said = {"recommendation": one, "received_at": NOW}
    Feedback.objects.create(text="?", **said)
    Feedback.objects.create(text="?", answer="?", state=FeedbackState.DECLINED, decided_at=NOW, **said)
    Feedback.objects.create(
        text="Das Café ist ein Gewinn.", answer="Danke!", state=FeedbackState.PUBLISHED, decided_at=NOW, **said
    )


def _reports(cycle: ReportingCycle) -> None:
    """A version that was taken back, and a draft, each with a file; a text was written after the draft."""
    finished = {"cycle": cycle, "state": ReportState.READY, "requested_at": NOW, "built_at": NOW, "claimed_at": NOW}
    gone = {"withdrawn_at": NOW, "withdrawal_note": WITHDRAWN_NOTE, "released_at": NOW}
    for one in (
        ReportEdition.objects.create(number=1, stage=ReportStage.WITHDRAWN, **gone, **finished),
        ReportEdition.objects.create(number=2, **finished),
    ):
        ReportFile.objects.create(edition=one, kind="pdf", content=b"?", size=1, sha256=str(one.number))


# --- The reports that visitors read -----------------------------------------------------------------------------------


@dataclass
class Published:
    """The city with a released report, and one that the Runder Tisch was given.

    ``place`` has the names of the access table's world, so that its rows have an address here, too.
    """

    city: City
    final: ReportEdition
    shared: ReportEdition
    place: SimpleNamespace


def publish(city: City, cast: Cast) -> Published:
    """Build and release the report of the closed cycle; build the one of the later cycle and share it."""
    now = NOW + datetime.timedelta(minutes=1)
    today = timezone.localdate(now)
    final = reports.release_report(_built(city.cycle.pk, cast, now).pk, by=cast.coordinator, now=now, today=today)
    shared = reports.share_report(_built(city.later.pk, cast, now).pk, by=cast.coordinator, now=now)
    # Whoever has reported a barrier is thanked under an address that says nothing of it.
    receipt = Signer(sep=".", salt="publication.barrier").sign("1~2026-11-23")
    return Published(city, final, shared, SimpleNamespace(**vars(city), released=final, shared=shared, receipt=receipt))


def _built(cycle: int, cast: Cast, now: datetime.datetime) -> ReportEdition:
    report = reports.request_report(cycle, by=cast.coordinator, now=now, change_note="Die erste Fassung für alle.")
    # Where a test commits, a worker has built it by now.
    reports.build_report(report.pk, now=now)
    report.refresh_from_db()
    assert report.is_ready, report.error
    assert report.problems == []
    return report


def everything(published: Published, client: Client) -> Iterator[Answer]:
    """Fetch all that a visitor can: from the homepage, and from every address that the access table opens to them.

    What only whoever knows a link reads is left out (``by_link``).
    """
    rows = [page for page in crawler.open_pages() if not page.name.startswith("reports:shared")]
    start = [address for page in rows for address in crawler.addresses_of(page, published.place)]
    return crawler.crawl(client, "/", "/robots.txt", *start, *_asked_of_the_interface(client))


def by_link(published: Published) -> list[str]:
    """Return the addresses of the shared draft, with each of its files."""
    rows = [page for page in crawler.open_pages() if page.name.startswith("reports:shared")]
    found = {address for page in rows for address in crawler.addresses_of(page, published.place)}
    shared = f"/bericht/entwurf/{published.shared.share_token}/bericht."
    kinds = published.shared.files.values_list("kind", flat=True)
    return sorted(found | {f"{shared}{'kurz.pdf' if kind == 'short_pdf' else kind}" for kind in kinds})


def _asked_of_the_interface(client: Client) -> Iterator[str]:
    """Yield every path of the programming interface with every filter that its description names."""
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        if "{" in path:
            continue
        yield path
        for parameter in methods.get("get", {}).get("parameters", ()):
            for value in ("1", "heute", "2022", "true", "implemented", "missing", "2020-01-01", "2020-01-01T00:00:00Z"):
                yield f"{path}?{parameter['name']}={value}"
