"""The demonstration feels like a city and is true to the house's own rules."""

import datetime

import pytest
from django.utils import timezone

from concept.models import ConceptEdition
from config.demo import services
from tests.factories import NOW
from workflow.models import StatusUpdate
from workflow.services import history

pytestmark = pytest.mark.django_db


def test_it_loads_and_the_history_verifies() -> None:
    assert services.load(now=NOW)
    assert list(history.verify()) == []


def test_a_second_call_changes_nothing() -> None:
    services.load(now=NOW)
    before = (ConceptEdition.objects.count(), StatusUpdate.objects.count())
    assert not services.load(now=NOW)
    assert (ConceptEdition.objects.count(), StatusUpdate.objects.count()) == before


@pytest.mark.parametrize("day", ["2026-11-23", "2027-01-01", "2028-02-29", "2026-07-01"])
def test_it_loads_on_any_day(day: str) -> None:
    now = timezone.make_aware(datetime.datetime.fromisoformat(f"{day}T09:00"))
    assert services.load(now=now)
