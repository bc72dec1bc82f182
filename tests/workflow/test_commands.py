"""The commands that open and close cycles and check the history, called as from a shell."""

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from concept.models import ConceptEdition
from tests import factories
from tests.conftest import Cast
from tests.workflow.conftest import Stage
from workflow.models import CycleState, Event, ReportingCycle, StatusUpdate

pytestmark = pytest.mark.django_db

PERIOD = ["--from", "2025-01-01", "--until", "31.12.2026"]


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def exit_code(command: str, *arguments: str) -> int:
    with pytest.raises(CommandError) as caught:
        run(command, *arguments)
    return caught.value.returncode


@pytest.fixture
def edition(cast: Cast) -> ConceptEdition:
    made = factories.edition("Konzept")
    goal = factories.goal(made)
    factories.recommendation(goal, "1.1", lead=cast.youth)
    factories.recommendation(goal, "1.2", lead=factories.office("", "Kulturamt", mailbox="kultur@stadt.example"))
    factories.recommendation(goal, "1.3", lead=factories.office("", "Zukunftsbüro"))
    factories.recommendation(goal, "1.4")
    return made


def test_opening_creates_the_cycle_asks_and_names_what_is_missing(edition: ConceptEdition) -> None:
    said = run("open_cycle", "--edition", "Konzept", *PERIOD, "--due", "2099-01-15")
    cycle = ReportingCycle.objects.get()
    assert (cycle.period_until, cycle.due_on) == (datetime.date(2026, 12, 31), datetime.date(2099, 1, 15))
    assert cycle.state == CycleState.OPEN
    assert StatusUpdate.objects.count() == 3
    assert "3 Empfehlungen angefragt" in said
    for name in ("1.4 Empfehlung 1.4", "Kulturamt (kultur@stadt.example)", "Zukunftsbüro"):
        assert name in said


def test_a_second_opening_completes_and_doubles_nothing(edition: ConceptEdition, cast: Cast) -> None:
    call = ("open_cycle", "--edition", "Konzept", *PERIOD, "--due", "2099-01-15")
    run(*call)
    assert "Nichts zu tun" in run(*call)
    factories.recommendation(factories.goal(edition, number="1.2"), "1.5", lead=cast.health)
    assert "1 Empfehlung angefragt" in run(*call)
    assert ReportingCycle.objects.count() == 1
    assert StatusUpdate.objects.count() == 4


def test_a_dry_run_changes_nothing(edition: ConceptEdition) -> None:
    said = run("open_cycle", "--edition", "Konzept", *PERIOD, "--due", "2099-01-15", "--dry-run")
    assert "3 Empfehlungen würden angefragt" in said
    assert not ReportingCycle.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_cycle_that_opens_before_its_day_says_so(edition: ConceptEdition, more: list[str]) -> None:
    call = ["open_cycle", "--edition", "Konzept", *PERIOD, "--due", "2099-01-15"]
    assert "wird jetzt geöffnet, nicht erst am 01.12.2098" in run(*call, "--opens", "2098-12-01", *more)
    assert "nicht erst am" not in run(*call)


def test_all_dates_can_be_given(edition: ConceptEdition) -> None:
    run(
        "open_cycle", "--edition", "Konzept", *PERIOD, "--due", "15.01.2027", "--opens", "2026-10-01",
        "--contributions-due", "2026-12-20", "--sign-off-due", "20.01.2027", "--review-due", "2027-02-20",
        "--publish-on", "2027-03-01", "--rework-days", "21",
    )  # fmt: skip
    cycle = ReportingCycle.objects.get()
    assert (cycle.opens_on, cycle.publish_on) == (datetime.date(2026, 10, 1), datetime.date(2027, 3, 1))
    assert (cycle.review_due_on, cycle.rework_days) == (datetime.date(2027, 2, 20), 21)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--edition", "Unbekannt", *PERIOD, "--due", "2099-01-15"],
        ["--edition", "Konzept", *PERIOD, "--due", "31.02.2027"],
        ["--edition", "Konzept", *PERIOD, "--due", "bald"],
        ["--edition", "Konzept", "--from", "2026-12-31", "--until", "2025-01-01", "--due", "2099-01-15"],
        ["--edition", "Konzept", *PERIOD, "--due", "2099-01-15", "--review-due", "2098-01-01"],
        ["--edition", "Konzept", *PERIOD, "--due", "2099-01-15", "--rework-days", "0"],
        ["--edition", "Konzept", *PERIOD, "--due", "2099-01-15", "--quorum", "1"],
        ["--edition", "Konzept", *PERIOD, "--due", "2099-01-15", "--co-sign", "--co-sign-days", "0"],
        ["--edition", "Konzept", *PERIOD, "--due", "2099-01-15", "--silence-is-consent"],
    ],
)
def test_an_unusable_call_ends_with_two_and_changes_nothing(edition: ConceptEdition, arguments: list[str]) -> None:
    assert exit_code("open_cycle", *arguments) == 2
    assert not ReportingCycle.objects.exists()


def test_an_edition_without_leads_ends_with_one_and_leaves_no_cycle(cast: Cast) -> None:
    factories.recommendation(factories.goal(factories.edition("Leer")), "1.1")
    assert exit_code("open_cycle", "--edition", "Leer", *PERIOD, "--due", "2099-01-15") == 1
    assert not ReportingCycle.objects.exists()


def test_a_closed_cycle_is_not_opened_again(stage: Stage) -> None:
    run("close_cycle", "--edition", stage.edition.name, *PERIOD)
    assert exit_code("open_cycle", "--edition", stage.edition.name, *PERIOD, "--due", "2027-01-15") == 1


def test_closing_names_what_is_missing_and_ends_it(stage: Stage) -> None:
    said = run("close_cycle", "--edition", stage.edition.name, *PERIOD)
    assert "51 Jugendamt: 1 nicht abgegeben" in said
    assert "3 Empfehlungen" in said
    stage.cycle.refresh_from_db()
    assert stage.cycle.is_closed
    assert "Nichts zu tun" in run("close_cycle", "--edition", stage.edition.name, *PERIOD)


def test_closing_dry_leaves_the_cycle_open(stage: Stage) -> None:
    run("close_cycle", "--edition", stage.edition.name, *PERIOD, "--dry-run")
    stage.cycle.refresh_from_db()
    assert stage.cycle.is_open


def test_closing_what_was_never_opened_ends_with_one(cast: Cast) -> None:
    edition = factories.edition("Geplant")
    factories.cycle(edition)
    assert exit_code("close_cycle", "--edition", "Geplant", *PERIOD) == 1


def test_closing_an_unknown_cycle_ends_with_two(stage: Stage) -> None:
    wrong = ["--from", "2001-01-01", "--until", "2001-12-31"]
    assert exit_code("close_cycle", "--edition", stage.edition.name, *wrong) == 2


def test_an_unbroken_history_is_confirmed(stage: Stage) -> None:
    assert "lückenlos" in run("verify_history")


def test_a_broken_history_is_named_and_ends_with_one(stage: Stage, capsys: Any) -> None:
    event = Event.objects.filter(update=stage.youth_update).get()
    Event.objects.filter(pk=event.pk).update(data={"office": 0})
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_history", stdout=out)
    assert caught.value.returncode == 1
    assert f"Ereignis {event.pk}" in out.getvalue()
