"""The steps of a deadline: which day they fall on, and which one counts today."""

import datetime
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.working_days import ClosedTime, WorkingDays
from workflow.reminding import Policy, Step, Track

DAY = datetime.timedelta(days=1)
FIRST = 40
"""How many steps of an endless track are looked at."""

offsets = st.lists(st.integers(1, 365), unique=True, max_size=10).map(lambda found: tuple(sorted(found)))
deadlines = st.dates(datetime.date(2026, 1, 1), datetime.date(2029, 12, 31))
every = st.none() | st.integers(1, 365)
policies = st.builds(
    Policy,
    before=offsets.map(lambda found: found[::-1]),
    on_the_day=st.booleans(),
    after=offsets,
    every=every,
    head_after=every,
    coordinator_after=every,
    department_after=every,
)
closed = st.lists(
    st.builds(
        lambda first, length, yearly: ClosedTime(first, first + length * DAY, yearly), deadlines, st.integers(0, 40),
        st.booleans(),
    ),
    max_size=2,
).map(lambda found: WorkingDays(tuple(found)))  # fmt: skip


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def step_on(track: Track, due_on: datetime.date, today: datetime.date, working: WorkingDays) -> Step | None:
    """The newest step whose day has come."""
    come = track.newest(due_on, today, working)
    return come.step if come else None


def tracks(policy: Policy) -> list[Track]:
    return [policy.own, policy.queue, policy.head, policy.coordination, policy.department]


@given(policies, deadlines, closed)
def test_steps_ascend_on_working_days_and_no_two_share_a_day(
    policy: Policy, due_on: datetime.date, working: WorkingDays
) -> None:
    for track in tracks(policy):
        found = list(islice(track.steps(due_on, working), FIRST))
        assert not any(working.is_free(at) for at, _step in found)
        for (earlier, one), (later, other) in pairwise(found):
            assert earlier < later
            assert (one.offset, one.repeat) < (other.offset, other.repeat)


@given(policies, deadlines, closed)
def test_reminders_ahead_never_come_late_and_reminders_after_never_early(
    policy: Policy, due_on: datetime.date, working: WorkingDays
) -> None:
    for track in tracks(policy):
        for at, step in islice(track.steps(due_on, working), FIRST):
            if step.offset <= 0:
                assert at <= due_on + step.offset * DAY <= due_on
            else:
                assert at >= due_on + step.offset * DAY > due_on


@given(policies, deadlines, closed, st.integers(-400, 400))
def test_the_newest_step_counts_from_its_day_until_the_next(
    policy: Policy, due_on: datetime.date, working: WorkingDays, away: int
) -> None:
    today = due_on + away * DAY
    for track in tracks(policy):
        come = []
        for at, step in track.steps(due_on, working):
            if at > today:
                break
            come.append(step)
        assert step_on(track, due_on, today, working) == (come[-1] if come else None)


@given(policies, deadlines, closed, st.integers(1, 120))
def test_after_an_outage_the_same_step_is_due_as_without_it(
    policy: Policy, due_on: datetime.date, working: WorkingDays, outage: int
) -> None:
    """Thresholds are "at least": what counts on a day does not depend on whether anybody looked the days before."""
    before = step_on(policy.own, due_on, due_on - DAY, working)
    after = step_on(policy.own, due_on, due_on + outage * DAY, working)
    assert before is None or (after is not None and after >= before)


@given(policies, deadlines, st.integers(1, 60))
def test_a_later_deadline_is_never_ahead_of_the_earlier_one(policy: Policy, due_on: datetime.date, more: int) -> None:
    working = WorkingDays()
    for today in (due_on - 10 * DAY, due_on, due_on + 10 * DAY):
        extended = step_on(policy.own, due_on + more * DAY, today, working)
        original = step_on(policy.own, due_on, today, working)
        assert extended is None or (original is not None and extended <= original)


