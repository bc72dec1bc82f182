"""Withdrawing at once with others: one coordinator wins, and a correction that was just approved stays."""

import datetime

import pytest

from publication.models import ReportEdition, ReportStage, ReportState
from publication.services import reports
from tests.conftest import Cast
from tests.factories import NOW
from tests.workflow.conftest import Stage
from tests.workflow.steps import approve, hand_in
from tests.workflow.test_concurrency import FEW, at_once, fresh
from tests.workflow.test_course_concurrency import in_turns
from workflow import published, runs
from workflow.models import Event, EventKind, StatusUpdate
from workflow.services import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

NOTE = "Eine Zahl war falsch."
LATER = NOW + datetime.timedelta(days=1)


@pytest.fixture
def public(cast: Cast, stage: Stage) -> StatusUpdate:
    hand_in(cast, stage.youth_update, done="Sieben.")
    approve(cast, stage.youth_update)
    return stage.youth_update


def texts(update: StatusUpdate) -> list[str]:
    return [one.done for one in published.entries(LATER).get(update.recommendation_id, [])]


def test_of_many_coordinators_who_withdraw_one_does(cast: Cast, public: StatusUpdate) -> None:
    def withdraw() -> None:
        runs.withdraw_entry(public.pk, revision_number=1, note=NOTE, by=fresh(cast.coordinator), now=LATER)

    assert at_once(withdraw, times=FEW) == {"ok": 1, "refused": FEW - 1}
    assert Event.objects.filter(kind=EventKind.ENTRY_WITHDRAWN).count() == 1
    assert texts(public) == []
    assert list(history.verify()) == []


def test_withdrawing_and_restoring_at_once_leaves_one_truth(cast: Cast, public: StatusUpdate) -> None:
    runs.withdraw_entry(public.pk, revision_number=1, note=NOTE, by=cast.coordinator, now=LATER)

    def withdraw() -> None:
        runs.withdraw_entry(public.pk, revision_number=1, note=NOTE, by=fresh(cast.coordinator), now=LATER)

    def restore() -> None:
        runs.restore_entry(public.pk, reason="Stimmt doch.", by=fresh(cast.coordinator), now=LATER)

    outcome = at_once(in_turns(withdraw, restore), times=FEW)
    assert set(outcome) <= {"ok", "refused"}
    last = Event.objects.filter(update=public).latest("sequence").kind
    assert texts(public) == (["Sieben."] if last == EventKind.ENTRY_RESTORED else [])
    assert list(history.verify()) == []


def test_a_correction_that_is_approved_at_once_is_what_visitors_read(cast: Cast, public: StatusUpdate) -> None:
    due = LATER.date() + datetime.timedelta(days=30)
    runs.start_correction(public.pk, by=cast.clerk, note="Es sind sechs.", due_on=due, now=NOW)
    hand_in(cast, public, done="Sechs.")

    def withdraw() -> None:
        runs.withdraw_entry(public.pk, revision_number=1, note=NOTE, by=fresh(cast.coordinator), now=LATER)

    def decide() -> None:
        runs.approve(public.pk, revision_number=2, by=fresh(cast.reviewer), now=LATER)

    outcome = at_once(in_turns(withdraw, decide), times=2)
    # Whoever came first: the old text is gone, the corrected one is there.
    assert outcome in ({"ok": 2}, {"ok": 1, "refused": 1})
    assert texts(public) == ["Sechs."]
    assert list(history.verify()) == []


def test_a_report_is_not_released_beside_a_withdrawal(cast: Cast, public: StatusUpdate) -> None:
    public.refresh_from_db()
    report = ReportEdition.objects.create(
        cycle_id=public.cycle_id,
        number=1,
        state=ReportState.READY,
        document={"entries": {str(public.pk): public.approved_id}},
        requested_at=NOW,
        claimed_at=NOW,
        built_at=NOW,
    )

    def withdraw() -> None:
        runs.withdraw_entry(public.pk, revision_number=1, note=NOTE, by=fresh(cast.coordinator), now=LATER)

    def release() -> None:
        reports.release_report(report.pk, by=fresh(cast.coordinator), now=LATER, today=LATER.date())

    outcome = at_once(in_turns(withdraw, release), times=2)
    assert outcome in ({"ok": 2}, {"ok": 1, "refused": 1})
    report.refresh_from_db()
    # Released first, it was withdrawn with the entry; too late, it stays a draft.
    assert report.stage == (ReportStage.WITHDRAWN if outcome == {"ok": 2} else ReportStage.DRAFT)
    assert list(history.verify()) == []
