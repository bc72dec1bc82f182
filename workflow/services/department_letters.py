"""Letters to departments about what their offices owe for long: proposed each working day, released by a coordinator.

The letter's row is locked before the rows of the runs that it names.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import Mail, MailKind, Notice, NoticeKind
from notifications.services import composing, outbox
from notifications.services.composing import Composed
from notifications.services.outbox import Letter
from offices.errors import ConflictError, DomainError
from offices.models import Person
from offices.queries import people
from offices.working_days import working_days
from workflow import access
from workflow.models import (
    OPEN_STATES,
    DepartmentLetter,
    EventKind,
    LetterState,
    StatusUpdate,
    WorkItem,
)
from workflow.queries import department_letters as queries
from workflow.queries.audience import PROVIDERS, addressee_of
from workflow.queries.department_letters import LateTask
from workflow.queries.reminder_policies import policies_of
from workflow.services import history
from workflow.services.moves import required

TEMPLATE = "letter"
SLICE = 500

Place = tuple[int, int | None, int | None]
"""Cycle, department, and the office where there is no department."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a coordinator writes before and after the list of the tasks."""

    opening: str
    closing: str


def first_words(letter: DepartmentLetter, by: Person) -> Words:
    """Return the words that are suggested to ``by``."""
    opening = _(
        "Dear Sir or Madam,\n\nfor the period %(period)s of “%(edition)s”, we are still waiting for answers from your "
        "department. These tasks have been overdue for long:"
    )
    closing = _(
        "May we ask for your support, so that the offices can soon hand in what is missing? If a deadline does not "
        "fit or a task is in the wrong place, we gladly look for a solution together.\n\nYours sincerely\n%(name)s"
    )
    said = {"period": letter.cycle.period_label, "edition": letter.cycle.edition.name}
    return Words(opening % said, closing % {"name": by.name})


def preview(letter: DepartmentLetter, tasks: Collection[LateTask], words: Words, *, by: Person) -> Composed:
    """Return the letter as ``by`` would send it."""
    return composing.render(TEMPLATE, _context(letter, tasks, words, by))


# --- Proposing ------------------------------------------------------------------------------------------------------


def propose(*, today: datetime.date, now: datetime.datetime) -> int:
    """Propose a letter wherever something is overdue as long as the cycle's policy says; return how many are new.

    On working days alone. What waits for a decision is kept current: tasks that are done or have more time drop out,
    others come in, and where nothing is left the proposal settles itself. What was sent or declined is not proposed
    again for the same date. Coordinators are told of each proposal once. Providers and associations have no
    department: the coordinators stand in for it. A second run changes nothing; a constant number of queries.
    """
    if working_days().is_free(today):
        return 0
    with transaction.atomic():
        # Locked first: whoever decides meanwhile is seen below, or waits until the proposal is current.
        waiting = {
            _place(one): one for one in DepartmentLetter.objects.select_for_update().filter(state=LetterState.PROPOSED)
        }
        wanted = overdue_for_long(today)
        for place, letter in waiting.items():
            _keep_current(letter, wanted.get(place), now)
        new = [
            DepartmentLetter(
                cycle_id=cycle,
                department_id=department,
                office_id=office,
                proposed_at=now,
                **_named(wanted[cycle, department, office]),
            )
            for cycle, department, office in sorted(wanted.keys() - waiting.keys(), key=str)
        ]
        DepartmentLetter.objects.bulk_create(new, ignore_conflicts=True)
        _tell_coordinators(today, now)
    return len(new)


def overdue_for_long(today: datetime.date) -> dict[Place, dict[int, datetime.date]]:
    """Return what is overdue long enough on a day and not decided yet: by place, the tasks with their dates."""
    late = late_tasks(today)
    rows = late.order_by("due_on", "pk").values_list("pk", "update__cycle", "office", "due_on")
    decided = decided_on()
    departments = queries.departments(today)
    found: dict[Place, dict[int, datetime.date]] = defaultdict(dict)
    for pk, cycle, office, due_on in rows:
        if (pk, due_on.isoformat()) not in decided and office is not None:
            department = departments.get(office)
            found[cycle, department, None if department else office][pk] = due_on
    return dict(found)


