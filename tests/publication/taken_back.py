"""A city whose newest edition of the concept is taken back: the editions, and how to take one back and publish it."""

import datetime

import pytest
from django.utils import timezone

from concept.models import ConceptEdition, CrosswalkLink, CrosswalkReason
from concept.services.editions import publish_edition
from publication.models import EntrySummary, Feedback, FeedbackState
from publication.queries import edition_withdrawal as query
from publication.services.edition_withdrawals import withdraw_edition
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import NOW, entry, period
from workflow.models import ReportingCycle

LATER = NOW + datetime.timedelta(hours=1)
NOTE = "Die Stadtverordneten haben ihren Beschluss zurückgenommen."
SINCE = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
CONTENT = ("Räume teilen", "Sieben Räume.", "Schlüssel verteilen", "Ganz leicht.", "Gern gelesen.", "Woran uns liegt")


@pytest.fixture
def old(cast: Cast) -> ConceptEdition:
    """The edition that goes on to hold, with an entry of its own."""
    edition = factories.edition("Konzept 2012", slug="konzept-2012", adopted_on=datetime.date(2012, 5, 7))
    one = factories.recommendation(factories.goal(edition), "O1", title="Treffpunkte", lead=cast.youth)
    entry(period(edition, 2019, 2020), one, cast.youth, done="Drei Treffpunkte.")
    return edition


@pytest.fixture
def new(old: ConceptEdition, cast: Cast) -> ConceptEdition:
    """The edition that was published, by mistake or by a decision that does not hold."""
    adopted = datetime.date(2026, 2, 2)
    edition = factories.edition(
        "Fortschreibung", slug="neu", adopted_on=adopted, published_at=SINCE, description="Woran uns liegt"
    )
    one = factories.recommendation(factories.goal(edition), "N1", title="Räume teilen", lead=cast.youth)
    factories.recommendation(one.goal, "N2", title="Wege zeigen", lead=cast.school)
    before = old.recommendations.get()
    CrosswalkLink.objects.create(predecessor=before, successor=one, reason=CrosswalkReason.KEPT)
    made = entry(period(edition, 2021, 2022), one, cast.youth, done="Sieben Räume.", measures=("Schlüssel verteilen",))
    EntrySummary.objects.create(
        update=made.update, language="de-simple", number=1, text="Ganz leicht.", source=made, text_source=made,
        written_at=NOW,
    )  # fmt: skip
    Feedback.objects.create(
        recommendation=one, received_at=NOW, text="Gern gelesen.", state=FeedbackState.PUBLISHED, decided_at=NOW
    )
    return edition


@pytest.fixture
def cycle(new: ConceptEdition) -> ReportingCycle:
    return new.cycles.get()


def seen(edition: ConceptEdition) -> str:
    found = query.consequences(edition.pk, LATER, timezone.localdate(LATER))
    assert found is not None
    return found.stamp


def take_back(edition: ConceptEdition, cast: Cast, *, note: str = NOTE, now: datetime.datetime = LATER) -> None:
    withdraw_edition(edition.pk, seen=seen(edition), note=note, by=cast.coordinator, now=now)
    edition.refresh_from_db()


def publish(edition: ConceptEdition, cast: Cast, now: datetime.datetime = LATER) -> None:
    publish_edition(edition.pk, adopted_on=edition.adopted_on, by=cast.coordinator, now=now)
