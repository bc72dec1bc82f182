"""Opening and closing cycles."""

import datetime
import re
from collections import Counter
from typing import Any
from unittest import mock

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.models import Process, Task

from notifications.models import Mail
from offices.errors import ConflictError, DomainError
from offices.models import Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.models import (
    CycleState,
    Event,
    EventKind,
    Participation,
    ReportingCycle,
    StatusUpdate,
    UpdateState,
    WorkItem,
)
from workflow.services import history

COMPARED = (Process, Task, StatusUpdate, Participation, WorkItem, Event)


def columns(model: type[models.Model], without: set[str]) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.attname not in without]


def shape(edition_cycle: ReportingCycle) -> dict[str, Counter[tuple[Any, ...]]]:
    """All rows of a cycle's runs, without keys, times and what follows from them."""
    without = {
        "id", "process_id", "task_id", "update_id", "cycle_id", "recommendation_id", "created", "started", "finished",
        "history_head", "hash", "previous_hash", "participation_id", "seed_object_id", "token",
    }  # fmt: skip
    by_model = {
        Process: Process.objects.filter(status_update__cycle=edition_cycle),
        Task: Task.objects.filter(process__status_update__cycle=edition_cycle),
        StatusUpdate: StatusUpdate.objects.filter(cycle=edition_cycle),
        Participation: Participation.objects.filter(update__cycle=edition_cycle),
        WorkItem: WorkItem.objects.filter(update__cycle=edition_cycle),
        Event: Event.objects.filter(update__cycle=edition_cycle),
    }
    found = {}
    for model, rows in by_model.items():
        names = columns(model, without)
        found[model.__name__] = Counter(tuple(str(getattr(row, name)) for name in names) for row in rows.order_by("pk"))
    links = Task.previous.through.objects.filter(from_task__process__status_update__cycle=edition_cycle)
    found["seeds"] = Counter(
        (str(task.flow_task), task.seed.office_label, task.seed.update.cycle_id == edition_cycle.pk)
        for task in by_model[Task]
        if task.seed
    )
    found["tokens"] = Counter(re.sub(r"/\d+_", "/_", str(task.token)) for task in by_model[Task])
    found["links"] = Counter(
        (str(link.from_task.flow_task), str(link.to_task.flow_task)) for link in links.select_related()
    )
    return found


def test_both_ways_of_starting_write_the_same_rows(cast: Cast, stage: Stage) -> None:
    """Rows, permissions, seeds and the links between tasks; tokens up to the key of the split."""
    quick, slow = (
        factories.cycle(stage.edition, period_from=datetime.date(year, 1, 1), period_until=datetime.date(year, 12, 31))
        for year in (2026, 2027)
    )
    opening.open_cycle(quick.pk, by=cast.coordinator, now=NOW, today=TODAY)
    for update in (stage.youth_update, stage.school_update, stage.health_update):
        opening.start_one(slow, update.recommendation, by=cast.coordinator, now=NOW, today=TODAY)
    assert shape(slow) == shape(quick)


def test_a_second_opening_does_nothing(cast: Cast, stage: Stage) -> None:
    before = Event.objects.count()
    assert opening.open_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW, today=TODAY) == 0
    assert StatusUpdate.objects.count() == 3
    assert Event.objects.count() == before


def test_a_crash_half_way_is_completed_by_the_sweep(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in range(5):
        factories.recommendation(goal, f"1.{number}", lead=cast.youth)
    planned = factories.cycle(edition)
    real, calls = opening._start_slice, []

    def crash_on_the_second(*args: Any, **kwargs: Any) -> tuple[int, bool]:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return real(*args, **kwargs)

    with (
        mock.patch.object(opening, "SLICE", 2),
        mock.patch.object(opening, "_start_slice", crash_on_the_second),
        pytest.raises(RuntimeError),
    ):
        opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY)
    planned.refresh_from_db()
    assert planned.state == CycleState.OPENING
    assert StatusUpdate.objects.count() == 2
    assert opening.finish_openings(now=NOW, today=TODAY) == 3
    planned.refresh_from_db()
    assert planned.state == CycleState.OPEN
    assert StatusUpdate.objects.count() == 5
    assert list(history.verify()) == []


def test_statements_do_not_grow_with_the_number_of_runs(cast: Cast, django_assert_max_num_queries: Any) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in range(60):
        factories.recommendation(goal, f"1.{number}", lead=cast.youth, contributing=(cast.school,))
    planned = factories.cycle(edition)
    with django_assert_max_num_queries(47):
        assert opening.open_cycle(planned.pk, by=None, now=NOW, today=TODAY) == 60


def test_an_office_without_a_clerk_is_asked_through_its_mailbox_to_name_somebody(cast: Cast, stage: Stage) -> None:
    mail = Mail.objects.get()
    assert (mail.recipient, mail.key) == (cast.health.mailbox, f"opening:{stage.cycle.pk}:{cast.health.pk}")
    assert mail.subject == "53 Gesundheitsamt Region Kassel: Bitte um 1 Sachstand bis 15.01.2027"
    for text in (mail.text, mail.html):
        assert "1.1.3 Empfehlung 1.1.3" in text
        assert "1.1.1" not in text
        assert "15.01.2027" in text
        assert "hat bei Ihnen bisher noch niemand" in text
        assert "Antworten Sie auf diese Mail" in text
    assert opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY) == 0
    assert Mail.objects.get() == mail


def test_an_office_with_only_a_head_is_asked_for_a_clerk(cast: Cast) -> None:
    factories.member(Role.HEAD, cast.health)
    edition = factories.edition()
    goal = factories.goal(edition)
    for number in ("1.1", "1.2"):
        factories.recommendation(goal, number, lead=cast.health)
    factories.open_cycle(edition)
    mail = Mail.objects.get()
    assert mail.recipient == cast.health.mailbox
    assert "hat bei Ihnen bisher nur die Leitung" in mail.text
    assert mail.text.index("1.1 Empfehlung") < mail.text.index("1.2 Empfehlung")