def late_tasks(today: datetime.date) -> QuerySet[WorkItem]:
    """Return the tasks that are overdue on a day as long as the policy of their cycle says; a query for the policies.

    What has been decided on is among them.
    """
    overdue = WorkItem.objects.filter(
        is_open=True, office__isnull=False, due_on__lt=today, update__state__in=OPEN_STATES
    ).exclude(office__kind__in=PROVIDERS)
    cycles = list(overdue.order_by().values_list("update__cycle", flat=True).distinct())
    late = Q(pk__in=[])
    for cycle, policy in policies_of(cycles).items():
        if policy.department_after is not None:
            # On a working day the step has come exactly when so many days have gone.
            since = today - datetime.timedelta(days=policy.department_after)
            late |= Q(update__cycle=cycle, due_on__lte=since)
    return overdue.filter(late)


def decided_on() -> set[tuple[int, str]]:
    """Return the tasks, with the dates that they missed then, of letters that were sent or declined; one query."""
    letters = DepartmentLetter.objects.filter(state__in=[LetterState.RELEASED, LetterState.DECLINED]).values_list(
        "due_dates", flat=True
    )
    return {(int(pk), due_on) for due_dates in letters for pk, due_on in due_dates.items()}


def _place(letter: DepartmentLetter) -> Place:
    return letter.cycle_id, letter.department_id, letter.office_id


def _named(tasks: Mapping[int, datetime.date]) -> dict[str, object]:
    return {"items": list(tasks), "due_dates": {str(pk): due_on.isoformat() for pk, due_on in tasks.items()}}


def _keep_current(letter: DepartmentLetter, tasks: Mapping[int, datetime.date] | None, now: datetime.datetime) -> None:
    if tasks is None:
        letter.state, letter.decided_at = LetterState.SETTLED, now
        letter.save(update_fields=["state", "decided_at"])
        _drop_notices(letter, now)
        return
    named = _named(tasks)
    if (letter.items, letter.due_dates) != (named["items"], named["due_dates"]):
        letter.items, letter.due_dates = named["items"], named["due_dates"]
        letter.save(update_fields=["items", "due_dates"])


def _tell_coordinators(today: datetime.date, now: datetime.datetime) -> None:
    waiting = queries.proposed()
    told = [
        Notice(
            kind=NoticeKind.LETTER,
            addressee=addressee_of(person),
            person=person,
            about=queries.topic_of(letter),
            topic=queries.topic_of(letter),
            # Once for each proposal and coordinator, however often the plan runs.
            due_on=timezone.localdate(letter.proposed_at),
            line=_line(letter)[: outbox.LINE_LENGTH],
            link=reverse("workflow:letter-detail", args=[letter.pk]),
            created_at=now,
        )
        for letter in waiting
        for person in people.coordinators(today)
    ]
    Notice.objects.bulk_create(told, ignore_conflicts=True, batch_size=SLICE)


def _line(letter: DepartmentLetter) -> str:
    said = {"name": letter.department or letter.office, "period": letter.cycle.period_label}
    if letter.department is None:
        return _("%(name)s has been overdue for long, and no department is on record to write to (%(period)s)") % said
    return _("A letter to %(name)s about what is long overdue waits for your release (%(period)s)") % said


def _drop_notices(letter: DepartmentLetter, now: datetime.datetime) -> None:
    """Let nobody be told any more who has not been told yet."""
    Notice.objects.filter(
        kind=NoticeKind.LETTER,
        topic=queries.topic_of(letter),
        about=queries.topic_of(letter),
        mail__isnull=True,
        dropped_at__isnull=True,
    ).update(dropped_at=now)


# --- Deciding -------------------------------------------------------------------------------------------------------


