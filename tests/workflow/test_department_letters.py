"""Letters to departments: when they are proposed and kept current, and who is told."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Mail, MailKind, MailState, MailTopic, Notice, NoticeKind
from notifications.services import delivery
from offices.models import Office, OfficeKind, Role
from tests import factories
from tests.conftest import Cast
from tests.workflow.conftest import Stage
from workflow import opening, runs, tasks
from workflow.models import DepartmentLetter, LetterState, ReminderPolicy, StatusUpdate, WorkItem, WorkStep
from workflow.queries import department_letters as queries
from workflow.queries import mail_subjects
from workflow.services import department_letters as service
from workflow.services.department_letters import Words

DUE = datetime.date(2027, 1, 15)
"""A Friday."""

LATE = DUE + datetime.timedelta(days=28)
WORDS = Words("Guten Tag,", "Danke.")


@pytest.fixture
def department(cast: Cast, stage: Stage) -> Office:
    """51 and 40 belong to department V, by way of an office between them; 53 to none."""
    found = factories.office("V", "Dezernat V", kind=OfficeKind.DEPARTMENT, mailbox="Dezernat-V@stadt.example")
    between = factories.office("5", "Fachbereich 5", parent=found)
    Office.objects.filter(pk__in=[cast.youth.pk]).update(parent=between)
    Office.objects.filter(pk=cast.school.pk).update(parent=found)
    Office.objects.filter(pk=cast.health.pk).update(kind=OfficeKind.PROVIDER)
    return found


def moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, 5, 30, tzinfo=datetime.UTC)


def propose(day: datetime.date = LATE) -> int:
    return service.propose(today=day, now=moment(day))


def only() -> DepartmentLetter:
    return DepartmentLetter.objects.get()


def named(letter: DepartmentLetter) -> set[int]:
    """The runs that the letter still names."""
    return {one.update_id for one in queries.tasks_of(letter, LATE)}


def release(letter: DepartmentLetter, cast: Cast, day: datetime.date = LATE) -> DepartmentLetter:
    return service.release(letter.pk, shown=letter.items, words=WORDS, by=cast.coordinator, now=moment(day), today=day)


def test_after_28_days_a_letter_is_proposed_with_all_that_is_overdue_in_the_department(
    cast: Cast, stage: Stage, department: Office
) -> None:
    assert propose(LATE - datetime.timedelta(days=1)) == 0
    assert propose() == 1

    letter = only()
    assert (letter.department, letter.office, letter.state) == (department, None, LetterState.PROPOSED)
    assert named(letter) == {stage.youth_update.pk, stage.school_update.pk}
    assert Mail.objects.filter(kind=MailKind.LETTER).count() == 0


def test_on_free_days_nothing_is_proposed_and_nothing_is_missed(cast: Cast, stage: Stage, department: Office) -> None:
    saturday = LATE + datetime.timedelta(days=1)

    assert propose(saturday) == 0
    assert propose(saturday + datetime.timedelta(days=2)) == 1


def test_a_second_run_changes_nothing_and_tells_nobody_twice(cast: Cast, stage: Stage, department: Office) -> None:
    propose()
    before = list(DepartmentLetter.objects.values())

    assert propose() == 0
    assert propose(LATE + datetime.timedelta(days=3)) == 0

    assert list(DepartmentLetter.objects.values()) == before
    assert Notice.objects.filter(kind=NoticeKind.LETTER).count() == 1


def test_providers_are_left_to_the_coordinators(cast: Cast, stage: Stage, department: Office) -> None:
    for kind in (OfficeKind.PROVIDER, OfficeKind.ASSOCIATION):
        Office.objects.filter(pk=cast.health.pk).update(kind=kind)
        propose()
        assert stage.health_update.pk not in named(only())


def test_an_office_without_a_department_is_named_until_it_has_one(cast: Cast, stage: Stage, department: Office) -> None:
    Office.objects.filter(pk=cast.health.pk).update(kind=OfficeKind.JOINT_BODY)
    propose()
    orphan = DepartmentLetter.objects.get(department__isnull=True)
    assert orphan.office == cast.health
    assert queries.recipients_of(orphan, LATE) == []
    with pytest.raises(service.DomainError, match="niemanden"):
        release(orphan, cast)

    Office.objects.filter(pk=cast.health.pk).update(parent=department)
    propose()

    orphan.refresh_from_db()
    assert orphan.state == LetterState.SETTLED
    assert stage.health_update.pk in named(DepartmentLetter.objects.get(state=LetterState.PROPOSED))


def test_a_department_that_has_ended_is_not_written_to(cast: Cast, stage: Stage, department: Office) -> None:
    above = factories.office("I", "Dezernat I", kind=OfficeKind.DEPARTMENT)
    Office.objects.filter(pk=department.pk).update(parent=above, valid_until=DUE)

    propose()

    assert only().department == above


def test_the_cycles_policy_says_when_or_never(cast: Cast, stage: Stage, department: Office) -> None:
    policy = ReminderPolicy.objects.create(cycle=stage.cycle, department_after=40, changed_at=moment(DUE))
    assert propose() == 0
    assert propose(DUE + datetime.timedelta(days=41)) == 1

    policy.department_after = None
    policy.save()
    propose(DUE + datetime.timedelta(days=42))
    assert only().state == LetterState.SETTLED


def test_what_is_done_drops_out_and_what_is_late_comes_in(cast: Cast, stage: Stage, department: Office) -> None:
    WorkItem.objects.filter(update=stage.school_update).update(due_on=DUE + datetime.timedelta(days=7))
    propose()
    assert named(only()) == {stage.youth_update.pk}

    done(stage.youth_update)
    assert named(only()) == set()
    propose(LATE + datetime.timedelta(days=7))

    assert named(only()) == {stage.school_update.pk}


def test_where_nothing_is_left_the_proposal_settles_itself_and_nobody_hears_of_it(
    cast: Cast, stage: Stage, department: Office
) -> None:
    propose()
    done(stage.youth_update)
    done(stage.school_update)

    propose(LATE + datetime.timedelta(days=3))

    letter = only()
    assert (letter.state, letter.decided_by) == (LetterState.SETTLED, None)
    assert Notice.objects.filter(kind=NoticeKind.LETTER, dropped_at__isnull=True).count() == 0


def test_a_new_deadline_takes_the_task_out_until_it_is_missed_as_well(
    cast: Cast, stage: Stage, department: Office
) -> None:
    propose()
    release(only(), cast)
    assert propose(LATE + datetime.timedelta(days=14)) == 0
    later = LATE + datetime.timedelta(days=30)
    runs.extend(stage.youth_update.pk, by=cast.coordinator, due_on=later, reason="Ferien", now=moment(LATE), today=LATE)

    assert propose(later + datetime.timedelta(days=14)) == 0
    assert propose(later + datetime.timedelta(days=30)) == 1
    assert named(DepartmentLetter.objects.get(state=LetterState.PROPOSED)) == {stage.youth_update.pk}


def test_what_was_declined_is_not_proposed_again(cast: Cast, stage: Stage, department: Office) -> None:
    propose()
    service.decline(only().pk, reason="Wird telefonisch geklärt.", by=cast.coordinator, now=moment(LATE))

    assert propose(LATE + datetime.timedelta(days=14)) == 0
    assert only().state == LetterState.DECLINED


def test_a_closed_cycle_has_nothing_to_write_about(cast: Cast, stage: Stage, department: Office) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=moment(LATE))

    assert propose() == 0


def test_each_coordinator_reads_of_it_in_the_daily_mail(cast: Cast, stage: Stage, department: Office) -> None:
    second = factories.member(Role.COORDINATOR, email="zwei@stadt.example", name="Koordination 2")
    now = moment(LATE)
    with_clock(now)

    for person in (cast.coordinator, second):
        mail = Mail.objects.get(kind=MailKind.REMINDER, person=person)
        assert mail.state == MailState.SENT
        assert "Ein Schreiben an V Dezernat V über lange überfällige Aufgaben wartet auf Ihre Freigabe" in mail.text
        assert f"/schreiben/{only().pk}/" in mail.text


def test_a_fault_in_a_letter_keeps_nobodys_reminder_back(
    cast: Cast, stage: Stage, department: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_moment: object) -> int:
        raise RuntimeError("Kein Dezernat.")

    monkeypatch.setattr(service, "propose", broken)
    with pytest.raises(RuntimeError):
        with_clock(moment(LATE))

    assert Mail.objects.filter(kind=MailKind.REMINDER, person=cast.clerk).exists()


def test_a_mail_shows_which_letter_it_is_and_leads_there(cast: Cast, stage: Stage, department: Office) -> None:
    propose()
    letter = only()

    (subject,) = mail_subjects.subjects([f"letter:{letter.pk}"]).values()

    assert (subject.label, subject.link) == ("Schreiben: V Dezernat V", f"/schreiben/{letter.pk}/")


def test_reminders_are_counted_as_they_went_out(cast: Cast, stage: Stage, department: Office) -> None:
    item = stage.youth_update.work_items.get(step=WorkStep.WRITE)
    for day, state in ((1, MailState.SENT), (7, MailState.FAILED), (21, MailState.SENT)):
        told(cast, item, DUE + datetime.timedelta(days=day), state)
    told(cast, item, DUE + datetime.timedelta(days=21), MailState.SENT)
    nudged(item, DUE + datetime.timedelta(days=24))
    propose()

    (task,) = [one for one in queries.tasks_of(only(), LATE) if one.update_id == stage.youth_update.pk]

    assert task.reminded_on == [DUE + datetime.timedelta(days=days) for days in (1, 21, 24)]


def test_proposing_costs_as_many_queries_for_many_tasks(cast: Cast, stage: Stage, department: Office) -> None:
    propose()

    def queries_of() -> int:
        with CaptureQueriesContext(connection) as captured:
            propose()
        return len(captured)

    few = queries_of()
    WorkItem.objects.bulk_create(
        WorkItem(
            update=stage.youth_update,
            step=WorkStep.CO_SIGN,
            office=stage.youth_update.lead_office,
            due_on=DUE,
            asked_on=DUE - datetime.timedelta(days=60),
        )
        for _one in range(30)
    )
    # One more statement: the row that changed.
    assert queries_of() == few + 1
    assert len(only().items) == 32
    assert queries_of() == few


# --- Helpers --------------------------------------------------------------------------------------------------------


def done(update: StatusUpdate) -> None:
    WorkItem.objects.filter(update=update).update(is_open=False)


def with_clock(now: datetime.datetime) -> None:
    with time_machine.travel(now, tick=False):
        tasks.plan_reminders()
        delivery.sweep(clock=lambda: now)


def told(cast: Cast, item: WorkItem, day: datetime.date, state: MailState) -> None:
    mail = sent(MailKind.REMINDER, day, state)
    Notice.objects.create(
        kind=NoticeKind.TASK,
        addressee=f"p:{cast.clerk.pk}",
        about=f"item:{item.pk}",
        topic=f"update:{item.update_id}",
        due_on=item.due_on,
        step=Notice.objects.count(),
        mail=mail,
        created_at=moment(day),
    )


def nudged(item: WorkItem, day: datetime.date) -> None:
    mail = sent(MailKind.NUDGE, day, MailState.SENT)
    MailTopic.objects.create(mail=mail, topic=f"desk:{item.update_id}:{item.step}:{item.office_id}")


def sent(kind: MailKind, day: datetime.date, state: MailState) -> Mail:
    number = Mail.objects.count()
    return Mail.objects.create(
        kind=kind,
        recipient="51@stadt.example",
        key=f"{number}",
        message_id=f"<{number}@stadt.example>",
        state=state,
        created_at=moment(day),
        next_try_at=moment(day),
        sent_at=moment(day) if state == MailState.SENT else None,
    )