def test_a_lead_named_later_is_asked_by_the_second_opening(cast: Cast, stage: Stage) -> None:
    culture = factories.office("", "Kulturamt", mailbox="Kultur@stadt.example")
    mute = factories.office("", "Zukunftsbüro")
    factories.recommendation(stage.youth_update.recommendation.goal, "1.1.4", lead=culture)
    factories.recommendation(stage.youth_update.recommendation.goal, "1.1.5", lead=mute)
    opening.open_cycle(stage.cycle.pk, by=None, now=NOW, today=TODAY)
    assert set(Mail.objects.values_list("recipient", flat=True)) == {cast.health.mailbox, "kultur@stadt.example"}


def test_an_opening_that_broke_off_before_its_mails_sends_them_when_completed(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.health)
    planned = factories.cycle(edition)
    with (
        mock.patch.object(opening.notices.outbox, "queue_many", side_effect=RuntimeError("killed")),
        pytest.raises(RuntimeError),
    ):
        opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY)
    assert not Mail.objects.exists()
    opening.finish_openings(now=NOW, today=TODAY)
    planned.refresh_from_db()
    assert planned.state == CycleState.OPEN
    assert Mail.objects.get().recipient == cast.health.mailbox


def test_statements_do_not_grow_with_the_offices_that_are_written_to(cast: Cast) -> None:
    def statements(name: str, offices: int) -> int:
        edition = factories.edition(name)
        goal = factories.goal(edition)
        for number in range(offices):
            at = factories.office("", f"{name} {number}", mailbox=f"{name}-{number}@stadt.example")
            factories.recommendation(goal, f"1.{number}", lead=at)
        planned = factories.cycle(edition)
        with CaptureQueriesContext(connection) as captured:
            opening.open_cycle(planned.pk, by=None, now=NOW, today=TODAY)
        return len(captured)

    assert statements("few", 2) == statements("many", 20)
    assert Mail.objects.count() == 22


def test_preparation_names_what_cannot_be_asked(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    culture = factories.office("", "Kulturamt", mailbox="kultur@stadt.example")
    mute = factories.office("", "Zukunftsbüro")
    headed = factories.office("", "Sozialamt", mailbox="sozial@stadt.example")
    factories.member(Role.HEAD, headed)
    factories.recommendation(goal, "1.5", lead=headed)
    factories.recommendation(goal, "1.1", lead=cast.youth)
    factories.recommendation(goal, "1.2", lead=culture)
    factories.recommendation(goal, "1.3", lead=mute)
    orphan = factories.recommendation(goal, "1.4")
    found = opening.prepare(factories.cycle(edition), TODAY)
    assert (found.ready, found.without_lead) == (4, [orphan])
    assert (found.only_head, found.without_clerk, found.unreachable) == ([headed], [culture], [mute])


def test_opening_before_the_day_moves_the_day_and_keeps_what_it_was(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1", lead=cast.youth)
    planned = factories.cycle(edition, opens_on=datetime.date(2026, 12, 1))
    opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY)
    planned.refresh_from_db()
    assert planned.opens_on == TODAY
    event = Event.objects.get(cycle=planned, kind=EventKind.CYCLE_OPENED)
    assert event.data == {"before": {"opens_on": "2026-12-01"}, "after": {"opens_on": TODAY.isoformat()}}


def test_opening_on_or_after_the_day_leaves_it(stage: Stage) -> None:
    assert stage.cycle.opens_on == datetime.date(2026, 10, 1)
    assert Event.objects.get(cycle=stage.cycle, kind=EventKind.CYCLE_OPENED).data == {}


def test_an_edition_without_leads_is_not_opened(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), "1.1")
    planned = factories.cycle(edition)
    with pytest.raises(DomainError):
        opening.open_cycle(planned.pk, by=cast.coordinator, now=NOW, today=TODAY)
    planned.refresh_from_db()
    assert planned.state == CycleState.PLANNED


def test_closing_ends_open_runs_as_missing_and_keeps_what_is_approved(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    runs.hand_in(stage.school_update.pk, by=cast.school_clerk, content=content(), now=NOW)
    assert opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW) == 2
    states = {one.pk: one.state for one in StatusUpdate.objects.all()}
    assert states == {
        stage.youth_update.pk: UpdateState.APPROVED,
        stage.school_update.pk: UpdateState.MISSING,
        stage.health_update.pk: UpdateState.MISSING,
    }
    assert not WorkItem.objects.filter(is_open=True).exists()
    assert not Task.objects.filter(finished__isnull=True).exists()
    assert list(history.verify()) == []
    with pytest.raises(DomainError):
        runs.hand_in(stage.health_update.pk, by=cast.clerk, content=content(), now=NOW)


def test_a_closed_cycle_is_not_closed_again(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    with pytest.raises(ConflictError):
        opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)


def test_preparation_names_each_office_that_is_asked(cast: Cast) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for number, lead in (("1.1", cast.youth), ("1.2", cast.youth), ("1.3", cast.school)):
        factories.recommendation(goal, number, lead=lead)
    assert opening.prepare(factories.cycle(edition), TODAY).asked == [(cast.school, 1), (cast.youth, 2)]


def test_a_cycle_is_not_due_before_its_period(cast: Cast) -> None:
    with pytest.raises(DomainError):
        factories.cycle(factories.edition(), due_on=datetime.date(2024, 12, 31), opens_on=datetime.date(2024, 10, 1))
