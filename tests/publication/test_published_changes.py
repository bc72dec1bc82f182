"""The database notes each change of what visitors can read, whoever makes it, and nothing else."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.utils import timezone

from concept.models import (
    ActionField,
    Assignment,
    ConceptEdition,
    CrosswalkLink,
    CrosswalkReason,
    Goal,
    Recommendation,
)
from offices.models import Office, OfficeSuccession, Person
from publication.models import (
    EntrySummary,
    Feedback,
    FeedbackState,
    PublishedChange,
    ReportEdition,
    ReportStage,
    ReportState,
)
from publication.site import triggers, version
from publication.site.triggers import WATCHED
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period, run
from workflow.models import CycleState, ReportingCycle, Revision, StatusUpdate, UpdateState

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 22, 9, 0, tzinfo=datetime.UTC)


def noted() -> int:
    return version.current(timezone.now()).changes


@pytest.fixture
def one(cast: Cast) -> Recommendation:
    edition = factories.edition(slug="neue-akzente-2019")
    return factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)


@pytest.fixture
def approved(one: Recommendation, cast: Cast) -> Revision:
    return entry(period(one.edition, 2023, 2024), one, cast.youth)


def report(cycle: ReportingCycle) -> ReportEdition:
    return ReportEdition.objects.create(
        cycle=cycle, number=1, state=ReportState.READY, requested_at=NOW, built_at=NOW, document_sha256="0" * 64
    )


# --- What shows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [ConceptEdition, ActionField, Goal, Recommendation, Assignment, Office])
def test_each_change_of_the_concept_and_its_offices_is_noted(model: type[models.Model], one: Recommendation) -> None:
    manager = model._default_manager
    column = next(field.name for field in model._meta.concrete_fields if isinstance(field, models.CharField))
    before = noted()
    manager.update(**{column: models.F(column)})
    assert noted() > before


def test_new_and_removed_rows_of_the_concept_are_noted(one: Recommendation, cast: Cast) -> None:
    before = noted()
    other = factories.recommendation(one.goal, "1.1.2", lead=cast.youth)
    between = noted()
    assert between > before
    link = CrosswalkLink.objects.create(predecessor=one, successor=other, reason=CrosswalkReason.KEPT)
    assert noted() > between
    between = noted()
    link.delete()
    assert noted() > between


def test_who_follows_whom_among_the_offices_is_noted(cast: Cast) -> None:
    before = noted()
    OfficeSuccession.objects.create(predecessor=cast.school, successor=cast.youth, on=NOW.date(), entered_at=NOW)
    assert noted() > before


def test_what_is_removed_by_hand_is_noted_although_nothing_here_removes_it(one: Recommendation) -> None:
    Feedback.objects.create(recommendation=one, text="Danke!", received_at=NOW)
    before = noted()
    Feedback.objects.all().delete()
    assert noted() > before


def update_of(approved: Revision) -> models.QuerySet[StatusUpdate]:
    return StatusUpdate.objects.filter(pk=approved.update_id)


@pytest.mark.parametrize(
    "change",
    [
        {"approved": None, "state": UpdateState.DRAFTING},
        {"approved_at": NOW + datetime.timedelta(days=1)},
        {"withdrawn_at": NOW, "withdrawal_note": "Zahlen waren falsch."},
        {"withdrawal_note": "Anders gesagt."},
        {"lead_office_label": "51 Amt für Jugend"},
        {"state": UpdateState.CANCELLED},
    ],
)
def test_each_change_of_a_published_entry_is_noted(approved: Revision, change: dict[str, Any]) -> None:
    before = noted()
    update_of(approved).update(**change)
    assert noted() == before + 1


@pytest.mark.parametrize(
    "change",
    [
        {"state": CycleState.CLOSED},
        {"publish_on": datetime.date(2027, 1, 1)},
        {"period_from": datetime.date(2020, 1, 1)},
        {"period_until": datetime.date(2027, 6, 30)},
        {"due_on": datetime.date(2027, 2, 1)},
        {"closed_at": NOW},
    ],
)
def test_each_change_of_a_cycle_that_shows_is_noted(one: Recommendation, change: dict[str, Any]) -> None:
    cycle = period(one.edition, 2025, 2026, closed=False)
    before = noted()
    ReportingCycle.objects.filter(pk=cycle.pk).update(**change)
    assert noted() == before + 1


@pytest.mark.parametrize(
    "change",
    [
        {"stage": ReportStage.FINAL, "released_at": NOW},
        {"stage": ReportStage.WITHDRAWN, "withdrawn_at": NOW, "withdrawal_note": "Falsche Zahlen."},
    ],
)
def test_releasing_and_withdrawing_a_report_is_noted(one: Recommendation, change: dict[str, Any]) -> None:
    made = report(period(one.edition, 2023, 2024))
    before = noted()
    ReportEdition.objects.filter(pk=made.pk).update(**change)
    assert noted() == before + 1


def test_summaries_and_published_feedback_are_noted(approved: Revision, one: Recommendation) -> None:
    before = noted()
    EntrySummary.objects.create(
        update=approved.update,
        language="de-simple",
        number=1,
        text="Kurz.",
        source=approved,
        text_source=approved,
        written_at=NOW,
    )
    assert noted() > before
    said = Feedback.objects.create(recommendation=one, text="Gut so.", received_at=NOW)
    before = noted()
    Feedback.objects.filter(pk=said.pk).update(state=FeedbackState.PUBLISHED, decided_at=NOW)
    assert noted() == before + 1


def test_a_change_is_noted_when_it_is_committed_and_forgotten_when_it_is_not(one: Recommendation) -> None:
    before = noted()
    with transaction.atomic():
        Recommendation.objects.filter(pk=one.pk).update(title="Zurückgerollt")
        assert noted() > before
        transaction.set_rollback(True)
    assert noted() == before


# --- What does not show -----------------------------------------------------------------------------------------------


def _write(cast: Cast, one: Recommendation) -> None:
    run(period(one.edition, 2025, 2026, closed=False), one, cast.youth)


def _hand_in(cast: Cast, one: Recommendation) -> None:
    entry(period(one.edition, 2025, 2026, closed=False), one, cast.youth, approved=False)


def _move(cast: Cast, one: Recommendation) -> None:
    run(period(one.edition, 2025, 2026, closed=False), one, cast.youth)
    StatusUpdate.objects.update(state=UpdateState.DRAFTING, state_note="intern", due_on=NOW.date())


def _sign_in(cast: Cast, one: Recommendation) -> None:
    Person.objects.update(last_login=NOW)


def _send_feedback(cast: Cast, one: Recommendation) -> None:
    Feedback.objects.create(recommendation=one, text="Gut so.", received_at=NOW)


def _plan_a_cycle(cast: Cast, one: Recommendation) -> None:
    period(one.edition, 2027, 2028, closed=False, state=CycleState.PLANNED)


@pytest.mark.parametrize("work", [_write, _hand_in, _move, _sign_in, _send_feedback, _plan_a_cycle])
def test_daily_work_leaves_the_pages_of_visitors_as_they_are(
    work: Callable[[Cast, Recommendation], None], cast: Cast, one: Recommendation
) -> None:
    before = noted()
    work(cast, one)
    assert noted() == before


def test_a_report_that_is_being_built_does_not_show(one: Recommendation) -> None:
    cycle = period(one.edition, 2023, 2024)
    before = noted()
    made = report(cycle)
    ReportEdition.objects.filter(pk=made.pk).update(progress=40, error="noch einmal", claimed_at=NOW)
    assert noted() == before


# --- The triggers themselves ------------------------------------------------------------------------------------------


def test_every_watched_table_and_column_exists() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for watched in WATCHED:
            assert watched.table in tables
            found = {column.name for column in connection.introspection.get_table_description(cursor, watched.table)}
            assert set(watched.columns) <= found


def test_a_column_that_somebody_has_migrated_away_is_not_watched(
    one: Recommendation, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = triggers.Watched("concept_recommendation", ("title", "not_there_any_more"))
    monkeypatch.setattr(triggers, "WATCHED", (later,))
    triggers.lay("default")
    before = noted()
    Recommendation.objects.filter(pk=one.pk).update(title="Neu")
    assert noted() == before + 1


def test_laying_the_triggers_again_counts_nothing_twice(one: Recommendation) -> None:
    triggers.lay("default")
    before = noted()
    Recommendation.objects.filter(pk=one.pk).update(title="Neu")
    assert noted() == before + 1


def test_putting_together_keeps_the_version_and_its_moment(one: Recommendation) -> None:
    before = version.current(NOW)
    assert version.put_together() == PublishedChange.objects.count() + before.changes - 1
    assert version.current(NOW) == before
    assert version.put_together() == 1


def test_a_version_is_another_one_on_another_day(one: Recommendation) -> None:
    assert version.current(NOW).key != version.current(NOW + datetime.timedelta(days=1)).key
    with version.holding(version.current(NOW)):
        assert version.current(NOW + datetime.timedelta(days=1)).day == datetime.date(2026, 11, 23)
