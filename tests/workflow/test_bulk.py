"""Actions on many runs: a summary first, each run through its door, done once, and undone where it can be."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notifications.models import Mail, MailKind
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.bulk_steps import (
    CONFIRM,
    PREVIEW,
    begun,
    confirmed,
    hand_in,
    hidden,
    outcomes,
    summary,
)
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.models import (
    BulkAction,
    BulkKind,
    BulkOutcome,
    Event,
    Reassignment,
    ReassignmentState,
    StatusUpdate,
)
from workflow.services import bulk, history

DAY = datetime.timedelta(days=1)


@pytest.fixture
def coordinator(signed_in: Callable[[Person], Client], cast: Cast) -> Client:
    return signed_in(cast.coordinator)


# --- The selection --------------------------------------------------------------------------------------------------


def test_runs_are_marked_one_by_one_by_column_or_all_that_were_found(
    coordinator: Client, cast: Cast, stage: Stage
) -> None:
    hand_in(stage.youth_update, cast.clerk)
    one = summary(coordinator, aktion="erinnern", run=[stage.school_update.pk])
    assert "An 1 Vorgang erinnern?" in one
    column = summary(coordinator, aktion="erinnern", spalte=["requested"])
    assert "An 2 Vorgänge erinnern?" in column
    found = summary(coordinator, aktion="erinnern", alle="1")
    assert "An 2 Vorgänge erinnern?" in found
    assert "1 Vorgang bleibt, wie er ist" in found
    assert "Wartet auf die Arbeitsgruppe" in found
    filtered = summary(coordinator, aktion="erinnern", alle="1", auswahl=f"?amt={cast.school.pk}")
    assert "An 1 Vorgang erinnern?" in filtered
    assert f'href="/board/?amt={cast.school.pk}"' in filtered


def test_without_a_selection_one_is_asked_to_mark_something(coordinator: Client, stage: Stage) -> None:
    response = coordinator.post(PREVIEW, {"aktion": "erinnern", "auswahl": "?q=1.1"}, follow=True)
    assert response.redirect_chain == [("/board/?q=1.1", 302)]
    assert "Es ist nichts markiert" in response.content.decode()


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"aktion": "loeschen"},
        {"aktion": "erinnern", "run": ["x", "-1", "99999999999"]},
        {"aktion": "erinnern", "vorgaenge": "a:b,:,0:0"},
    ],
)
def test_nonsense_leads_back_to_the_board(coordinator: Client, stage: Stage, nonsense: dict[str, Any]) -> None:
    assert coordinator.post(PREVIEW, nonsense).status_code == 302
    assert coordinator.post(CONFIRM, nonsense).status_code == 302
    assert not BulkAction.objects.exists()


def test_a_summary_changes_nothing(coordinator: Client, stage: Stage) -> None:
    before = Event.objects.count()
    summary(coordinator, aktion="erinnern", alle="1")
    summary(coordinator, aktion="verlaengern", alle="1", weiter="1", due_on="31.01.2027", reason="Ferien")
    assert (Event.objects.count(), Mail.objects.filter(kind=MailKind.NUDGE).count()) == (before, 0)


# --- Reminders ------------------------------------------------------------------------------------------------------


def test_a_reminder_goes_out_and_says_that_it_cannot_be_undone(coordinator: Client, cast: Cast, stage: Stage) -> None:
    page = summary(coordinator, aktion="erinnern", alle="1")
    assert "4 Mails gehen hinaus" in page
    action = confirmed(coordinator, page)
    assert Mail.objects.filter(kind=MailKind.NUDGE).count() == 4
    assert set(outcomes(action).values()) == {BulkOutcome.DONE}
    result = coordinator.get(reverse("workflow:bulk-result", args=[action.pk])).content.decode()
    assert "An 3 Vorgänge erinnert" in result
    assert "lassen sich nicht zurückholen" in result
    assert "Rückgängig machen" not in result


def test_whoever_was_reminded_today_is_left_out_and_the_page_says_so(coordinator: Client, stage: Stage) -> None:
    confirmed(coordinator, summary(coordinator, aktion="erinnern", run=[stage.youth_update.pk]))
    page = summary(coordinator, aktion="erinnern", alle="1")
    assert "An 2 Vorgänge erinnern?" in page
    assert "heute schon erinnert" in page


def test_a_second_click_on_the_same_summary_does_nothing_more(coordinator: Client, stage: Stage) -> None:
    page = summary(coordinator, aktion="erinnern", alle="1")
    first = confirmed(coordinator, page)
    mails = Mail.objects.count()
    assert confirmed(coordinator, page) == first
    assert (BulkAction.objects.count(), Mail.objects.count()) == (1, mails)


def test_three_thousand_reminders_take_few_statements(cast: Cast) -> None:
    counts = []
    for number in (2, 300):
        edition = factories.edition(f"Fassung {number}")
        goal = factories.goal(edition)
        for place in range(number):
            factories.recommendation(goal, f"1.{place}", lead=cast.youth if place % 2 else cast.school)
        cycle = factories.open_cycle(edition)
        action = begun(cast, BulkKind.REMIND, dict.fromkeys(cycle.updates.values_list("pk", flat=True), 0))
        with CaptureQueriesContext(connection) as statements:
            bulk.carry_out(action, now=NOW, today=TODAY)
        assert action.items.filter(outcome=BulkOutcome.DONE).count() == number
        counts.append(len(statements))
    # SQLite takes at most 999 values a statement.
    assert counts[1] <= counts[0] + 10, counts


# --- Extending ------------------------------------------------------------------------------------------------------


def extended(coordinator: Client, day: str = "31.01.2027", **selection: object) -> BulkAction:
    page = summary(coordinator, aktion="verlaengern", weiter="1", due_on=day, reason="Ferien", **selection)
    return confirmed(coordinator, page)


@pytest.fixture
def soon(stage: Stage) -> datetime.date:
    """A deadline within the year, whatever day it is."""
    day = timezone.localdate() + 30 * DAY
    StatusUpdate.objects.update(due_on=day)
    return day


def german(day: datetime.date) -> str:
    return day.strftime("%d.%m.%Y")


def test_a_deadline_is_extended_and_put_back(
    coordinator: Client, cast: Cast, stage: Stage, soon: datetime.date
) -> None:
    hand_in(stage.health_update, factories.member(Role.CLERK, cast.health))
    later = soon + 14 * DAY
    first = summary(coordinator, aktion="verlaengern", alle="1")
    assert "Schritt 1 von 2" in first
    second = coordinator.post(PREVIEW, hidden(first) | {"due_on": german(later), "reason": "Ferien"}).content.decode()
    assert "Die Frist von 2 Vorgängen verlängern?" in second
    assert "3 Mails gehen hinaus." in second
    assert f"vom {german(soon)} auf den {german(later)}" in second
    assert "Schon abgegeben" in second
    action = confirmed(coordinator, second)
    assert outcomes(action) == {"1.1.1": "done", "1.1.2": "done"}
    assert Mail.objects.filter(kind=MailKind.EXTENSION).count() == 3
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.due_on == later
    hand_in(stage.school_update, cast.school_clerk)
    page = coordinator.post(reverse("workflow:bulk-undo", args=[action.pk]), follow=True).content.decode()
    assert outcomes(action) == {"1.1.1": "undone", "1.1.2": "kept"}
    assert "Für 1 Vorgang ließ es sich nicht rückgängig machen" in page
    stage.youth_update.refresh_from_db()
    assert stage.youth_update.due_on == soon
    assert list(history.verify()) == []


def test_undoing_twice_is_refused(coordinator: Client, cast: Cast, stage: Stage, soon: datetime.date) -> None:
    action = extended(coordinator, german(soon + DAY), alle="1")
    undo = reverse("workflow:bulk-undo", args=[action.pk])
    coordinator.post(undo)
    before = Event.objects.count()
    assert "schon rückgängig gemacht" in coordinator.post(undo, follow=True).content.decode()
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"due_on": "", "reason": "Ferien"}, "Bitte geben Sie ein Datum ein."),
        ({"due_on": "01.01.2020", "reason": "Ferien"}, "Dieser Tag ist schon vorbei"),
        ({"due_on": "01.01.2099", "reason": "Ferien"}, "365"),
        ({"due_on": "31.01.2027", "reason": ""}, "Begründung"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(
    coordinator: Client, stage: Stage, typed: dict[str, str], complaint: str
) -> None:
    response = coordinator.post(PREVIEW, {"aktion": "verlaengern", "alle": "1", "weiter": "1"} | typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    assert typed["reason"] in page


def test_a_run_that_has_until_then_already_is_left_out(coordinator: Client, stage: Stage, soon: datetime.date) -> None:
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(due_on=soon + 60 * DAY)
    page = summary(coordinator, aktion="verlaengern", alle="1", weiter="1", due_on=german(soon + DAY), reason="Ferien")
    assert "Hat schon bis dahin Zeit" in page
    assert outcomes(confirmed(coordinator, page)) == {"1.1.2": "done", "1.1.3": "done"}


def test_what_has_changed_between_summary_and_confirmation_is_named(
    coordinator: Client, cast: Cast, stage: Stage, soon: datetime.date
) -> None:
    page = summary(coordinator, aktion="verlaengern", alle="1", weiter="1", due_on=german(soon + DAY), reason="Ferien")
    hand_in(stage.youth_update, cast.clerk)
    action = confirmed(coordinator, page)
    assert outcomes(action) == {"1.1.1": "failed", "1.1.2": "done", "1.1.3": "done"}
    assert action.items.get(outcome=BulkOutcome.FAILED).note
    result = coordinator.get(reverse("workflow:bulk-result", args=[action.pk])).content.decode()
    assert "Für 1 Vorgang nicht möglich" in result


# --- Another office -------------------------------------------------------------------------------------------------


def test_another_office_is_asked_and_the_question_is_taken_back(coordinator: Client, cast: Cast, stage: Stage) -> None:
    page = summary(
        coordinator,
        aktion="uebertragen",
        alle="1",
        weiter="1",
        office=str(cast.school.pk),
        reason="Neuer Zuschnitt",
    )
    assert "Dieses Amt hat es schon" in page
    action = confirmed(coordinator, page)
    assert outcomes(action) == {"1.1.1": "done", "1.1.3": "done"}
    again = summary(coordinator, aktion="uebertragen", alle="1")
    assert "Ein anderes Amt ist schon gefragt" in again
    youth = Reassignment.objects.get(update=stage.youth_update)
    runs.accept_reassignment(youth.pk, by=cast.school_clerk, now=NOW)
    coordinator.post(reverse("workflow:bulk-undo", args=[action.pk]))
    assert outcomes(action) == {"1.1.1": "kept", "1.1.3": "undone"}
    assert Reassignment.objects.get(update=stage.health_update).state == ReassignmentState.WITHDRAWN
    assert Mail.objects.filter(kind=MailKind.COURSE, topics__topic=f"update:{stage.health_update.pk}").exists()
    assert list(history.verify()) == []
