"""The import in the browser: three steps, nothing changes before the last, and the last happens once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from concept.models import ColumnMapping, ConceptEdition, ConceptEvent, ImportUpload, Recommendation
from tests import factories
from tests.concept.tables import HEADINGS, csv_file, plain, row
from tests.conftest import Cast


@pytest.fixture
def client_of(cast: Cast, signed_in) -> Client:  # type: ignore[no-untyped-def]
    return signed_in(cast.coordinator)


def upload(client: Client, content: bytes, name: str = "konzept.csv", **data: str) -> HttpResponse:
    fields = {"file": SimpleUploadedFile(name, content), "edition": "", "new_edition": "Neu"} | data
    return client.post("/konzepte/import/", fields)


def confirm(client: Client, pk: int) -> HttpResponse:
    page = client.get(f"/konzepte/import/{pk}/")
    return client.post(
        f"/konzepte/import/{pk}/uebernehmen/", {"fingerprint": page.context["plan"].fingerprint}, follow=True
    )


def choose_columns(client: Client, pk: int) -> None:
    form = client.get(f"/konzepte/import/{pk}/spalten/").context["form"]
    data = {name: form[name].value() for name in form.fields}
    assert client.post(f"/konzepte/import/{pk}/spalten/", data).status_code == 302


def test_a_table_goes_from_upload_to_confirmation(client_of: Client) -> None:
    response = upload(client_of, csv_file(row("1", contributing="40"), row("B5+6")))
    made = ImportUpload.objects.get()
    assert response.headers["Location"] == f"/konzepte/import/{made.pk}/spalten/"
    choose_columns(client_of, made.pk)
    page = client_of.get(f"/konzepte/import/{made.pk}/").content.decode()
    assert "Empfehlung 1" in page
    assert "51 Jugendamt" in page
    assert not ConceptEdition.objects.exists()
    confirm(client_of, made.pk)
    assert Recommendation.objects.count() == 2
    event = ConceptEvent.objects.get()
    assert event.actor is not None
    assert event.actor.name == "Koordination"


def test_confirming_twice_imports_once(client_of: Client) -> None:
    upload(client_of, csv_file(row("1")))
    pk = ImportUpload.objects.get().pk
    fingerprint = client_of.get(f"/konzepte/import/{pk}/").context["plan"].fingerprint
    for _time in range(2):
        client_of.post(f"/konzepte/import/{pk}/uebernehmen/", {"fingerprint": fingerprint})
    assert ConceptEvent.objects.count() == 1
    assert client_of.get(f"/konzepte/import/{pk}/").status_code == 200


def test_a_change_since_the_preview_shows_the_new_preview_and_imports_nothing(client_of: Client) -> None:
    of = factories.edition("Neu")
    factories.recommendation(factories.goal(of), "1", lead=None)
    upload(client_of, csv_file(row("1")), edition="Neu", new_edition="")
    pk = ImportUpload.objects.get().pk
    fingerprint = client_of.get(f"/konzepte/import/{pk}/").context["plan"].fingerprint
    Recommendation.objects.update(title="Inzwischen geändert")
    response = client_of.post(f"/konzepte/import/{pk}/uebernehmen/", {"fingerprint": fingerprint})
    assert response.status_code == 409
    assert "Inzwischen geändert" in response.content.decode()
    assert Recommendation.objects.get().title == "Inzwischen geändert"
    confirm(client_of, pk)
    assert Recommendation.objects.get().title == "Empfehlung 1"


def test_a_city_s_own_headings_are_mapped_once_and_remembered(client_of: Client) -> None:
    own = ("Kürzel", "Lfd", "F", "Feldname", "Z", "Zielname", "Was", "Wie", "Warum", "Wer", "Mit wem")
    upload(client_of, plain(row("1"), headings=own))
    first = ImportUpload.objects.get()
    assert first.columns == {}
    columns = dict(zip(client_of.get(f"/konzepte/import/{first.pk}/spalten/").context["form"].fields, own, strict=True))
    client_of.post(f"/konzepte/import/{first.pk}/spalten/", columns)
    assert ColumnMapping.objects.count() == 1
    upload(client_of, plain(row("1"), row("2"), headings=own))
    second = ImportUpload.objects.exclude(pk=first.pk).get()
    assert second.columns == columns
    confirm(client_of, second.pk)
    assert Recommendation.objects.count() == 2


def test_one_heading_cannot_stand_for_two_columns(client_of: Client) -> None:
    upload(client_of, csv_file(row("1")))
    pk = ImportUpload.objects.get().pk
    response = client_of.post(f"/konzepte/import/{pk}/spalten/", {"key": "id", "number": "id"})
    assert response.status_code == 200
    assert "number" in response.context["form"].errors


def test_problems_are_shown_by_row_and_column_and_cannot_be_confirmed(client_of: Client) -> None:
    upload(client_of, csv_file(row("1", lead="Raumfahrtamt")))
    pk = ImportUpload.objects.get().pk
    page = client_of.get(f"/konzepte/import/{pk}/")
    assert "Raumfahrtamt" in page.content.decode()
    assert "uebernehmen" not in page.content.decode()
    confirm(client_of, pk)
    assert not ConceptEdition.objects.exists()


def test_a_table_without_rows_cannot_be_confirmed(client_of: Client) -> None:
    upload(client_of, csv_file())
    pk = ImportUpload.objects.get().pk
    page = client_of.get(f"/konzepte/import/{pk}/").content.decode()
    assert "Die Tabelle hat keine Zeilen." in page
    assert f"/konzepte/import/{pk}/uebernehmen/" not in page
    confirm(client_of, pk)
    assert not ConceptEdition.objects.exists()


def test_ten_thousand_broken_rows_are_shown_cut(client_of: Client) -> None:
    upload(client_of, csv_file(*(row("", number="") for _ in range(10_000))))
    page = client_of.get(f"/konzepte/import/{ImportUpload.objects.get().pk}/").content.decode()
    assert page.count("<tr>") < 500
    assert "19800" in page or "19.800" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"Brief", "a.csv"), (b"PK\x03\x04", "a.xlsx"), (b"%PDF-1.7", "a.pdf")],
)
def test_what_is_no_table_is_refused_at_the_field(client_of: Client, content: bytes, name: str) -> None:
    response = upload(client_of, content, name)
    assert response.status_code == 200
    assert "file" in response.context["form"].errors
    assert not ImportUpload.objects.exists()


def test_an_edition_is_chosen_or_named_but_not_both(client_of: Client) -> None:
    factories.edition("Alt")
    for data in ({"new_edition": ""}, {"new_edition": "Alt"}, {"edition": "Alt", "new_edition": "Neu"}):
        assert "new_edition" in upload(client_of, csv_file(row()), **data).context["form"].errors


def test_recommendations_that_the_file_lacks_end_only_when_asked(client_of: Client) -> None:
    of = factories.edition("Neu")
    factories.recommendation(factories.goal(of), "weg")
    upload(client_of, csv_file(row("1")), edition="Neu", new_edition="", end_missing="on")
    confirm(client_of, ImportUpload.objects.get().pk)
    assert Recommendation.objects.get(key="weg").ended_on is not None


def test_export_and_template_are_downloads(client_of: Client) -> None:
    of = factories.edition("Neu")
    factories.recommendation(factories.goal(of), "1")
    for address in (f"/konzepte/{of.pk}/export.xlsx", f"/konzepte/{of.pk}/export.csv", "/konzepte/import/vorlage.xlsx"):
        response = client_of.get(address)
        assert response.headers["Content-Disposition"].startswith("attachment")
    assert HEADINGS[2] in client_of.get(f"/konzepte/{of.pk}/export.csv").content.decode()


def test_the_list_of_editions_costs_the_same_for_two_and_for_twenty(  # type: ignore[no-untyped-def]
    client_of: Client, django_assert_max_num_queries
) -> None:
    for number in range(20):
        factories.recommendation(factories.goal(factories.edition(f"Fassung {number}")), "1")
    with django_assert_max_num_queries(10):
        assert client_of.get("/konzepte/").status_code == 200


def test_only_coordinators_see_these_pages_and_nobody_sees_another_s_upload(
    cast: Cast, client_of: Client, client: Client
) -> None:
    upload(client_of, csv_file(row("1")))
    of, other = factories.edition("A"), factories.edition("B")
    pk = ImportUpload.objects.get().pk
    pages = [
        "/konzepte/",
        "/konzepte/import/",
        "/konzepte/import/vorlage.xlsx",
        f"/konzepte/import/{pk}/",
        f"/konzepte/import/{pk}/spalten/",
        f"/konzepte/{of.pk}/export.xlsx",
        f"/konzepte/{of.pk}/export.csv",
        f"/konzepte/{of.pk}/ueberleitung/{other.pk}/",
        f"/konzepte/{of.pk}/ueberleitung/{other.pk}/verknuepfung/",
        f"/konzepte/{of.pk}/ueberleitung/{other.pk}/import/",
        f"/konzepte/{of.pk}/ueberleitung/{other.pk}/export.xlsx",
        f"/konzepte/{of.pk}/ueberleitung/{other.pk}/export.csv",
    ]
    for page in pages:
        assert client.get(page).status_code == 200, page
    for person in (cast.clerk, cast.reviewer, cast.reader, cast.stranger):
        client.force_login(person, backend="offices.backends.OfficeBackend")
        for page in pages:
            assert client.get(page).status_code == 404, page
    client.logout()
    for page in pages:
        assert client.get(page).status_code == 302, page
    second = factories.member(factories.Role.COORDINATOR, email="zweite@stadt.example", name="Koordination 2")
    client.force_login(second, backend="offices.backends.OfficeBackend")
    assert client.get(f"/konzepte/import/{pk}/").status_code == 404
    assert client.post(f"/konzepte/import/{pk}/uebernehmen/").status_code == 404
