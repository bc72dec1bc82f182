"""More time: asked for, granted, refused, taken back, given without being asked, undone."""

import datetime

import pytest

from notifications.models import Mail
from offices.errors import ConflictError, DomainError
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.access import NotAllowedError
from workflow.models import DeadlineExtension, Event, Participation, StatusUpdate, WorkItem
from workflow.services import history

DUE = datetime.date(2027, 1, 15)
LATER = datetime.date(2027, 2, 5)


def ask(cast: Cast, update: StatusUpdate, **fields: object) -> DeadlineExtension:
    given = {"by": cast.clerk, "reason": "Zwei Stellen sind unbesetzt.", "wanted_on": LATER, "now": NOW, "today": TODAY}
    return runs.ask_for_extension(update.pk, **{**given, **fields})


def due_days(update: StatusUpdate) -> tuple[datetime.date, set[datetime.date]]:
    days = WorkItem.objects.filter(update=update, step="write", is_open=True).values_list("due_on", flat=True)
    return StatusUpdate.objects.get(pk=update.pk).due_on, set(days)


def duties() -> list[str]:
    return list(WorkItem.objects.filter(task=None, is_open=True).values_list("step", flat=True))


def test_an_office_asks_and_the_coordinators_have_it_on_their_desk(cast: Cast, stage: Stage) -> None:
    ask(cast, stage.youth_update)
    duty = WorkItem.objects.get(step="decide_extension", is_open=True)
    assert (duty.office, duty.task, duty.due_on) == (None, None, DUE)
    assert due_days(stage.youth_update) == (DUE, {DUE})
    assert Mail.objects.get(kind="extension").recipient == cast.coordinator.email
    assert Event.objects.get(kind="extension_requested").data["wanted_on"] == "2027-02-05"


