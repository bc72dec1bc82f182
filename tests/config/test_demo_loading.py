"""The demonstration loads on any day, once, and its texts move with the calendar."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.demo import content, services
from config.demo.management.commands import demo_content
from workflow.models import CycleState, Event, ReportingCycle, StatusUpdate, UpdateState
from workflow.services import history


def test_the_command_says_what_it_did(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(demo_content.Command())
    call_command(demo_content.Command())
    assert capsys.readouterr().out.splitlines() == [
        "Die Vorführung ist geladen.",
        "Es sind schon Daten da: Nichts wurde geladen.",
    ]


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2027-01-01", "2025–2026"),
        ("2028-02-29", "2026–2027"),
    ],
)
def test_it_looks_right_whenever_it_is_loaded(db: None, day: str, period: str) -> None:
    now = timezone.make_aware(datetime.datetime.fromisoformat(f"{day}T09:00"))
    assert services.load(now=now)
    running = ReportingCycle.objects.get(state=CycleState.OPEN)
    assert running.period_label == period
    assert running.due_on == timezone.localdate(now) + datetime.timedelta(days=24)
    assert not ReportingCycle.objects.filter(state=CycleState.CLOSED, closed_at__gt=now).exists()
    assert not Event.objects.filter(at__gt=now).exists()
    assert list(history.verify()) == []
    approved = StatusUpdate.objects.filter(cycle=running, state=UpdateState.APPROVED)
    assert approved.count() >= 12


def test_years_in_the_texts_move_with_the_running_period() -> None:
    assert content.moved({"done": "Seit Herbst 2025, beschlossen 2019"}, 2) == {
        "done": "Seit Herbst 2027, beschlossen 2019"
    }
    assert content.moved(datetime.date(2024, 2, 29), 1) == datetime.date(2025, 2, 28)
