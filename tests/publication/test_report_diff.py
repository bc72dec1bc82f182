"""Two reports on one page: what moved, what was written differently, what is new; the rest is counted."""

import copy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from publication import rich_text
from publication.models import ReportEdition
from publication.queries.report_diff import compare
from publication.report import content, sources
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.publication.conftest import entry, period
from workflow.models import ReportingCycle


@pytest.fixture
def cycle(cast: Cast) -> ReportingCycle:
    edition = factories.edition()
    goal = factories.goal(edition)
    made = period(edition, 2023, 2024)
    for number in range(1, 31):
        one = factories.recommendation(goal, f"1.{number:02}", lead=cast.youth)
        entry(made, one, cast.youth, "planned", measures=(f"Kurs {number}",))
    return made


@pytest.fixture
def document(cycle: ReportingCycle) -> dict[str, Any]:
    return content.document(sources.read(cycle.pk, now=NOW), as_of=TODAY, version=1)


def changed(document: dict[str, Any]) -> dict[str, Any]:
    other = copy.deepcopy(document)
    first, second, *_rest = other["fields"][0]["goals"][0]["recommendations"]
    first["status"], first["word"] = "implemented", "umgesetzt"
    second["sections"][0]["text"] = ["Das geschah nicht mit 1.02 bis 2024."]
    del other["fields"][0]["goals"][0]["recommendations"][-1]
    other["foreword"] = rich_text.blocks("Ein neues Vorwort.")
    rows = other["programmes"]["rows"]
    rows[0]["until"] = "2027"
    del rows[-1]
    rows.append({**rows[0], "title": "Ganz neu"})
    return other


def test_the_same_content_differs_in_nothing(document: dict[str, Any]) -> None:
    found = compare(document, document)
    assert found.is_empty
    assert (found.unchanged, found.kept) == (30, 30)


def test_only_what_differs_is_listed(document: dict[str, Any]) -> None:
    found = compare(document, changed(document))
    assert [(one.one["number"], one.has_moved, one.after is None) for one in found.recommendations] == [
        ("1.01", True, False),
        ("1.30", False, True),
        ("1.02", False, False),
    ]
    assert found.unchanged == 27
    (passage,) = found.recommendations[2].passages
    assert [(one.kind, one.text.strip()) for one in passage.segments if one.text.strip()] == [
        ("same", "Das geschah"),
        ("new", "nicht"),
        ("same", "mit 1.02 bis 2024."),
    ]
    assert [(one.label, one.before, one.after) for one in found.chapters] == [("Vorwort", "", "Ein neues Vorwort.")]
    assert (found.added, found.gone, found.changed, found.kept) == (["Ganz neu"], ["Kurs 9"], ["Kurs 1"], 28)
    assert [(row.label, row.before, row.after, row.more, row.less) for row in found.figures] == [
        ("Empfehlungen", 30, 29, 0, 1),
        ("umgesetzt", 0, 1, 1, 0),
        ("geplant", 30, 28, 0, 2),
    ]


def test_documents_of_the_first_reports_can_be_compared(document: dict[str, Any]) -> None:
    older = {name: value for name, value in document.items() if name not in {"foreword", "programmes", "entries"}}
    assert compare(older, document).added
    assert compare({}, document).recommendations


def reports(cycle: ReportingCycle, document: dict[str, Any], **fields: Any) -> list[ReportEdition]:
    made = {"cycle": cycle, "state": "ready", "requested_at": NOW, "built_at": NOW, **fields}
    return [
        ReportEdition.objects.create(number=1, document=document, **made),
        ReportEdition.objects.create(number=2, document=changed(document), change_note="Neu gezählt.", **made),
    ]


def address(pair: list[ReportEdition]) -> str:
    return reverse("publication:report-diff", args=[one.pk for one in pair])


def test_everybody_compares_final_reports(cycle: ReportingCycle, document: dict[str, Any], client: Client) -> None:
    pair = reports(cycle, document, stage="final", released_at=NOW)
    page = client.get(address(pair)).content.decode()
    assert "3 Empfehlungen unterscheiden sich." in page
    assert "<summary>27 Empfehlungen sind in beiden gleich</summary>" in page
    assert "Neu gezählt." in page
    assert "wurde zu" in page
    assert "<ins>" in page


def test_on_an_english_page_the_marks_of_what_changed_are_english_and_the_text_german(
    cycle: ReportingCycle, document: dict[str, Any], client: Client
) -> None:
    pair = reports(cycle, document, stage="final", released_at=NOW)
    page = client.get(f"/en{address(pair)}").content.decode()
    assert '<p class="prose diff" lang="de"><ins><span class="kern-sr-only" lang="en">New: </span>Ein neues' in page
    assert '<h3 class="kern-heading-small">Foreword</h3>' in page
    edition = pair[0].cycle.edition.name
    assert f'<p class="eyebrow"><span lang="de">{edition}</span></p>' in page
    read = client.get(f"/en/bericht/{pair[1].pk}/").content.decode()
    title = document["title"]
    assert f'<li aria-current="page"><span lang="de">{title}</span></li>' in read
    assert f': <span lang="de">{title}</span>, version 2' in read
    ReportEdition.objects.filter(pk=pair[1].pk).update(stage="withdrawn", withdrawn_at=NOW, withdrawal_note="Falsch.")
    gone = client.get(f"/en/bericht/{pair[1].pk}/").content.decode()
    assert f'<p class="eyebrow"><span lang="de">{edition}</span> · Version 2</p>' in gone


