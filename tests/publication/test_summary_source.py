"""A summary of an entry that confirms an earlier one is outdated once that earlier text is corrected."""

import pytest
from django.test import Client

from concept.models import Recommendation
from offices.errors import ConflictError
from publication.models import EntrySummary
from publication.queries import summaries as queries
from publication.queries.site import site
from publication.queries.summaries import WorkFilters
from publication.services import summaries
from publication.services.summaries import Source
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.publication.summarised import NOW, correct, cycle, desk_of, looked_at, one, page_of, published, write
from workflow.models import EntryKind, ReportingCycle, Revision

pytestmark = pytest.mark.django_db

__all__ = ["cycle", "one", "published"]


@pytest.fixture
def confirming(published: Revision, one: Recommendation, cast: Cast) -> Revision:
    """An entry of the years after, which confirms the published one."""
    later = period(one.edition, 2025, 2026)
    return entry(later, one, cast.youth, kind=EntryKind.UNCHANGED, confirms=published, done="")


def test_a_correction_of_the_confirmed_text_makes_it_outdated_everywhere(
    client: Client, published: Revision, confirming: Revision, cast: Cast
) -> None:
    write(confirming, cast)
    address = f"/api/v1/entries/{confirming.update_id}"
    assert "Der Text vom Amt hat sich geändert." not in page_of(client)
    assert client.get(address).json()["summaries"][0]["outdated"] is False
    assert queries.to_do() == 0
    correct(published, cast)
    assert "Der Text vom Amt hat sich geändert." in page_of(client)
    assert client.get(address).json()["summaries"][0]["outdated"] is True
    assert queries.to_do() == 1
    rows = queries.work_list(site(NOW), WorkFilters(sprache="de-simple", stand="veraltet")).rows
    assert [row.run_id for row in rows] == [confirming.update_id]


def test_its_page_shows_the_text_as_it_stands_today_and_what_has_changed(
    published: Revision, confirming: Revision, cast: Cast
) -> None:
    write(confirming, cast)
    correct(published, cast)
    page = desk_of(cast).get(f"/zusammenfassungen/{confirming.update_id}/de-simple/").content.decode()
    assert "Sieben Schulen haben ein Elterncafé eröffnet." in page
    assert "<del>" in page
    assert "Sechs" in page
    assert "Stimmt noch" in page


def test_confirmed_for_the_corrected_text_it_holds_again(
    client: Client, published: Revision, confirming: Revision, cast: Cast
) -> None:
    write(confirming, cast)
    newer = correct(published, cast)
    address = f"/zusammenfassungen/{confirming.update_id}/de-simple/"
    seen = {"text": "", "version": "1", "source": str(confirming.pk), "text_source": str(newer.pk), "confirm": "1"}
    assert "gilt für den Text, wie er jetzt ist" in desk_of(cast).post(address, seen, follow=True).content.decode()
    kept = EntrySummary.objects.order_by("number")
    assert [(row.source_id, row.text_source_id) for row in kept] == [
        (confirming.pk, published.pk),
        (confirming.pk, newer.pk),
    ]
    assert "Der Text vom Amt hat sich geändert." not in page_of(client)
    assert queries.to_do() == 0


def test_who_has_read_the_confirmed_text_before_its_correction_is_told(
    published: Revision, confirming: Revision, cast: Cast
) -> None:
    correct(published, cast)
    with pytest.raises(ConflictError, match="inzwischen berichtigt"):
        write(confirming, cast)
    given = {"text": "Zu spät.", "version": "0", **looked_at(confirming)}
    answer = desk_of(cast).post(f"/zusammenfassungen/{confirming.update_id}/de-simple/", given)
    assert answer.status_code == 409
    assert not EntrySummary.objects.exists()


def test_an_outdated_summary_is_not_suggested(published: Revision, confirming: Revision, cast: Cast) -> None:
    write(published, cast)
    correct(published, cast)
    page = desk_of(cast).get(f"/zusammenfassungen/{confirming.update_id}/de-simple/").content.decode()
    assert "Es gibt Eltern-Cafés." not in page


def test_what_visitors_read_is_told_apart_from_what_is_approved(
    published: Revision, confirming: Revision, cast: Cast
) -> None:
    newer = correct(published, cast)
    assert summaries.source_of(confirming.update_id, NOW) == Source(confirming.pk, newer.pk)
    assert summaries.source_of(published.update_id, NOW) == Source(newer.pk, newer.pk)
    ReportingCycle.objects.filter(pk=published.update.cycle_id).update(publish_on=NOW.date().replace(year=2099))
    assert summaries.source_of(confirming.update_id, NOW) is None
