"""The interface for programs: what it answers, how it is asked, and that nobody gets more than what is published."""

import datetime
import json
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from concept.models import CrosswalkReason
from publication.models import ReportEdition
from tests import factories
from tests.conftest import Cast
from tests.publication import open_city
from tests.publication.conftest import entry
from tests.publication.open_city import City
from workflow.models import ReportingCycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(cast: Cast) -> City:
    return open_city.build(cast)


def ask(client: Client, address: str, **query: Any) -> Any:
    response = client.get(f"/api/v1/{address}", query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def found(client: Client, address: str, **query: Any) -> list[Any]:
    return ask(client, address, **query)["items"]  # type: ignore[no-any-return]


def refused(response: HttpResponse) -> dict[str, str]:
    """Return what is wrong with each parameter."""
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    return {fault["parameter"]: fault["message"] for fault in json.loads(response.content)["faults"]}


# --- What it tells ----------------------------------------------------------------------------------------------------


def test_the_start_names_licence_lists_and_words(client: Client, city: City) -> None:
    start = ask(client, "")
    assert start["licence"] == {
        "id": "dl-de/by-2-0",
        "name": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "url": "https://www.govdata.de/dl-de/by-2-0",
        "attribution": "Stadt Kassel, Integrationskonzept Kassel",
    }
    for address in start["lists"].values():
        assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 200
    assert {"value": "in_progress", "word": "in Umsetzung"} in start["words"]["status"]


def test_a_recommendation_is_found_by_either_id_with_its_whole_story(client: Client, city: City) -> None:
    by_number = ask(client, f"recommendations/{city.cafe.pk}")
    by_key = ask(client, "editions/neue-akzente-2019/recommendations/1.10")
    assert by_number == by_key
    assert by_number["key"] == "neue-akzente-2019/1.10"
    assert by_number["status"] == "in_progress"
    assert by_number["lead"]["name"] == "Jugendamt"
    assert [one["done"] for one in by_number["entries"]] == ["Erst ein Plan.", "Sechs Schulen."]
    assert [one["title"] for one in by_number["entries"][1]["measures"]] == ["=1+1", "Räume einrichten"]
    assert [(one["before"]["key"], one["reason"]) for one in by_number["crosswalk"]] == [
        ("konzept-2012/O1", "reworded")
    ]


def test_a_key_with_a_slash_is_an_address(client: Client, city: City) -> None:
    assert ask(client, "editions/neue-akzente-2019/recommendations/2.1/1")["title"] == "Über Brücken & Wege"


def test_ids_stay_when_numbers_and_titles_change(client: Client, city: City) -> None:
    before = ask(client, f"recommendations/{city.cafe.pk}")
    type(city.cafe).objects.filter(pk=city.cafe.pk).update(number="9.9", title="Neuer Titel")
    after = ask(client, f"recommendations/{city.cafe.pk}")
    assert (after["number"], after["title"]) == ("9.9", "Neuer Titel")
    assert (after["id"], after["key"]) == (before["id"], before["key"])


def test_an_entry_keeps_its_id_through_a_correction_and_says_what_changed(
    client: Client, city: City, cast: Cast
) -> None:
    before = ask(client, f"entries/{city.run.pk}")
    open_city.correct(city, cast)
    after = ask(client, f"entries/{city.run.pk}")
    assert (before["version"], after["version"]) == (1, 2)
    assert after["done"] == "Acht Schulen."
    assert [one["note"] for one in after["corrections"]] == ["Die Zahl war falsch."]


def test_a_withdrawn_entry_is_gone_at_once_and_leaves_its_note(client: Client, city: City) -> None:
    address = f"entries/{city.run.pk}"
    ask(client, address)
    open_city.withdraw(city.run)
    assert client.get(f"/api/v1/{address}").status_code == 404
    detail = ask(client, f"recommendations/{city.cafe.pk}")
    assert [one["done"] for one in detail["entries"]] == ["Erst ein Plan."]
    assert [one["note"] for one in detail["withdrawals"]] == ["Darin stand etwas Falsches."]
    assert found(client, "measures") == []
    assert found(client, "changes")[0]["kind"] == "withdrawn"


def test_the_crosswalk_tells_endings_too(client: Client, city: City) -> None:
    links = found(client, "crosswalk")
    assert [(one["before"]["key"], one["after"] and one["after"]["key"], one["reason"]) for one in links] == [
        ("konzept-2012/O1", "neue-akzente-2019/1.10", "reworded"),
        ("konzept-2012/O2", None, "done"),
    ]
    assert len(found(client, "crosswalk", after="neue-akzente-2019")) == 1
    assert len(found(client, "crosswalk", before="konzept-2012", reason="done")) == 1


def test_a_link_into_an_edition_that_is_not_public_is_not_told(client: Client, city: City) -> None:
    tomorrow = datetime.date.today() + datetime.timedelta(days=30)  # noqa: DTZ011
    coming = factories.edition("Fortschreibung", adopted_on=tomorrow)
    after = factories.recommendation(factories.goal(coming), "N1")
    city.cafe.links_forward.create(successor=after, reason=CrosswalkReason.KEPT)
    assert all(one["after_edition"] != "fortschreibung" for one in found(client, "crosswalk"))
    assert client.get(f"/api/v1/recommendations/{after.pk}").status_code == 404
    assert client.get("/api/v1/editions/fortschreibung").status_code == 404


def test_reports_come_with_their_files_and_withdrawn_ones_with_the_reason_alone(client: Client, city: City) -> None:
    (report,) = found(client, "reports")
    assert [file["kind"] for file in report["files"]] == ["docx", "pdf"]
    assert report["files"][1]["url"] == f"{settings.SITE_URL}/bericht/{city.report.pk}.pdf"
    ReportEdition.objects.update(stage="withdrawn", withdrawn_at=open_city.APPROVED, withdrawal_note="Ein Fehler.")
    (report,) = found(client, "reports")
    assert (report["files"], report["withdrawal_note"]) == ([], "Ein Fehler.")


def test_a_draft_of_a_report_is_unknown(client: Client, city: City) -> None:
    ReportEdition.objects.update(stage="draft", released_at=None)
    assert found(client, "reports") == []


def test_changes_are_those_of_the_feed_newest_first(client: Client, city: City, cast: Cast) -> None:
    open_city.correct(city, cast)
    kinds = [(one["kind"], one["on"]) for one in found(client, "changes")]
    assert kinds == [
        ("corrected", "2025-04-30"),
        ("report", "2025-03-31"),
        ("approved", "2025-03-01"),
        ("approved", "2023-03-01"),
        ("edition", "2019-06-03"),
        ("edition", "2012-05-07"),
    ]


# --- Filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "query", "expected"),
    [
        ("recommendations", {"edition": "neue-akzente-2019"}, 3),
        ("recommendations", {"edition": "gibt-es-nicht"}, 0),
        ("recommendations", {"status": "in_progress"}, 1),
        ("recommendations", {"status": "missing", "ended": "false"}, 1),
        ("recommendations", {"ended": "true"}, 1),
        ("recommendations", {"ended": "false"}, 4),
        ("recommendations", {"year": 2022}, 1),
        ("recommendations", {"year": 2019}, 0),
        ("recommendations", {"q": "SCHULEN elterncafés"}, 1),
        ("recommendations", {"q": "Raumschiff"}, 0),
        ("recommendations", {"q": "Schule"}, 1),
        ("recommendations", {"q": "eltern cafe"}, 1),
        ("recommendations", {"q": "bruecken"}, 1),
        ("recommendations", {"changed_since": "2025-03-01"}, 1),
        ("recommendations", {"changed_since": "2025-03-02"}, 0),
        ("entries", {}, 2),
        ("entries", {"status": "planned"}, 1),
        ("entries", {"year": 2024}, 1),
        ("entries", {"q": "räume"}, 1),
        ("entries", {"q": "Raum"}, 1),
        ("entries", {"q": "Cafe Schule"}, 1),
        ("entries", {"q": "Elterncafés"}, 2),
        ("entries", {"q": "Raumschiff"}, 0),
        ("entries", {"changed_since": "2025-01-01"}, 1),
        ("measures", {"status": "in_progress"}, 2),
        ("measures", {"q": "Räume"}, 1),
        ("measures", {"q": "einricht Raum"}, 1),
        ("measures", {"q": "Schulen"}, 0),
        ("measures", {"year": 2021}, 0),
        ("offices", {"q": "jugend"}, 1),
        ("offices", {"q": "Gesundheit"}, 1),
        ("fields", {"edition": "neue-akzente-2019"}, 2),
        ("goals", {}, 3),
        ("periods", {"edition": "konzept-2012"}, 0),
        ("reports", {"year": 2023}, 1),
        ("reports", {"year": 2022}, 0),
        ("changes", {"kind": "report"}, 1),
        ("changes", {"edition": "konzept-2012"}, 1),
        ("changes", {"changed_since": "2025-03-31"}, 1),
    ],
)
def test_lists_are_narrowed_by_what_is_asked(
    client: Client, city: City, address: str, query: dict[str, Any], expected: int
) -> None:
    assert len(found(client, address, **query)) == expected


