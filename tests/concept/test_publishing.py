"""An edition is in the making until a coordinator publishes it; importing does not."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from concept.models import ConceptEdition, ConceptEvent, ConceptEventKind, ImportUpload
from concept.services.editions import publish_edition
from offices.errors import DomainError
from tests import factories
from tests.concept.tables import csv_file, row
from tests.concept.test_import_pages import choose_columns, client_of, confirm, upload
from tests.conftest import Cast
from tests.factories import NOW
from tests.publication.conftest import entry, period
from workflow import published

pytestmark = pytest.mark.django_db

__all__ = ["client_of"]

ADOPTED = datetime.date(2026, 6, 1)


@pytest.fixture
def making(cast: Cast) -> ConceptEdition:
    edition = factories.edition("Fortschreibung", adopted_on=None, published_at=None)
    factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)
    return edition


def test_what_was_imported_is_public_once_it_is_published(client_of: Client, cast: Cast) -> None:
    visitor = Client()
    upload(client_of, csv_file(row("1")))
    pk = ImportUpload.objects.get().pk
    choose_columns(client_of, pk)
    preview = client_of.get(f"/konzepte/import/{pk}/").content.decode()
    assert "Bisher sieht nur die Verwaltung diese Fassung" in preview
    asked = confirm(client_of, pk).content.decode()
    made = ConceptEdition.objects.get(name="Neu")
    address = f"/konzept/{made.slug}/"
    assert "Fassung veröffentlichen" in asked
    assert "Noch nicht öffentlich" in client_of.get(f"/konzepte/import/{pk}/").content.decode()
    assert visitor.get(address).status_code == 404
    answer = client_of.post(f"/konzepte/{made.pk}/veroeffentlichen/", {"adopted_on": "01.06.2026"}, follow=True)
    assert "„Neu“ ist jetzt öffentlich." in answer.content.decode()
    assert visitor.get(address).status_code == 200
    assert "beschlossen am 01.06.2026" in visitor.get(address).content.decode()
    event = ConceptEvent.objects.get(kind=ConceptEventKind.PUBLISHED)
    assert (event.actor, event.data) == (cast.coordinator, {"adopted_on": "2026-06-01"})
    # From now on, an import is read at once, and the preview says so.
    upload(client_of, csv_file(row("1"), row("2")), edition="Neu", new_edition="")
    second = ImportUpload.objects.order_by("-pk")[0].pk
    assert "steht sofort auf der Homepage" in client_of.get(f"/konzepte/import/{second}/").content.decode()


def test_it_is_published_once_and_with_its_day(making: ConceptEdition, cast: Cast) -> None:
    with pytest.raises(DomainError, match="Tag des Beschlusses"):
        publish_edition(making.pk, adopted_on=None, by=cast.coordinator, now=NOW)
    publish_edition(making.pk, adopted_on=ADOPTED, by=cast.coordinator, now=NOW)
    again = publish_edition(making.pk, adopted_on=datetime.date(2020, 1, 1), by=cast.coordinator, now=NOW)
    assert (again.adopted_on, again.published_at) == (ADOPTED, NOW)
    assert ConceptEvent.objects.filter(kind=ConceptEventKind.PUBLISHED).count() == 1


def test_an_empty_edition_is_not_published(cast: Cast, client_of: Client) -> None:
    empty = factories.edition("Leer", adopted_on=None, published_at=None)
    answer = client_of.post(f"/konzepte/{empty.pk}/veroeffentlichen/", {"adopted_on": "01.06.2026"})
    assert answer.status_code == 422
    assert "noch leer" in answer.content.decode()
    empty.refresh_from_db()
    assert empty.published_at is None


@pytest.mark.parametrize("given", ["", "31.02.2026", "bald"])
def test_without_a_day_nothing_is_published(making: ConceptEdition, client_of: Client, given: str) -> None:
    answer = client_of.post(f"/konzepte/{making.pk}/veroeffentlichen/", {"adopted_on": given})
    assert answer.status_code == 422
    making.refresh_from_db()
    assert making.published_at is None


def test_an_edition_for_a_day_that_lies_ahead_is_public_from_that_day_on(
    making: ConceptEdition, client_of: Client
) -> None:
    day = timezone.localdate() + datetime.timedelta(days=30)
    page = client_of.post(
        f"/konzepte/{making.pk}/veroeffentlichen/", {"adopted_on": f"{day:%d.%m.%Y}"}, follow=True
    ).content.decode()
    assert f"wird am {day:%d.%m.%Y} öffentlich" in page
    assert f"ab {day:%d.%m.%Y}" in page
    assert Client().get(f"/konzept/{making.slug}/").status_code == 404
    making.refresh_from_db()
    assert making.is_public_on(day)
    assert list(ConceptEdition.objects.public(day)) == [making]
    assert not making.is_public_on(day - datetime.timedelta(days=1))


def test_the_list_offers_it_and_does_not_lead_to_a_page_that_is_not_there(
    making: ConceptEdition, client_of: Client
) -> None:
    page = client_of.get("/konzepte/").content.decode()
    assert f'href="/konzepte/{making.pk}/veroeffentlichen/"' in page
    assert f'href="/konzept/{making.slug}/"' not in page
    publish_edition(making.pk, adopted_on=ADOPTED, by=None, now=NOW)
    page = client_of.get("/konzepte/").content.decode()
    assert f'href="/konzepte/{making.pk}/veroeffentlichen/"' not in page
    assert f'href="/konzept/{making.slug}/"' in page
    assert client_of.get(f"/konzepte/{making.pk}/veroeffentlichen/").status_code == 302


def test_a_report_waits_until_its_edition_is_public(making: ConceptEdition, cast: Cast) -> None:
    cycle = period(making, 2023, 2024)
    entry(cycle, making.recommendations.get(), cast.youth)
    assert not published.may_release(cycle.pk, timezone.localdate(NOW))
    publish_edition(making.pk, adopted_on=ADOPTED, by=None, now=NOW)
    assert published.may_release(cycle.pk, timezone.localdate(NOW))


def test_the_back_office_keeps_the_day_since_when_a_published_edition_is_known(
    client: Client, cast: Cast, making: ConceptEdition
) -> None:
    client.force_login(cast.administrator)
    address = f"/verwaltung/concept/conceptedition/{making.pk}/change/"
    assert 'name="adopted_on"' in client.get(address).content.decode()
    publish_edition(making.pk, adopted_on=ADOPTED, by=cast.coordinator, now=NOW)
    assert 'name="adopted_on"' not in client.get(address).content.decode()
    client.post(address, {"name": "Fortschreibung", "adopted_on": "01.01.2020"})
    making.refresh_from_db()
    assert making.adopted_on == ADOPTED