def test_granting_moves_the_deadline_and_tells_the_office(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
    assert due_days(stage.youth_update) == (LATER, {LATER})
    assert duties() == []
    told = Mail.objects.filter(kind="extension").exclude(recipient=cast.coordinator.email)
    assert {mail.recipient for mail in told} == {cast.clerk.email, cast.colleague.email}
    assert [topic.topic for topic in told[0].topics.all()] == [f"update:{stage.youth_update.pk}"]
    assert list(history.verify()) == []


def test_the_coordinators_may_grant_another_day_than_asked_for(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    day = datetime.date(2027, 1, 29)
    granted = runs.grant_extension(
        one.pk, by=cast.coordinator, granted_on=day, answer="Mehr geht nicht.", now=NOW, today=TODAY
    )
    assert (granted.granted_on, granted.answer, due_days(stage.youth_update)[0]) == (day, "Mehr geht nicht.", day)


def test_refusing_needs_an_answer_and_leaves_the_deadline(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    with pytest.raises(DomainError):
        runs.refuse_extension(one.pk, by=cast.coordinator, answer=" ", now=NOW, today=TODAY)
    runs.refuse_extension(one.pk, by=cast.coordinator, answer="Der Bericht geht in Druck.", now=NOW, today=TODAY)
    assert due_days(stage.youth_update) == (DUE, {DUE})
    assert duties() == []
    assert "Der Bericht geht in Druck." in Mail.objects.filter(recipient=cast.clerk.email).get().text


def test_only_one_decision_counts(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
    with pytest.raises(ConflictError):
        runs.refuse_extension(one.pk, by=cast.coordinator, answer="Nein.", now=NOW, today=TODAY)
    with pytest.raises(ConflictError):
        runs.withdraw_extension(one.pk, by=cast.clerk, now=NOW)
    assert due_days(stage.youth_update)[0] == LATER


def test_a_second_question_waits_for_the_first(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    with pytest.raises(ConflictError):
        ask(cast, stage.youth_update, by=cast.colleague)
    runs.withdraw_extension(one.pk, by=cast.colleague, now=NOW)
    assert duties() == []
    ask(cast, stage.youth_update)
    assert duties() == ["decide_extension"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "  "},
        {"wanted_on": DUE},
        {"wanted_on": TODAY + datetime.timedelta(days=366)},
        {"wanted_on": datetime.date(2027, 1, 20), "today": datetime.date(2027, 1, 21)},
    ],
)
def test_reason_and_day_have_to_make_sense(cast: Cast, stage: Stage, wrong: dict[str, object]) -> None:
    with pytest.raises(DomainError):
        ask(cast, stage.youth_update, **wrong)
    assert not DeadlineExtension.objects.exists()
    assert duties() == []


def test_only_the_office_that_writes_asks_and_only_coordinators_decide(cast: Cast, stage: Stage) -> None:
    for stranger in (cast.school_clerk, cast.reviewer, cast.coordinator):
        with pytest.raises(NotAllowedError):
            ask(cast, stage.youth_update, by=stranger)
    one = ask(cast, stage.youth_update)
    for stranger in (cast.clerk, cast.reviewer):
        with pytest.raises(NotAllowedError):
            runs.grant_extension(one.pk, by=stranger, granted_on=LATER, now=NOW, today=TODAY)
    with pytest.raises(NotAllowedError):
        runs.withdraw_extension(one.pk, by=cast.school_clerk, now=NOW)


def test_handing_in_ends_the_question(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    one.refresh_from_db()
    assert (one.state, duties()) == ("withdrawn", [])
    with pytest.raises(NotAllowedError):
        ask(cast, stage.youth_update)
    with pytest.raises(ConflictError):
        runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)


def test_a_deputy_asks_and_both_names_are_in_the_history(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.school_clerk)
    ask(cast, stage.youth_update, by=cast.school_clerk)
    event = Event.objects.get(kind="extension_requested")
    assert (event.actor, event.on_behalf_of) == (cast.school_clerk, cast.clerk)


def test_coordinators_give_more_time_on_their_own_and_take_it_back(cast: Cast, stage: Stage) -> None:
    given = runs.extend(
        stage.youth_update.pk, by=cast.coordinator, due_on=LATER, reason="Für alle.", now=NOW, today=TODAY
    )
    assert due_days(stage.youth_update) == (LATER, {LATER})
    runs.undo_extension(given.pk, by=cast.coordinator, now=NOW)
    assert due_days(stage.youth_update) == (DUE, {DUE})
    with pytest.raises(ConflictError):
        runs.undo_extension(given.pk, by=cast.coordinator, now=NOW)
    with pytest.raises(NotAllowedError):
        runs.extend(stage.youth_update.pk, by=cast.clerk, due_on=LATER, reason="Für mich.", now=NOW, today=TODAY)
    assert list(history.verify()) == []


def test_the_office_hears_that_the_former_deadline_holds_again(cast: Cast, stage: Stage) -> None:
    given = runs.extend(stage.youth_update.pk, by=cast.coordinator, due_on=LATER, reason="Mehr.", now=NOW, today=TODAY)
    runs.undo_extension(given.pk, by=cast.coordinator, now=NOW)
    given.refresh_from_db()
    assert (given.state, duties()) == ("withdrawn", [])
    told = Mail.objects.filter(kind="extension", subject__startswith="Frist wieder bis 15.01.2027")
    assert {mail.recipient for mail in told} == {cast.clerk.email, cast.colleague.email}
    assert "Die Frist gilt wieder bis 15.01.2027." in told[0].text
    assert "wieder offen" not in told[0].text
    assert [topic.topic for topic in told[0].topics.all()] == [f"update:{stage.youth_update.pk}"]


def test_undoing_puts_the_offices_own_question_back_on_the_coordinators_desk(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    for times in (1, 2):
        runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
        runs.undo_extension(one.pk, by=cast.coordinator, now=NOW)
        one.refresh_from_db()
        assert (one.state, one.granted_on, one.decided_by, duties()) == ("requested", None, None, ["decide_extension"])
        assert due_days(stage.youth_update) == (DUE, {DUE})
        to_clerk = Mail.objects.filter(recipient=cast.clerk.email, kind="extension")
        assert to_clerk.filter(subject__startswith="Frist wieder").count() == times
        assert to_clerk.filter(subject__startswith="Mehr Zeit").count() == times
    assert "wieder offen" in to_clerk.filter(subject__startswith="Frist wieder")[0].text
    runs.refuse_extension(one.pk, by=cast.coordinator, answer="Doch nicht.", now=NOW, today=TODAY)
    assert list(history.verify()) == []


def test_nothing_is_undone_while_the_office_asks_for_still_more(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
    ask(cast, stage.youth_update, wanted_on=LATER + datetime.timedelta(days=7))
    with pytest.raises(ConflictError):
        runs.undo_extension(one.pk, by=cast.coordinator, now=NOW)
    assert due_days(stage.youth_update)[0] == LATER


def test_a_deputy_reads_for_whom_the_answer_is(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    factories.absence(cast.clerk, cast.school_clerk)
    runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
    told = Mail.objects.get(recipient=cast.school_clerk.email)
    assert f"weil Sie {cast.clerk.name} vertreten" in told.text
    assert "vertreten" not in Mail.objects.get(recipient=cast.colleague.email).text


def test_what_has_changed_again_is_not_undone(cast: Cast, stage: Stage) -> None:
    given = runs.extend(stage.youth_update.pk, by=cast.coordinator, due_on=LATER, reason="Mehr.", now=NOW, today=TODAY)
    day = LATER + datetime.timedelta(days=7)
    runs.extend(stage.youth_update.pk, by=cast.coordinator, due_on=day, reason="Noch mehr.", now=NOW, today=TODAY)
    with pytest.raises(ConflictError):
        runs.undo_extension(given.pk, by=cast.coordinator, now=NOW)


def test_giving_more_time_answers_an_open_question(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    runs.extend(stage.youth_update.pk, by=cast.coordinator, due_on=LATER, reason="Für alle.", now=NOW, today=TODAY)
    one.refresh_from_db()
    assert (one.state, duties()) == ("granted", [])


def test_a_contributing_office_asks_for_its_contribution(cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    factories.open_cycle(edition, contributions=True)
    update, asked = StatusUpdate.objects.get(), Participation.objects.get()
    before = asked.due_on
    one = ask(cast, update, by=cast.school_clerk, participation_id=asked.pk)
    with pytest.raises(NotAllowedError):
        ask(cast, update, by=cast.clerk, participation_id=asked.pk)
    runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
    asked.refresh_from_db()
    item = WorkItem.objects.get(step="contribute")
    assert (one.before, asked.due_on, item.due_on) == (before, LATER, LATER)
    assert due_days(update) == (DUE, {DUE})


def test_nothing_is_granted_where_nobody_writes_any_more(cast: Cast, stage: Stage) -> None:
    one = ask(cast, stage.youth_update)
    StatusUpdate.objects.filter(pk=stage.youth_update.pk).update(state="in_review")
    with pytest.raises(ConflictError):
        runs.grant_extension(one.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)
    assert due_days(stage.youth_update)[0] == DUE