@transaction.atomic
def release(
    letter_id: int,
    *,
    shown: Collection[int],
    words: Words,
    by: Person,
    now: datetime.datetime,
    today: datetime.date,
) -> DepartmentLetter:
    """Send the letter about those of the ``shown`` tasks that are still open, and write it into their histories.

    Of two who release at once one does; the other gets a ``ConflictError``. Raises ``DomainError`` where there is
    nobody to write to. What has become overdue since the letter was shown stands in the next proposal.
    """
    access.require_coordinator(by)
    letter = _claim(letter_id, LetterState.RELEASED, by=by, now=now)
    required(words.opening, _("Please write what it is about."))
    updates = _locked(letter)
    tasks = [one for one in queries.tasks_of(letter, today) if one.pk in shown]
    if not tasks:
        raise ConflictError(_("Meanwhile nothing of this is overdue any more: there is nothing left to write about."))
    to = queries.recipients_of(letter, today)
    if letter.department is None or not to:
        raise DomainError(_("There is nobody to write to. Please record a mailbox or a head of the department first."))
    mails = [
        outbox.queue_one(
            Letter(
                kind=MailKind.LETTER,
                recipient=one.address.strip().lower(),
                key=queries.topic_of(letter),
                template=TEMPLATE,
                context=_context(letter, tasks, words, by) | {"for_whom": one.names["for_whom"]},
                person=one.person,
                topics=(queries.topic_of(letter), *sorted({f"update:{task.update_id}" for task in tasks})),
                reply_to=by.email,
                for_whom=one.for_whom,
            ),
            now=now,
        )
        for one in to
    ]
    _keep(letter, tasks, mails[0])
    named = {task.update_id for task in tasks}
    data = {"office": letter.department.pk, "letter": letter.pk}
    history.record_many(
        [one for one in updates if one.pk in named],
        EventKind.LETTER_SENT,
        by=by,
        now=now,
        data=dict.fromkeys(named, data),
    )
    return letter


@transaction.atomic
def decline(letter_id: int, *, reason: str, by: Person, now: datetime.datetime) -> DepartmentLetter:
    """Send no letter, for a reason; the same tasks are not proposed again unless they get a new date.

    Raises ``ConflictError`` if somebody else has decided.
    """
    access.require_coordinator(by)
    said = required(reason, _("Please say why no letter is sent."))
    letter = _claim(letter_id, LetterState.DECLINED, by=by, now=now)
    letter.reason = said
    letter.save(update_fields=["reason"])
    return letter


def _claim(letter_id: int, state: LetterState, *, by: Person, now: datetime.datetime) -> DepartmentLetter:
    """Decide on a proposed letter; of many who do so at once one gets it."""
    changed = DepartmentLetter.objects.filter(pk=letter_id, state=LetterState.PROPOSED).update(
        state=state, decided_by=by, decided_at=now
    )
    if not changed:
        raise ConflictError(_("This letter has been decided on already. Please load the page again."))
    letter = queries.letters().get(pk=letter_id)
    _drop_notices(letter, now)
    return letter


def _locked(letter: DepartmentLetter) -> list[StatusUpdate]:
    """Lock the runs of the letter's tasks, in the order in which everybody does, so that nobody hands in meanwhile."""
    runs = WorkItem.objects.filter(pk__in=letter.items).values("update")
    return list(StatusUpdate.objects.select_for_update().filter(pk__in=runs).order_by("pk"))


def _keep(letter: DepartmentLetter, tasks: Collection[LateTask], mail: Mail) -> None:
    letter.items = [task.pk for task in tasks]
    letter.due_dates = {str(task.pk): task.due_on.isoformat() for task in tasks}
    letter.text, letter.mail = mail.text, mail
    letter.save(update_fields=["items", "due_dates", "text", "mail"])


def _context(letter: DepartmentLetter, tasks: Collection[LateTask], words: Words, by: Person) -> dict[str, object]:
    return {
        # Where answers go, too.
        "contact_email": by.email,
        "opening": words.opening.strip(),
        "closing": words.closing.strip(),
        "offices": queries.by_office(list(tasks)),
        "period": letter.cycle.period_label,
        "for_whom": "",
    }
