"""A published entry, and how its summaries are written and read."""

import datetime
from typing import Any

import pytest
from django.test import Client

from concept.models import Recommendation
from publication.models import EntrySummary
from publication.services import summaries
from publication.services.summaries import Source
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from workflow.models import ReportingCycle, Revision

NOW = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)
ARABIC = "افتُتحت ست مقاهٍ للأهالي."


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="heute")
    return factories.recommendation(factories.goal(edition), "1.1.1", title="Elterncafés", lead=cast.youth)


@pytest.fixture
def cycle(one: Recommendation) -> ReportingCycle:
    return period(one.edition, 2023, 2024)


@pytest.fixture
def published(one: Recommendation, cycle: ReportingCycle, cast: Cast) -> Revision:
    return entry(cycle, one, cast.youth, done="Sechs Schulen haben ein Elterncafé eröffnet.")


def write(
    of: Revision, cast: Cast, text: str = "Es gibt Eltern-Cafés.", code: str = "de-simple", **given: Any
) -> EntrySummary:
    seen = EntrySummary.objects.filter(update=of.update_id, language=code).count()
    fields = {
        "seen": seen,
        "source": Source(of.pk, of.confirms_id or of.pk),
        "by": cast.coordinator,
        "now": NOW,
    } | given
    return summaries.write(of.update_id, code, text=text, **fields)


def correct(of: Revision, cast: Cast) -> Revision:
    """Approve another text of the same entry."""
    cycle = ReportingCycle.objects.get(pk=of.update.cycle_id)
    return entry(cycle, of.update.recommendation, cast.youth, done="Sieben Schulen haben ein Elterncafé eröffnet.")


def looked_at(revision: Revision) -> dict[str, str]:
    """What the form says that somebody has looked at."""
    return {"source": str(revision.pk), "text_source": str(revision.confirms_id or revision.pk)}


def page_of(client: Client, prefix: str = "") -> str:
    return client.get(f"{prefix}/konzept/heute/empfehlung/1.1.1/").content.decode()


def desk_of(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    return client