@pytest.mark.parametrize(("who", "status"), [("", 404), ("clerk", 404), ("reviewer", 200), ("coordinator", 200)])
def test_drafts_are_compared_by_the_working_group(
    cycle: ReportingCycle, document: dict[str, Any], cast: Cast, client: Client, who: str, status: int
) -> None:
    pair = reports(cycle, document)
    ReportEdition.objects.filter(number=1).update(stage="final", released_at=NOW)
    if who:
        client.force_login(getattr(cast, who), backend="offices.backends.OfficeBackend")
    response = client.get(address(pair))
    assert response.status_code == status
    if status == 200:
        assert "private" in response["Cache-Control"]


def test_a_withdrawn_report_is_compared_with_nothing(
    cycle: ReportingCycle, document: dict[str, Any], cast: Cast, signed_in: Any
) -> None:
    pair = reports(cycle, document, stage="withdrawn", withdrawn_at=NOW, withdrawal_note="x", released_at=NOW)
    client = signed_in(cast.coordinator)
    assert client.get(address(pair)).status_code == 404
    assert client.get("/berichte/vergleich/1/999/").status_code == 404


def test_words_are_compared_a_page_at_a_time(
    cycle: ReportingCycle, document: dict[str, Any], client: Client, django_assert_max_num_queries: Any
) -> None:
    other = copy.deepcopy(document)
    for one in other["fields"][0]["goals"][0]["recommendations"]:
        one["sections"][0]["text"] = ["Anders."]
    made = {"cycle": cycle, "state": "ready", "requested_at": NOW, "built_at": NOW, "stage": "final"}
    pair = [
        ReportEdition.objects.create(number=number, document=some, released_at=NOW, **made)
        for number, some in ((1, document), (2, other))
    ]
    with django_assert_max_num_queries(8):
        page = client.get(address(pair)).content.decode()
    assert page.count("<article") == 20
    assert client.get(address(pair) + "?seite=2").content.decode().count("<article") == 10


# --- Finding the way there -------------------------------------------------------------------------------------------


@pytest.fixture
def two_periods(cycle: ReportingCycle, document: dict[str, Any], cast: Cast) -> list[ReportEdition]:
    """Two versions of the report of one period, and one of the period before."""
    earlier = period(cycle.edition, 2021, 2022)
    before = content.document(sources.read(earlier.pk, now=NOW), as_of=TODAY, version=1)
    final = {"state": "ready", "requested_at": NOW, "built_at": NOW, "stage": "final", "released_at": NOW}
    old = ReportEdition.objects.create(cycle=earlier, number=1, document=before, **final)
    return [old, *reports(cycle, document, stage="final", released_at=NOW)]


def test_a_reports_page_offers_every_public_report_that_it_can_be_compared_with(
    two_periods: list[ReportEdition], client: Client
) -> None:
    old, first, second = (one.pk for one in two_periods)
    offered = {
        old: [(old, second)],
        first: [(first, second), (old, first)],
        second: [(first, second), (old, second)],
    }
    for pk, pairs in offered.items():
        page = client.get(f"/bericht/{pk}/").content.decode()
        assert "Vergleichen mit …" in page
        for pair in pairs:
            there = f"/berichte/vergleich/{pair[0]}/{pair[1]}/"
            assert f'<li><a href="{there}"' in page
            assert client.get(there).status_code == 200
        assert page.count('<li><a href="/berichte/vergleich/') == len(pairs)


def test_the_list_of_editions_offers_the_reports_of_other_periods(
    two_periods: list[ReportEdition], client: Client
) -> None:
    old, _first, second = (one.pk for one in two_periods)
    page = client.get(reverse("publication:editions")).content.decode()
    assert page.count(f'href="/berichte/vergleich/{old}/{second}/"') == 2
    ReportEdition.objects.filter(pk=old).update(stage="withdrawn", withdrawn_at=NOW, withdrawal_note="x")
    assert "/berichte/vergleich/" not in client.get(reverse("publication:editions")).content.decode()


def test_where_there_is_one_report_nothing_is_offered(
    cycle: ReportingCycle, document: dict[str, Any], client: Client
) -> None:
    final = {"state": "ready", "requested_at": NOW, "built_at": NOW, "stage": "final", "released_at": NOW}
    only = ReportEdition.objects.create(cycle=cycle, number=1, document=document, **final)
    assert "Vergleichen mit …" not in client.get(f"/bericht/{only.pk}/").content.decode()


def test_what_moved_comes_first_and_the_overview_stands_on_the_first_page_alone(
    cycle: ReportingCycle, document: dict[str, Any], client: Client
) -> None:
    other = copy.deepcopy(document)
    everything = other["fields"][0]["goals"][0]["recommendations"]
    for one in everything:
        one["sections"][0]["text"] = ["Anders."]
    everything[-1]["status"], everything[-1]["word"] = "implemented", "umgesetzt"
    made = {"cycle": cycle, "state": "ready", "requested_at": NOW, "built_at": NOW, "stage": "final"}
    pair = [
        ReportEdition.objects.create(number=number, document=some, released_at=NOW, **made)
        for number, some in ((1, document), (2, other))
    ]
    (move,) = compare(document, other).moves
    assert (move.before, move.after, [one.one["number"] for one in move.members]) == (
        "planned",
        "implemented",
        ["1.30"],
    )
    first = client.get(address(pair)).content.decode()
    assert "Wessen Stand sich verändert hat" in first
    articles = first.split("<article")[1:]
    assert "1.30" in articles[0]
    assert "1.01" in articles[1]
    second = client.get(address(pair) + "?seite=2").content.decode()
    assert "Wessen Stand sich verändert hat" not in second
    assert "In Zahlen" not in second