@given(offsets, st.booleans(), offsets, every)
def test_days_before_descend_and_days_after_ascend_in_whatever_order_they_stand(
    before: tuple[int, ...], on_the_day: bool, after: tuple[int, ...], every: int | None
) -> None:
    policy = Policy(before=before, on_the_day=on_the_day, after=after[::-1], every=every)
    assert policy.own.offsets == tuple(sorted((*(-one for one in before), *((0,) if on_the_day else ()), *after)))


def test_the_default_is_that_of_the_rules() -> None:
    due_on = day("2026-06-17")
    found = list(islice(Policy().own.steps(due_on, WorkingDays()), 9))
    assert found == [
        (day("2026-05-18"), Step(-30)),
        # The 3rd is a working day, the 4th of June Corpus Christi.
        (day("2026-06-03"), Step(-14)),
        # a Sunday: the Friday before
        (day("2026-06-12"), Step(-3)),
        (due_on, Step(0)),
        (day("2026-06-18"), Step(1)),
        (day("2026-06-24"), Step(7)),
        (day("2026-07-08"), Step(21, 1)),
        (day("2026-07-22"), Step(35, 2)),
        (day("2026-08-05"), Step(49, 3)),
    ]


def test_head_coordinators_and_department_hear_of_it_one_after_the_other() -> None:
    due_on, working = day("2026-06-17"), WorkingDays()
    policy = Policy()
    assert list(islice(policy.head.steps(due_on, working), 2)) == [
        (day("2026-06-24"), Step(7)),
        (day("2026-07-08"), Step(21, 1)),
    ]
    assert next(policy.coordination.steps(due_on, working)) == (day("2026-07-01"), Step(14))
    # A letter is proposed once.
    assert list(policy.department.steps(due_on, working)) == [(day("2026-07-15"), Step(28))]


def test_of_steps_that_a_free_stretch_moves_onto_one_day_only_the_last_is_said() -> None:
    """Due on 28 December: three days before and the day itself fall into a break that begins on the 21st."""
    closed = WorkingDays((ClosedTime(day("2026-12-21"), day("2027-01-03"), yearly=True),))
    found = list(islice(Policy().own.steps(day("2026-12-28"), closed), 5))
    assert found == [
        (day("2026-11-27"), Step(-30)),
        (day("2026-12-14"), Step(-14)),
        (day("2026-12-18"), Step(0)),
        (day("2027-01-04"), Step(7)),
        (day("2027-01-18"), Step(21, 1)),
    ]


@pytest.mark.parametrize(
    ("today", "step"),
    [
        ("2026-05-15", None),
        ("2026-05-18", Step(-30)),
        ("2026-06-02", Step(-30)),
        ("2026-06-03", Step(-14)),
        ("2026-06-11", Step(-14)),
        ("2026-06-12", Step(-3)),
        ("2026-06-16", Step(-3)),
        ("2026-06-17", Step(0)),
        ("2026-06-23", Step(1)),
        ("2026-06-24", Step(7)),
        ("2026-07-07", Step(7)),
        ("2026-07-08", Step(21, 1)),
        ("2027-06-17", Step(357, 25)),
    ],
)
def test_what_counts_on_a_day(today: str, step: Step | None) -> None:
    assert step_on(Policy().own, day("2026-06-17"), day(today), WorkingDays()) == step


@pytest.mark.parametrize("name", ["head_after", "coordinator_after", "department_after"])
def test_what_is_switched_off_never_comes(name: str) -> None:
    policy = Policy(**{name: None})
    track = {"head_after": policy.head, "coordinator_after": policy.coordination, "department_after": policy.department}
    assert list(track[name].steps(day("2026-06-17"), WorkingDays())) == []
    assert step_on(track[name], day("2026-06-17"), day("2030-01-02"), WorkingDays()) is None


def test_without_days_on_or_after_the_deadline_nothing_is_repeated() -> None:
    silent = Policy(before=(14, 3), on_the_day=False, after=(), every=14)
    assert len(list(silent.own.steps(day("2026-06-17"), WorkingDays()))) == 2


def test_an_introduction_changes_nothing_about_when() -> None:
    assert Policy(introduction="Guten Tag") == Policy()
