"""Several coordinators at once: one wins, nothing is lost, and everything is told once."""

import itertools
from functools import partial

import pytest

from publication.models import BarrierReport, EntrySummary, Feedback
from publication.services import summaries, voices
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.publication.visitors import NOW
from tests.workflow.test_concurrency import at_once
from workflow import duties
from workflow.models import Duty, Event, EventKind
from workflow.services import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_of_eight_who_write_the_same_summary_one_does_and_the_others_see_it(cast: Cast) -> None:
    edition = factories.edition()
    one = factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)
    made = entry(period(edition, 2023, 2024), one, cast.youth)
    number = itertools.count()

    def write() -> None:
        given = {"seen": 0, "source": summaries.Source(made.pk, made.pk), "by": cast.coordinator, "now": NOW}
        summaries.write(made.update_id, "de-simple", text=f"Fassung {next(number)}", **given)

    assert at_once(write, 8) == {"ok": 1, "refused": 7}
    assert EntrySummary.objects.get().number == 1
    assert Event.objects.filter(kind=EventKind.SUMMARY_WRITTEN).count() == 1
    assert list(history.verify()) == []


def test_feedback_is_decided_on_once(cast: Cast) -> None:
    one = factories.recommendation(factories.goal(factories.edition()), "1.1.1", lead=cast.youth)
    given = voices.give_feedback(one.pk, label="1.1.1", text="Ja.", now=NOW)
    decide = partial(
        voices.decline_feedback, given.pk, reason="Werbung.", seen=given.stand, by=cast.coordinator, now=NOW
    )
    assert at_once(decide, 8) == {"ok": 1, "refused": 7}
    assert Feedback.objects.get().decided_by == cast.coordinator
    assert duties.open_duties(NOW.date()) == []


def test_a_barrier_is_answered_once(cast: Cast) -> None:
    report = voices.report_barrier(text="Stumm.", page="", contact="lesen@verein.example", now=NOW)
    answer = partial(voices.answer_barrier, report.pk, answer="Behoben.", by=cast.coordinator, now=NOW)
    assert at_once(answer, 8) == {"ok": 1, "refused": 7}
    assert BarrierReport.objects.get().contact == ""


def test_the_same_duty_put_by_eight_is_one(cast: Cast) -> None:
    put = partial(duties.put, source="barrier:1", title="Antworten", link="/", due_on=NOW.date(), now=NOW)
    assert at_once(put, 8) == {"ok": 8}
    assert Duty.objects.count() == 1
