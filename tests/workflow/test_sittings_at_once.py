"""Two chairs at one sitting at once: one wins, and what is decided stands in the minutes or not in the sitting."""

import datetime
from functools import partial

import pytest
from django.db import transaction

from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.test_concurrency import at_once
from workflow import runs
from workflow.models import Event, Review, Sitting
from workflow.services import history, sittings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

LATER = NOW + datetime.timedelta(hours=1)


def test_one_sitting_is_opened_however_many_try(cast: Cast, stage: Stage) -> None:
    chairs = [cast.chair, factories.member(Role.CHAIR, cast.school)]

    def open_one() -> None:
        by = Person.objects.get(pk=chairs.pop().pk) if chairs else Person.objects.get(pk=cast.chair.pk)
        sittings.open_sitting(stage.cycle, participants=[], by=by, now=NOW, today=TODAY)

    assert at_once(open_one, 8) == {"ok": 1, "refused": 7}
    assert Sitting.objects.count() == Event.objects.filter(kind="sitting_opened").count() == 1


def test_one_click_closes_it_and_the_minutes_are_made_once(cast: Cast, stage: Stage) -> None:
    made = sittings.open_sitting(stage.cycle, participants=[], by=cast.chair, now=NOW, today=TODAY)
    close = partial(sittings.close_sitting, made.pk, by=cast.chair, now=LATER)
    assert at_once(close, 8) == {"ok": 1, "refused": 7}
    assert Event.objects.get(kind="sitting_closed").data["sha256"] == Sitting.objects.get().minutes_sha256
    assert list(history.verify()) == []


def test_no_decision_slips_into_a_sitting_that_closes(cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    made = sittings.open_sitting(stage.cycle, participants=[], by=cast.chair, now=NOW, today=TODAY)
    todo = [
        partial(sittings.close_sitting, made.pk, by=cast.chair, now=LATER),
        partial(runs.approve, stage.youth_update.pk, revision_number=1, by=cast.chair, now=LATER, sitting=made),
    ]

    def next_one() -> None:
        todo.pop()()

    outcome = at_once(next_one, 2)
    assert set(outcome) <= {"ok", "refused"}
    with transaction.atomic():
        counted = Event.objects.get(kind="sitting_closed").data["decisions"]
        assert Review.objects.filter(sitting=made).count() == counted
    assert list(history.verify()) == []
