"""Foreword and introductions: each save is a version, nobody's text is lost, and the report holds the newest."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concept.models import ActionField
from offices.errors import DomainError
from publication import rich_text
from publication.models import ReportText
from publication.models.frozen import WrittenOnceError
from publication.report import content, sources
from publication.services import report_texts
from publication.services.report_texts import TextConflictError
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.publication.conftest import entry, period
from workflow.event_words import event_words
from workflow.models import Event, EventKind, ReportingCycle
from workflow.services import history


@pytest.fixture
def cycle(cast: Cast) -> ReportingCycle:
    edition = factories.edition()
    goal = factories.goal(edition)
    made = period(edition, 2023, 2024)
    entry(made, factories.recommendation(goal, "1.01", lead=cast.youth), cast.youth, "implemented")
    return made


@pytest.fixture
def field(cycle: ReportingCycle) -> ActionField:
    return ActionField.objects.get(edition=cycle.edition)


def write(
    cycle: ReportingCycle, cast: Cast, text: str, *, seen: int = 0, field: ActionField | None = None
) -> ReportText:
    return report_texts.write(cycle.pk, field.pk if field else None, by=cast.coordinator, text=text, seen=seen, now=NOW)


def foreword(cycle: ReportingCycle) -> str:
    return reverse("texts:foreword", args=[cycle.pk])


# --- Saving ----------------------------------------------------------------------------------------------------------


def test_every_save_is_a_version_with_one_event(cycle: ReportingCycle, cast: Cast, field: ActionField) -> None:
    first = write(cycle, cast, "Zuerst.")
    second = write(cycle, cast, "Dann.", seen=1)
    other = write(cycle, cast, "Zum Feld.", field=field)
    assert [(one.number, one.text, one.written_by) for one in (first, second, other)] == [
        (1, "Zuerst.", cast.coordinator),
        (2, "Dann.", cast.coordinator),
        (1, "Zum Feld.", cast.coordinator),
    ]
    said = [event_words(one) for one in Event.objects.filter(kind=EventKind.REPORT_TEXT_WRITTEN).order_by("sequence")]
    assert said == [
        "Vorwort des Berichts geschrieben, Version 1",
        "Vorwort des Berichts geschrieben, Version 2",
        "Einleitung „1 Handlungsfeld 1“ des Berichts geschrieben, Version 1",
    ]
    assert list(history.verify()) == []


def test_a_second_click_makes_no_second_version(cycle: ReportingCycle, cast: Cast) -> None:
    first = write(cycle, cast, "Ein Text.\r\n")
    assert write(cycle, cast, "Ein Text.\n", seen=0) == first
    assert Event.objects.filter(kind=EventKind.REPORT_TEXT_WRITTEN).count() == 1


def test_who_has_not_seen_the_newest_version_does_not_overwrite_it(cycle: ReportingCycle, cast: Cast) -> None:
    write(cycle, cast, "Von der einen.")
    with pytest.raises(TextConflictError) as raised:
        write(cycle, cast, "Von der anderen.", seen=0)
    assert raised.value.current.text == "Von der einen."
    assert ReportText.objects.count() == 1
    assert write(cycle, cast, "Von beiden.", seen=1).number == 2


def test_a_version_never_changes(cycle: ReportingCycle, cast: Cast) -> None:
    one = write(cycle, cast, "So.")
    one.text = "Anders."
    for change in (
        one.save,
        one.delete,
        lambda: ReportText.objects.update(text="Anders."),
        lambda: ReportText.objects.all().delete(),
    ):
        with pytest.raises(WrittenOnceError):
            change()


def test_the_database_keeps_a_second_version_of_the_same_number_away(cycle: ReportingCycle, cast: Cast) -> None:
    write(cycle, cast, "So.")
    with pytest.raises(IntegrityError):
        ReportText.objects.create(cycle=cycle, number=1, text="Auch.", written_at=NOW)


def test_what_does_not_fit_is_refused_with_a_sentence(cycle: ReportingCycle, cast: Cast) -> None:
    with pytest.raises(DomainError, match="20001 Zeichen"):
        write(cycle, cast, "x" * (rich_text.LONGEST + 1))
    with pytest.raises(DomainError, match="nichts zu speichern"):
        write(cycle, cast, " \n")
    other = factories.goal(factories.edition("Konzept 2012")).field
    with pytest.raises(DomainError, match="anderen Fassung"):
        write(cycle, cast, "Text.", field=other)
    planned = factories.cycle(
        cycle.edition, period_from=NOW.date().replace(2027, 1, 1), period_until=NOW.date().replace(2027, 12, 31)
    )
    with pytest.raises(DomainError, match="noch nicht geöffnet"):
        write(planned, cast, "Text.")


# --- In the report ---------------------------------------------------------------------------------------------------


def test_the_report_holds_the_newest_version_of_each_text(
    cycle: ReportingCycle, cast: Cast, field: ActionField
) -> None:
    write(cycle, cast, "GEHEIM")
    write(cycle, cast, "Ein **Vorwort**.", seen=1)
    write(cycle, cast, "- eins\n- zwei", field=field)
    document = content.document(sources.read(cycle.pk, now=NOW), as_of=TODAY, version=1)
    assert rich_text.plain(document["foreword"]) == "Ein Vorwort."
    assert [block["kind"] for block in document["fields"][0]["introduction"]] == ["ul"]
    assert "GEHEIM" not in str(document)


def test_an_emptied_text_is_left_out(cycle: ReportingCycle, cast: Cast) -> None:
    write(cycle, cast, "Ein Vorwort.")
    write(cycle, cast, "", seen=1)
    assert content.document(sources.read(cycle.pk, now=NOW), as_of=TODAY, version=1)["foreword"] == []


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_the_list_says_how_long_each_text_is_and_who_wrote_it(
    cycle: ReportingCycle, cast: Cast, field: ActionField, signed_in: Any
) -> None:
    write(cycle, cast, "Drei **kurze** Wörter")
    page = signed_in(cast.coordinator).get(reverse("texts:list", args=[cycle.pk])).content.decode()
    assert "1 von 2 Texten ist geschrieben." in page
    assert "3 Wörter · Version 1 vom 23.11.2026, 10:00 Uhr · Koordination" in page
    assert "Einleitung: 1 Handlungsfeld 1" in page
    assert "noch nicht geschrieben" in page


def test_a_preview_shows_the_text_and_saves_nothing(cycle: ReportingCycle, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.coordinator)
    sent = {"text": "## Gut\n\n<script>alert(1)</script>", "seen": "0", "preview": "1"}
    page = client.post(foreword(cycle), sent).content.decode()
    assert "<h3>Gut</h3>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert not ReportText.objects.exists()


def test_two_coordinators_see_both_texts_and_lose_none(cycle: ReportingCycle, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.coordinator)
    write(cycle, cast, "Wir danken allen Ämtern.")
    response = client.post(foreword(cycle), {"text": "Wir danken allen.", "seen": "0"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Von diesem Text gibt es zwei Versionen" in page
    assert "Wir danken allen Ämtern." in page
    assert "Wir danken allen.</textarea>" in page
    both = {"text": "Wir danken allen Ämtern.\n\nWir danken allen.", "seen": "1", "preview": "1"}
    assert "Wir danken allen Ämtern." in client.post(foreword(cycle), both).content.decode()
    client.post(foreword(cycle), {"text": "Wir danken allen.", "seen": "1"})
    assert list(ReportText.objects.order_by("number").values_list("text", flat=True)) == [
        "Wir danken allen Ämtern.",
        "Wir danken allen.",
    ]


def test_an_earlier_version_is_shown_with_what_became_of_it_and_taken_up_again(
    cycle: ReportingCycle, cast: Cast, field: ActionField, signed_in: Any
) -> None:
    client = signed_in(cast.coordinator)
    write(cycle, cast, "Ein guter Anfang.", field=field)
    write(cycle, cast, "Ein schlechter Anfang.", seen=1, field=field)
    page = client.get(reverse("texts:introduction-version", args=[cycle.pk, field.pk, 1])).content.decode()
    assert "<del>" in page
    assert "<ins>" in page
    again = reverse("texts:introduction", args=[cycle.pk, field.pk]) + "?version=1"
    assert again in page
    assert "Ein guter Anfang.</textarea>" in client.get(again).content.decode()
    assert client.get(reverse("texts:introduction-version", args=[cycle.pk, field.pk, 3])).status_code == 404


def test_a_text_that_is_too_long_stays_in_the_form(cycle: ReportingCycle, cast: Cast, signed_in: Any) -> None:
    response = signed_in(cast.coordinator).post(foreword(cycle), {"text": "x" * 20_001, "seen": "0"})
    assert response.status_code == 422
    assert "x" * 20_001 in response.content.decode()


def test_only_coordinators_write(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    for person in (cast.clerk, cast.reviewer, cast.administrator, cast.reader):
        client.force_login(person, backend="offices.backends.OfficeBackend")
        assert client.get(foreword(cycle)).status_code == 404
        assert client.post(foreword(cycle), {"text": "x", "seen": "0"}).status_code == 404
    assert not ReportText.objects.exists()


def test_unknown_cycles_fields_and_versions_do_not_open(cycle: ReportingCycle, cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.coordinator)
    for name, args in (
        ("texts:list", [0]),
        ("texts:foreword", [0]),
        ("texts:introduction", [cycle.pk, 0]),
        ("texts:foreword-version", [cycle.pk, 1]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404


def test_the_list_costs_the_same_number_of_queries_for_two_and_for_twenty_fields(
    cycle: ReportingCycle, cast: Cast, signed_in: Any
) -> None:
    client = signed_in(cast.coordinator)
    address = reverse("texts:list", args=[cycle.pk])
    write(cycle, cast, "Eins.")
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(2, 21):
        write(cycle, cast, "Mehr.", field=factories.goal(cycle.edition, str(number), f"{number}.1").field)
        write(cycle, cast, f"Eins {number}.", seen=number - 1)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_once_make_one_version_and_one_conflict(cycle: ReportingCycle, cast: Cast) -> None:
    outcomes: list[str] = []

    def save(text: str) -> None:
        try:
            outcomes.append(f"saved {write(cycle, cast, text).number}")
        except TextConflictError:
            outcomes.append("conflict")
        finally:
            connection.close()

    people = [threading.Thread(target=save, args=[text]) for text in ("Eins.", "Zwei.")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(outcomes) == ["conflict", "saved 1"]
    assert ReportText.objects.count() == 1
    assert list(history.verify()) == []
