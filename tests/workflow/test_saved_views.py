"""Selections of the board under a name: kept, shared, removed."""

from typing import Any

import pytest

from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW
from tests.workflow.conftest import Stage
from workflow.models import SavedView

NEW = "/board/ansichten/neu/"


def save(client: Any, query: str, **fields: str) -> Any:
    return client.post(f"{NEW}?{query}", {"name": "Späte", **fields})


def test_a_selection_is_kept_under_a_name_and_opens_again(signed_in: Any, cast: Cast, stage: Stage) -> None:
    client = signed_in(cast.coordinator)
    answer = save(client, "nur=ueberfaellig&ansicht=tabelle&unsinn=1&seite=3")
    assert answer.status_code == 302
    assert answer["Location"] == "/board/?nur=ueberfaellig&ansicht=tabelle"
    assert SavedView.objects.get().query == "nur=ueberfaellig&ansicht=tabelle"
    page = client.get("/board/").content.decode()
    assert '<a href="?nur=ueberfaellig&amp;ansicht=tabelle">Späte' in page


def test_a_view_is_the_persons_own_until_it_is_shared(signed_in: Any, cast: Cast, stage: Stage) -> None:
    other = factories.member(Role.COORDINATOR, email="zwei@stadt.example", name="Koordination 2")
    save(signed_in(cast.coordinator), "stand=signing", name="Meine")
    save(signed_in(cast.coordinator), "stand=signing", name="Für alle", shared="on")
    named = signed_in(other).get("/board/").context["board"].named
    assert [(one.name, one.owner) for one in named] == [("Für alle", "Koordination")]
    page = signed_in(other).get("/board/ansichten/").content.decode()
    assert "geteilt von Koordination" in page
    assert "Entfernen" not in page


def test_a_name_is_used_once_and_again_when_it_is_free(signed_in: Any, cast: Cast) -> None:
    client = signed_in(cast.coordinator)
    save(client, "stand=signing")
    again = save(client, "stand=missing")
    assert again.status_code == 422
    assert "Eine Ansicht mit diesem Namen haben Sie schon" in again.content.decode()
    client.post(f"/board/ansichten/{SavedView.objects.get().pk}/entfernen/")
    assert save(client, "stand=missing").status_code == 302
    assert SavedView.objects.filter(removed_at__isnull=True).get().query == "stand=missing"


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_view_needs_a_name_of_bearable_length(signed_in: Any, cast: Cast, name: str) -> None:
    assert save(signed_in(cast.coordinator), "", name=name).status_code == 422


def test_nobody_removes_the_view_of_another(signed_in: Any, cast: Cast) -> None:
    other = factories.member(Role.COORDINATOR, email="zwei@stadt.example", name="Koordination 2")
    view = SavedView.objects.create(owner=other, name="Geteilt", query="", shared=True, saved_at=NOW)
    assert signed_in(cast.coordinator).post(f"/board/ansichten/{view.pk}/entfernen/").status_code == 404
    view.refresh_from_db()
    assert view.removed_at is None