def test_lists_are_narrowed_by_ids(client: Client, city: City, cast: Cast) -> None:
    field = city.cafe.goal.field_id
    assert len(found(client, "goals", field=field)) == 1
    assert len(found(client, "recommendations", field=field)) == 2
    assert len(found(client, "recommendations", goal=city.gap.goal_id)) == 1
    assert len(found(client, "recommendations", office=cast.school.pk)) == 1
    assert len(found(client, "entries", recommendation=city.cafe.pk, period=city.first.pk)) == 1
    assert len(found(client, "measures", office=cast.health.pk)) == 0
    assert len(found(client, "changes", field=field)) == 2


def test_what_came_out_on_a_later_publication_date_counts_as_changed_then(
    client: Client, city: City, cast: Cast
) -> None:
    """Else somebody who asks what is new since yesterday would never get it."""
    ReportingCycle.objects.filter(pk=city.second.pk).update(publish_on=datetime.date(2025, 6, 1))
    assert len(found(client, "entries", changed_since="2025-05-31")) == 1
    assert len(found(client, "recommendations", changed_since="2025-05-31")) == 1
    assert found(client, "changes", kind="approved")[0]["on"] == "2025-06-01"


# --- Paging -----------------------------------------------------------------------------------------------------------


def test_pages_lead_from_one_to_the_next_and_back_and_hold_everything_once(client: Client, city: City) -> None:
    seen, address, steps = [], "/api/v1/recommendations?limit=2", 0
    while address:
        page = json.loads(client.get(address.removeprefix(settings.SITE_URL)).content)
        assert page["count"] == 5
        seen += [one["id"] for one in page["items"]]
        last, address = page, page["next"]
        steps += 1
    assert steps == 3
    assert len(seen) == len(set(seen)) == 5
    back = json.loads(client.get(last["previous"].removeprefix(settings.SITE_URL)).content)
    assert [one["id"] for one in back["items"]] == seen[2:4]


