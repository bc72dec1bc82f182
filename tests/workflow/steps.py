"""Steps that the tests of pages take, and what they send."""

import datetime
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client

from offices.models import Person
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from workflow import opening, runs
from workflow.content import CommentContent, MeasureContent
from workflow.models import StatusUpdate

SignIn = Callable[[Person], Client]

VALID = {"implementation_status": "in_progress", "done": "Sechs Elterncafés.", "version": "0"}
SECRETS = content(
    done="Öffentlicher Text",
    outlook="blocked",
    internal_note="GEHEIME NOTIZ",
    measures=(MeasureContent("Schulung", "planned", link="https://example.org/schulung"),),
)


def text(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def address(update: StatusUpdate, page: str = "") -> str:
    return f"/sachstand/{update.pk}/{page}"


def hand_in(cast: Cast, update: StatusUpdate, **fields: Any) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=content(**fields) if fields else SECRETS, now=NOW)


def give_back(cast: Cast, update: StatusUpdate, *comments: CommentContent) -> None:
    number = update.revisions.count()
    runs.return_for_revision(
        update.pk, revision_number=number, by=cast.reviewer, comments=comments, now=NOW, today=TODAY
    )


def approve(cast: Cast, update: StatusUpdate) -> None:
    runs.approve(update.pk, revision_number=update.revisions.count(), by=cast.reviewer, now=NOW)


def with_earlier_entry(cast: Cast, **fields: Any) -> StatusUpdate:
    """A run whose recommendation has an approved entry of the period before."""
    edition = factories.edition("Mit Vorgeschichte")
    factories.recommendation(factories.goal(edition), lead=cast.youth)
    before = factories.open_cycle(
        edition,
        period_from=datetime.date(2023, 1, 1),
        period_until=datetime.date(2024, 12, 31),
        due_on=datetime.date(2026, 11, 1),
    )
    earlier = StatusUpdate.objects.get(cycle=before)
    hand_in(cast, earlier, **{"done": "Der frühere Text.", **fields})
    approve(cast, earlier)
    opening.close_cycle(before.pk, by=cast.coordinator, now=NOW)
    return StatusUpdate.objects.get(cycle=factories.open_cycle(edition))
