"""Several coordinators at once: one wins, nothing is lost, and everything is told once."""

import itertools
import threading
from functools import partial
from typing import Any

import pytest

from publication.models import BarrierReport, EntrySummary, Feedback
from publication.services import summaries, voices, withdrawals
from tests import factories
from tests.conftest import Cast
from tests.publication.conftest import entry, period
from tests.publication.visitors import NOW
from tests.workflow.test_concurrency import at_once
from workflow import duties, runs
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


def test_a_summary_that_is_written_while_its_text_is_taken_off_the_pages_goes_with_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry confirms an earlier one: withdrawing that one empties the summaries of both, and loses none."""
    edition = factories.edition()
    one = factories.recommendation(factories.goal(edition), "1.1.1", lead=cast.youth)
    first = entry(period(edition, 2021, 2022), one, cast.youth)
    later = entry(period(edition, 2023, 2024), one, cast.youth, kind="unchanged", confirms=first, done="")
    source = summaries.source_of(later.update_id, NOW)
    assert source is not None
    given = {"source": source, "by": cast.coordinator, "now": NOW}
    summaries.write(later.update_id, "de-simple", text="Kurz.", seen=0, **given)
    read, written = threading.Event(), threading.Event()
    newest = withdrawals._newest

    def slowly(runs_: Any) -> Any:
        found = newest(runs_)
        read.set()
        # Longer than anybody needs who does not have to wait for us.
        written.wait(2)
        return found

    monkeypatch.setattr(withdrawals, "_newest", slowly)

    def withdraw() -> None:
        runs.withdraw_entry(first.update_id, revision_number=1, note="War falsch.", by=cast.coordinator, now=NOW)

    def write() -> None:
        read.wait(10)
        try:
            summaries.write(later.update_id, "de-simple", text="Anders.", seen=1, **given)
        finally:
            written.set()

    turns = iter((withdraw, write))

    def act() -> None:
        next(turns)()

    assert at_once(act, 2) == {"ok": 1, "refused": 1}
    last = EntrySummary.objects.order_by("-number")[0]
    assert (last.number, last.text) == (2, "")
    assert list(history.verify()) == []