def test_a_page_beyond_the_end_is_empty_and_leads_back(client: Client, city: City) -> None:
    page = ask(client, "recommendations", offset=1000, limit=2)
    assert (page["items"], page["next"]) == ([], None)
    assert page["previous"].endswith("?offset=3&limit=2")


def test_addresses_are_those_of_the_service_whoever_asks(client: Client, city: City) -> None:
    response = client.get("/api/v1/recommendations?limit=1", headers={"host": "localhost"})
    assert json.loads(response.content)["next"].startswith(settings.SITE_URL)


# --- Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("limit=0", "limit", "Bitte geben Sie mindestens 1 an."),
        ("limit=501", "limit", "Bitte geben Sie höchstens 500 an."),
        ("limit=viele", "limit", "Bitte geben Sie eine ganze Zahl an."),
        ("limit=1_0", "limit", "Bitte geben Sie eine ganze Zahl an."),
        ("changed_since=1700000000", "changed_since", "Bitte geben Sie einen Tag als Jahr-Monat-Tag an"),
        ("changed_since=2025-02-30", "changed_since", "Bitte geben Sie einen Tag als Jahr-Monat-Tag an"),
        ("status=gut", "status", "Möglich sind: made_permanent, implemented, in_progress"),
        ("ended=ja", "ended", "Bitte geben Sie true oder false an."),
        ("q=", "q", "Bitte geben Sie einen Wert an"),
        ("edition=a/b", "edition", "Dieser Wert passt nicht."),
        ("statsu=planned", "statsu", "Diesen Parameter gibt es nicht. Möglich sind: limit, offset, edition"),
    ],
)
def test_what_does_not_fit_is_said_in_german(client: Client, city: City, query: str, parameter: str, said: str) -> None:
    assert said in refused(client.get(f"/api/v1/recommendations?{query}"))[parameter]


@pytest.mark.parametrize(
    "address", ["nichts", "recommendations/0", "recommendations/x", "entries/999999", "editions/x"]
)
def test_what_is_not_there_is_a_problem_document(client: Client, city: City, address: str) -> None:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["title"] == "Nicht gefunden"


def test_an_unpublished_run_is_no_entry(client: Client, city: City, cast: Cast) -> None:
    hidden = entry(city.second, city.gap, cast.health, approved=False)
    assert client.get(f"/api/v1/entries/{hidden.update_id}").status_code == 404
