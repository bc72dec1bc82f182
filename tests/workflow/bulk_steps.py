"""What a coordinator does on the pages of actions on many runs, for the tests of them."""

import re
import uuid

from django.test import Client

from offices.models import Membership, Office, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, content
from workflow import runs
from workflow.content import EntryContent
from workflow.models import (
    BulkAction,
    BulkKind,
    StatusUpdate,
)
from workflow.services import bulk

PREVIEW = "/board/sammelaktion/"
CONFIRM = "/board/sammelaktion/ausfuehren/"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form of a page, as a browser would send them."""
    form = page[page.rindex('<form class="stack') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def summary(client: Client, **selection: object) -> str:
    return client.post(PREVIEW, selection).content.decode()


def confirmed(client: Client, page: str, **more: str) -> BulkAction:
    response = client.post(CONFIRM, hidden(page) | more)
    assert response.status_code == 302, response.content.decode()
    return BulkAction.objects.get(pk=int(response["Location"].rstrip("/").rsplit("/", 1)[1]))


def outcomes(action: BulkAction) -> dict[str, str]:
    return dict(action.items.values_list("update__recommendation__number", "outcome"))


def begun(cast: Cast, kind: BulkKind, revisions: dict[int, int], **given: object) -> BulkAction:
    return bulk.begin(kind, token=uuid.uuid4(), revisions=revisions, given=given, by=cast.coordinator, now=NOW)


def also_reviews(cast: Cast, at: Office | None = None) -> None:
    """The coordinator is a member of the Arbeitsgruppe as well, and comes from ``at``."""
    Membership.objects.create(
        person=cast.coordinator, role=Role.REVIEWER, office=at or factories.office("20", "Kämmerei")
    )


def hand_in(update: StatusUpdate, by: Person, entry: EntryContent | None = None) -> None:
    runs.hand_in(update.pk, by=by, content=entry or content(), now=NOW)
