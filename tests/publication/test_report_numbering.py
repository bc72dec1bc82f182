"""What readers learn of versions that never came out, and where the page of a withdrawn report leads."""

from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.publication.conftest import period
from tests.publication.stages import built, cycle, quick_files, released, shared, withdrawn
from workflow.models import ReportingCycle

__all__ = ["cycle", "quick_files"]


def test_readers_who_miss_version_one_learn_that_it_was_a_draft(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    shared(built(cycle, cast), cast)
    built(cycle, cast, note="Neu gezählt.")
    third = released(built(cycle, cast, note="Neu geprüft."), cast)
    said = "Die Versionen 1 und 2 waren Entwürfe und sind nicht erschienen."
    assert said in client.get(reverse("publication:report", args=[third.pk])).content.decode()
    assert said in client.get(reverse("publication:editions")).content.decode()


def test_nothing_is_said_of_numbers_where_every_version_came_out(
    cycle: ReportingCycle, cast: Cast, client: Client
) -> None:
    released(built(cycle, cast), cast)
    second = released(built(cycle, cast, note="Neu geprüft."), cast)
    for address in (reverse("publication:report", args=[second.pk]), reverse("publication:editions")):
        assert "nicht erschienen" not in client.get(address).content.decode()


def test_the_page_of_a_withdrawn_report_leads_on(cycle: ReportingCycle, cast: Cast, client: Client) -> None:
    gone = withdrawn(released(built(cycle, cast), cast), cast)
    page = client.get(reverse("publication:report", args=[gone.pk]))
    assert page.status_code == 410
    text = page.content.decode()
    main = text.partition("<main")[2].partition("</main")[0]
    assert f'href="{reverse("publication:editions")}"' in main
    assert f'href="{reverse("publication:home")}"' in main
    assert "Der neueste Bericht" not in main
    newer = cycle_after(cycle)
    report = released(built(newer, cast), cast)
    main = client.get(reverse("publication:report", args=[gone.pk])).content.decode().partition("<main")[2]
    assert f'href="{reverse("publication:report", args=[report.pk])}"' in main
    assert "Der neueste Bericht: 2025–2026" in main


def cycle_after(cycle: ReportingCycle) -> ReportingCycle:
    """A later period of the same edition, without entries."""
    return period(cycle.edition, 2025, 2026)
