"""One recommendation in one edition, and how its pages are read."""

import pytest
from django.test import Client

from concept.models import ConceptEdition, Recommendation
from tests import factories
from tests.conftest import Cast

SLUG = "neue-akzente-2019"


@pytest.fixture
def edition(cast: Cast) -> ConceptEdition:
    return factories.edition(slug=SLUG)


@pytest.fixture
def one(edition: ConceptEdition, cast: Cast) -> Recommendation:
    return factories.recommendation(
        factories.goal(edition),
        "1.1.1",
        title="Elterncafés an Grundschulen",
        lead=cast.youth,
        contributing=(cast.school,),
        rationale="Eltern sind Partner.",
    )


def read(client: Client, address: str, query: dict[str, str] | None = None) -> str:
    response = client.get(address, query or {})
    assert response.status_code == 200
    return response.content.decode()
