"""The crosswalk says what became of each recommendation, from a table or link by link; nothing said is lost."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from concept.importing.writing import to_csv
from concept.models import ConceptEdition, ConceptEvent, ConceptEventKind, CrosswalkLink, ImportUpload, Recommendation
from concept.queries import crosswalk as queries
from concept.services import crosswalk as services
from concept.services.crosswalk import import_crosswalk, set_link, withdraw_link
from offices.errors import DomainError
from tests import factories
from tests.conftest import Cast

HEADINGS = ("Bisher", "Neu", "Verbleib", "Anmerkung")


@pytest.fixture
def pair(db: None) -> tuple[ConceptEdition, ConceptEdition]:
    older, newer = factories.edition("Konzept 2012"), factories.edition("Neue Akzente 2019")
    for of in (older, newer):
        goal = factories.goal(of)
        for number in ("1", "2", "3"):
            factories.recommendation(goal, number, key=f"{of.slug[:1]}{number}")
    return older, newer


def of(key: str) -> Recommendation:
    return Recommendation.objects.get(key=key)


def table(*rows: tuple[str, ...]) -> bytes:
    return to_csv(HEADINGS, rows)


def run(pair: tuple[ConceptEdition, ConceptEdition], *rows: tuple[str, ...], **options: Any):  # type: ignore[no-untyped-def]
    return import_crosswalk(table(*rows), "x.csv", older=pair[0], newer=pair[1], by=None, now=timezone.now(), **options)


def test_links_are_imported_by_id_or_number_and_reasons_in_both_languages(pair) -> None:  # type: ignore[no-untyped-def]
    run(pair, ("k1", "n1", "übernommen", ""), ("1", "2", "split", "geteilt in zwei"), ("k3", "", "Entfallen", ""))
    said = [
        (one.predecessor.key, one.successor.key if one.successor else "", one.reason)
        for one in queries.links_between(*pair)
    ]
    assert said == [("k1", "n1", "kept"), ("k1", "n2", "split"), ("k3", "", "dropped")]


def test_importing_again_and_importing_the_export_change_nothing(pair) -> None:  # type: ignore[no-untyped-def]
    rows = [("k1", "n1", "kept", "=Notiz"), ("k2", "n1", "merged", ""), ("k3", "", "done", "fertig")]
    run(pair, *rows)
    assert run(pair, *rows).unchanged == 3
    for content in (queries.as_csv(*pair), queries.as_xlsx(*pair)):
        plan = import_crosswalk(content, "x", older=pair[0], newer=pair[1], by=None, now=timezone.now())
        assert (plan.unchanged, plan.problems, plan.changes_anything) == (3, [], False)
    assert ConceptEvent.objects.count() == 1


def test_a_reason_is_corrected_and_the_old_one_stays_in_the_history(pair) -> None:  # type: ignore[no-untyped-def]
    run(pair, ("k1", "n1", "kept", ""))
    run(pair, ("k1", "n1", "reworded", "klarer gefasst"))
    assert CrosswalkLink.objects.get().reason == "reworded"
    event = ConceptEvent.objects.last()
    assert event is not None
    assert event.data["changed"][0]["old"]["reason"] == "kept"


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([("x9", "n1", "kept", "")], ["unknown_recommendation"]),
        ([("k1", "x9", "kept", "")], ["unknown_recommendation"]),
        ([("k1", "n1", "vergessen", "")], ["unknown_reason"]),
        ([("k1", "", "kept", "")], ["no_successor"]),
        ([("k1", "n1", "dropped", "")], ["has_successor"]),
        ([("", "n1", "kept", "")], ["missing_value"]),
        ([("k1", "n1", "kept", ""), ("1", "1", "split", "")], ["duplicate_link"]),
        ([("k1", "n1", "kept", ""), ("k1", "", "done", "")], ["contradiction"]),
    ],
)
def test_problems_name_row_and_column_and_nothing_is_imported(pair, rows, codes) -> None:  # type: ignore[no-untyped-def]
    plan = run(pair, *rows)
    assert [one.code for one in plan.problems] == codes
    assert all(one.row and one.column for one in plan.problems)
    assert not CrosswalkLink.objects.exists()


def test_a_link_is_stated_once_and_corrected_in_place(pair, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    for reason in ("kept", "kept", "reworded"):
        set_link(of("k1"), of("n1"), reason=reason, note="", by=cast.coordinator, now=timezone.now())
    assert CrosswalkLink.objects.get().reason == "reworded"
    assert ConceptEvent.objects.filter(kind=ConceptEventKind.LINK_SET).count() == 2


def test_a_recommendation_cannot_end_and_go_on(pair, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    now = timezone.now()
    link = set_link(of("k1"), of("n1"), reason="kept", note="", by=cast.coordinator, now=now)
    with pytest.raises(DomainError):
        set_link(of("k1"), None, reason="dropped", note="", by=cast.coordinator, now=now)
    with pytest.raises(DomainError):
        set_link(of("k1"), of("n2"), reason="done", note="", by=cast.coordinator, now=now)
    withdraw_link(link.pk, by=cast.coordinator, now=now)
    set_link(of("k1"), None, reason="dropped", note="", by=cast.coordinator, now=now)
    assert list(of("k1").links_forward.values_list("reason", flat=True)) == ["dropped"]


def test_a_withdrawn_link_stays_on_record_and_can_be_stated_again(pair, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    now = timezone.now()
    link = set_link(of("k1"), of("n1"), reason="kept", note="", by=cast.coordinator, now=now)
    for _time in range(2):
        withdraw_link(link.pk, by=cast.coordinator, now=now)
    assert not CrosswalkLink.objects.exists()
    assert CrosswalkLink.with_withdrawn.count() == 1
    assert ConceptEvent.objects.filter(kind=ConceptEventKind.LINK_WITHDRAWN).count() == 1
    set_link(of("k1"), of("n1"), reason="kept", note="", by=cast.coordinator, now=now)
    assert CrosswalkLink.with_withdrawn.count() == 2


def test_links_are_stated_and_withdrawn_in_the_browser(pair, cast: Cast, client: Client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    page = f"/konzepte/{pair[0].pk}/ueberleitung/{pair[1].pk}/"
    data = {"predecessor": of("k1").pk, "successor": of("n2").pk, "reason": "merged", "note": "mit 2"}
    assert client.post(page + "verknuepfung/", data).status_code == 302
    assert "mit 2" in client.get(page).content.decode()
    wrong = client.post(page + "verknuepfung/", data | {"successor": ""})
    assert wrong.status_code == 200
    assert wrong.context["form"].errors
    link = CrosswalkLink.objects.get()
    assert client.post(f"{page}verknuepfung/{link.pk}/zurueckziehen/").status_code == 302
    assert "mit 2" not in client.get(page).content.decode()
    assert client.get(f"/konzepte/{pair[0].pk}/ueberleitung/{pair[0].pk}/").status_code == 404


def test_a_table_is_uploaded_looked_at_and_confirmed_once(pair, cast: Cast, client: Client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    page = f"/konzepte/{pair[0].pk}/ueberleitung/{pair[1].pk}/import/"
    assert client.post(page, {"file": SimpleUploadedFile("x.csv", b"Brief")}).context["form"].errors
    client.post(page, {"file": SimpleUploadedFile("x.csv", table(("k1", "n1", "kept", "")))})
    pk = ImportUpload.objects.get().pk
    preview = client.get(f"/konzepte/ueberleitung/import/{pk}/")
    fingerprint = preview.context["plan"].fingerprint
    assert not CrosswalkLink.objects.exists()
    stale = client.post(f"/konzepte/ueberleitung/import/{pk}/uebernehmen/", {"fingerprint": "alt"})
    assert stale.status_code == 409
    for _time in range(2):
        client.post(f"/konzepte/ueberleitung/import/{pk}/uebernehmen/", {"fingerprint": fingerprint})
    assert CrosswalkLink.objects.count() == 1


def test_the_page_costs_the_same_however_many_links(
    pair, cast: Cast, client: Client, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    goal = of("k1").goal
    for number in range(20):
        one = factories.recommendation(goal, f"9.{number}")
        CrosswalkLink.objects.create(predecessor=one, successor=of("n1"), reason="merged")
    client.force_login(cast.coordinator, backend="offices.backends.OfficeBackend")
    with django_assert_max_num_queries(12):
        client.get(f"/konzepte/{pair[0].pk}/ueberleitung/{pair[1].pk}/")


def test_the_command_answers_with_exit_codes(pair, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file, out = tmp_path / "x.csv", io.StringIO()
    file.write_bytes(table(("k1", "n1", "kept", "")))
    options = {"older": pair[0].name, "newer": pair[1].name}
    call_command("import_crosswalk", file, format="json", stdout=out, **options)
    assert json.loads(out.getvalue())["new"] == 1
    file.write_bytes(table(("k1", "n9", "kept", "")))
    with pytest.raises(SystemExit) as caught:
        call_command("import_crosswalk", file, stdout=out, **options)
    assert caught.value.code == 1
    for broken in (
        {"file": file, "older": "Fehlt"},
        {"file": tmp_path / "fehlt"},
        {"file": file, "newer": pair[0].name},
    ):
        with pytest.raises(CommandError) as refused:
            call_command("import_crosswalk", broken.pop("file"), stdout=out, **(options | broken))
        assert refused.value.returncode == 2


def test_an_upload_whose_edition_was_renamed_is_not_confirmed(pair, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    made = services.receive_crosswalk(
        table(("k1", "n1", "kept", "")), "x.csv", older=pair[0], newer=pair[1], by=cast.coordinator
    )
    ConceptEdition.objects.filter(pk=pair[0].pk).update(name="Umbenannt")
    with pytest.raises(DomainError):
        services.confirm_crosswalk(made.pk, fingerprint="", by=cast.coordinator, now=timezone.now())
