"""What may leave the room: approved entries whose date has come, and with them only texts whose date has come."""

import datetime

from offices.models import Person
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, published, runs
from workflow.models import ReportingCycle, StatusUpdate

SECRET = "Das ist noch nicht veröffentlicht."
LATER = datetime.date(2027, 6, 1)


def approved(update: StatusUpdate, cast: Cast, by: Person) -> None:
    runs.hand_in(update.pk, by=by, content=content(done=SECRET), now=NOW)
    runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)


def confirm_in_the_next_cycle(cast: Cast, stage: Stage) -> ReportingCycle:
    approved(stage.youth_update, cast, cast.clerk)
    ReportingCycle.objects.filter(pk=stage.cycle.pk).update(publish_on=LATER)
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)
    following = factories.open_cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )
    update = following.updates.get(recommendation=stage.youth_update.recommendation)
    runs.confirm_unchanged(update.pk, by=cast.clerk, now=NOW)
    runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    return following


def test_an_entry_is_public_from_its_cycles_date_on(cast: Cast, stage: Stage) -> None:
    approved(stage.youth_update, cast, cast.clerk)
    assert published.entries(NOW)
    ReportingCycle.objects.filter(pk=stage.cycle.pk).update(publish_on=TODAY + datetime.timedelta(days=1))
    assert published.entries(NOW) == {}
    assert published.statuses(stage.edition.pk, NOW) == {}
    assert published.entries(NOW + datetime.timedelta(days=1))


def test_unchanged_does_not_bring_an_unpublished_text_to_light(cast: Cast, stage: Stage) -> None:
    following = confirm_in_the_next_cycle(cast, stage)
    assert published.entries(NOW) == {}
    assert published.statuses(stage.edition.pk, NOW) == {}
    assert not published.may_release(following.pk, TODAY)
    later = NOW + (LATER - TODAY)
    assert len(published.entries(later)[stage.youth_update.recommendation_id]) == 2
    assert published.may_release(following.pk, LATER)


def test_a_mark_begins_as_the_text_that_its_entry_shows(cast: Cast, stage: Stage) -> None:
    confirm_in_the_next_cycle(cast, stage)
    assert SECRET not in str(published.standing(NOW))
    later, one = NOW + (LATER - TODAY), stage.youth_update.recommendation_id
    shown = [entry.done for entry in published.entries(later)[one]]
    assert [mark.beginning for mark in published.standing(later).marks[one].values()] == shown == [SECRET, SECRET]
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(
        withdrawn_at=later, withdrawal_note="Zahlen waren falsch."
    )
    assert SECRET not in str(published.standing(later))


def test_a_mark_holds_no_more_of_a_long_text_than_a_line_needs(cast: Cast, stage: Stage) -> None:
    text = "Angebote " * 100
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(done=text), now=NOW)
    runs.approve(stage.youth_update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    [mark] = published.standing(NOW).marks[stage.youth_update.recommendation_id].values()
    assert text.startswith(mark.beginning)
    assert 28 <= len(mark.beginning.split()) < 50
