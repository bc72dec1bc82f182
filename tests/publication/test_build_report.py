"""The command: one report into a file."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from publication.models import ReportEdition
from publication.report import build
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
    files = []
    for index, name in enumerate((str(cycle.pk), "2023–2024", "2023-2024", "Neue Akzente 2019 2023-2024")):
        files.append(tmp_path / f"{index}.pdf")
        said = build_into(files[-1], name)
        assert "1 von 1 Empfehlungen mit freigegebener Meldung, 0 ohne." in said
    assert len({file.read_bytes() for file in files}) == 1
    assert files[0].read_bytes().startswith(b"%PDF-1.7")


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
    def broken(_document: object) -> bytes:
        raise build.BuildError("no font")

    monkeypatch.setattr(build, "pdf", broken)
    with pytest.raises(CommandError, match="no font") as raised:
        build_into(tmp_path / "report.pdf", str(cycle.pk))
    assert raised.value.returncode == 1
    assert not (tmp_path / "report.pdf").exists()
