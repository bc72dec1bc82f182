"""The command: one report into a file."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from publication.models import FileKind, ReportEdition
from publication.report import build, files
from tests import factories
from tests.publication.conftest import entry, period
from workflow.models import ReportingCycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> ReportingCycle:
    edition, office = factories.edition(), factories.office()
    made = period(edition, 2023, 2024)
    entry(made, factories.recommendation(factories.goal(edition), lead=office), office)
    return made


def build_into(out: Path, cycle: str) -> str:
    said = io.StringIO()
    call_command("build_report", cycle=cycle, out=out, stdout=said)
    return said.getvalue()


def test_a_cycle_is_named_by_number_period_or_edition_and_period(cycle: ReportingCycle, tmp_path: Path) -> None:
    made = []
    for index, name in enumerate((str(cycle.pk), "2023–2024", "2023-2024", "Neue Akzente 2019 2023-2024")):
        made.append(tmp_path / f"{index}.pdf")
        said = build_into(made[-1], name)
        assert "1 von 1 Empfehlungen mit freigegebenem Sachstand, 0 ohne." in said
    assert len({file.read_bytes() for file in made}) == 1
    assert made[0].read_bytes().startswith(b"%PDF-1.7")


def test_the_command_leaves_nothing_in_the_service(cycle: ReportingCycle, tmp_path: Path) -> None:
    build_into(tmp_path / "report.pdf", str(cycle.pk))
    assert not ReportEdition.objects.exists()


@pytest.mark.parametrize("name", ["2099", "0", "Unbekannt"])
def test_an_unknown_cycle_is_an_unusable_call(cycle: ReportingCycle, tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="Neue Akzente 2019 2023–2024") as raised:
        build_into(tmp_path / "report.pdf", name)
    assert raised.value.returncode == 2


def test_a_period_of_two_editions_has_to_be_told_apart(cycle: ReportingCycle, tmp_path: Path) -> None:
    period(factories.edition("Konzept 2012"), 2023, 2024)
    with pytest.raises(CommandError, match="Konzept 2012") as raised:
        build_into(tmp_path / "report.pdf", "2023-2024")
    assert raised.value.returncode == 2


def test_a_planned_cycle_has_no_report(tmp_path: Path) -> None:
    planned = factories.cycle(factories.edition())
    with pytest.raises(CommandError) as raised:
        build_into(tmp_path / "report.pdf", str(planned.pk))
    assert raised.value.returncode == 2


def test_a_folder_that_is_not_there_is_an_unusable_call(cycle: ReportingCycle, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        build_into(tmp_path / "nowhere" / "report.pdf", str(cycle.pk))
    assert raised.value.returncode == 2


def test_a_report_that_cannot_be_built_writes_no_file(
    cycle: ReportingCycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_kind: str, _document: object, *, checksum: str) -> bytes:
        raise build.BuildError("no font")

    monkeypatch.setattr(files, "one", broken)
    with pytest.raises(CommandError, match="no font") as raised:
        build_into(tmp_path / "report.pdf", str(cycle.pk))
    assert raised.value.returncode == 1
    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.parametrize(
    ("name", "wanted", "kind"),
    [
        ("bericht.pdf", None, "pdf"),
        ("bericht.docx", None, "docx"),
        ("bericht.html", None, "html"),
        ("bericht-kurz.pdf", None, "short_pdf"),
        ("bericht.pdf", "kurz", "short_pdf"),
    ],
)
def test_the_ending_or_the_option_says_which_file_is_written(
    cycle: ReportingCycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, wanted: str | None, kind: str
) -> None:
    monkeypatch.setattr(files, "MADE", tuple(FileKind.values))
    monkeypatch.setattr(files, "one", lambda kind, _document, checksum: f"{kind} {checksum}".encode())
    call_command("build_report", cycle=str(cycle.pk), out=tmp_path / name, format=wanted, stdout=io.StringIO())
    written, checksum = (tmp_path / name).read_text().split(" ")
    assert written == kind
    assert len(checksum) == 64


def test_an_ending_that_says_nothing_is_an_unusable_call(cycle: ReportingCycle, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--format pdf") as raised:
        build_into(tmp_path / "bericht.txt", str(cycle.pk))
    assert raised.value.returncode == 2
