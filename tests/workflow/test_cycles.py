"""The dates of a cycle: what may still change once offices were asked and entries are public."""

import datetime
from dataclasses import fields, replace

import pytest

from concept.models import ConceptEdition
from concept.services.editions import publish_edition, take_back_edition
from offices.errors import DomainError
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.workflow.conftest import Stage
from tests.workflow.steps import approve, hand_in
from workflow import published
from workflow.models import Event, EventKind, ReportingCycle
from workflow.services import cycles
from workflow.services.cycles import CycleDates

HOUR = datetime.timedelta(hours=1)
TOMORROW = TODAY + datetime.timedelta(days=1)


def publish(cycle: ReportingCycle, day: datetime.date | None, cast: Cast) -> None:
    dates = CycleDates(**{one.name: getattr(cycle, one.name) for one in fields(CycleDates)})
    cycles.change_cycle(cycle.pk, replace(dates, publish_on=day), by=cast.coordinator, now=NOW, today=TODAY)
    cycle.refresh_from_db()


def test_what_is_public_is_not_hidden_by_a_later_date(cast: Cast, stage: Stage) -> None:
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    assert len(published.entries(NOW)) == 1
    with pytest.raises(DomainError, match="schon öffentlich"):
        publish(stage.cycle, TOMORROW, cast)
    stage.cycle.refresh_from_db()
    assert stage.cycle.publish_on is None
    assert len(published.entries(NOW)) == 1
    assert not Event.objects.filter(kind=EventKind.CYCLE_CHANGED).exists()


def test_what_went_with_its_edition_is_not_hidden_by_a_later_date_meanwhile(cast: Cast, stage: Stage) -> None:
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    take_back_edition(stage.edition.pk, note="Kein Beschluss.", by=cast.coordinator, now=NOW + HOUR)
    assert published.entries(NOW + HOUR) == {}
    with pytest.raises(DomainError, match="bis die Fassung des Konzepts zurückgenommen wurde"):
        publish(stage.cycle, TOMORROW, cast)
    publish(stage.cycle, TODAY, cast)
    publish_edition(stage.edition.pk, adopted_on=stage.edition.adopted_on, by=cast.coordinator, now=NOW + HOUR)
    assert len(published.entries(NOW + HOUR)) == 1


def test_what_nobody_has_read_yet_may_come_out_later(cast: Cast, stage: Stage) -> None:
    take_back_edition(stage.edition.pk, note="Kein Beschluss.", by=cast.coordinator, now=NOW - HOUR)
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    publish(stage.cycle, TOMORROW, cast)
    assert stage.cycle.publish_on == TOMORROW


def test_the_date_moves_freely_as_long_as_the_edition_was_never_published(cast: Cast, stage: Stage) -> None:
    ConceptEdition.objects.update(published_at=None)
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    publish(stage.cycle, TODAY, cast)
    publish(stage.cycle, TOMORROW, cast)
    assert stage.cycle.publish_on == TOMORROW


@pytest.mark.parametrize("day", [TODAY, TODAY - datetime.timedelta(days=3)])
def test_a_date_that_hides_nothing_may_be_set(cast: Cast, stage: Stage, day: datetime.date) -> None:
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    publish(stage.cycle, day, cast)
    assert stage.cycle.publish_on == day
    assert len(published.entries(NOW)) == 1


def test_the_date_moves_freely_while_nothing_is_public(cast: Cast, stage: Stage) -> None:
    publish(stage.cycle, TOMORROW, cast)
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    publish(stage.cycle, TOMORROW + datetime.timedelta(days=30), cast)
    assert stage.cycle.publish_on == TOMORROW + datetime.timedelta(days=30)
    publish(stage.cycle, None, cast)
    assert len(published.entries(NOW)) == 1


@pytest.mark.parametrize("day", [None, TODAY - datetime.timedelta(days=3)])
def test_what_comes_out_by_taking_the_date_away_came_out_today(
    cast: Cast, stage: Stage, day: datetime.date | None
) -> None:
    publish(stage.cycle, TOMORROW, cast)
    publish(stage.cycle, None, cast)
    assert stage.cycle.publish_on is None, "nothing came out by it"
    publish(stage.cycle, TOMORROW, cast)
    hand_in(cast, stage.youth_update)
    approve(cast, stage.youth_update)
    publish(stage.cycle, day, cast)
    assert stage.cycle.publish_on == TODAY
    (mark,) = published.standing(NOW).marks[stage.youth_update.recommendation_id].values()
    assert mark.changed_on == TODAY
