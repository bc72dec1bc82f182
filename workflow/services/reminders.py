"""The daily plan: who is told of which deadlines today. One mail for each person, whose words are written later."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import make_msgid

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from notifications.models import Mail, MailKind, MailState, Notice, NoticeKind
from notifications.services.outbox import mail_host
from offices.access import desk_of
from offices.queries import people
from offices.working_days import WorkingDays, working_days
from workflow.models import WorkStep
from workflow.queries import audience
from workflow.queries import reminders as queries
from workflow.queries import told as told_queries
from workflow.queries.audience import Audience, Told, addressee_of
from workflow.queries.bundled import lines_that_hold
from workflow.queries.reminders import DueSteps, Waiting
from workflow.queries.told import about_queue, key_of
from workflow.services import duty_notices, notice_rows, unsaid
from workflow.services.notice_rows import RecipientRow, StepRow


def plan_reminders(*, today: datetime.date, now: datetime.datetime) -> int:
    """Write down what everybody is told today, and a mail for each of them; return how many mails are new.

    On working days alone. Each open task whose newest step has come is told once to each who is asked for it; copies of
    what is long overdue go to heads and coordinators; the Arbeitsgruppe hears of its queue, one notice for each cycle;
    coordinators hear of tasks beside the flow; news that waits goes along. Whoever has a mail of today already is left
    for the next working day, and whose address is paused until the pause ends. What a mail was to say that never went
    out, or came back, is said anew. Notices and mails are one transaction, one planner works at a time, and the number
    of statements does not grow with the tasks (two for each member of the Arbeitsgruppe).

    The mails have no words yet; ``services.daily_mail`` writes them when they are sent. A mail that still waits when
    the day ends is given up, because the next day's says more.
    """
    working = working_days()
    if working.is_free(today):
        return 0
    with transaction.atomic():
        notice_rows.lock()
        return _Plan(today, now, working).write()


@dataclass(frozen=True, slots=True)
class _Queue:
    """A reviewer's queue whose step has come."""

    told: Told
    waiting: Waiting
    days: int
    repeat: int


class _Plan:
    """One run of the planner, inside its transaction."""

    def __init__(self, today: datetime.date, now: datetime.datetime, working: WorkingDays) -> None:
        self.today, self.now, self.working = today, now, working
        self.deadlines = queries.deadlines()
        self.due = DueSteps.of({one.cycle_id for one in self.deadlines}, today, working)
        self.written = told_queries.written(today)
        self.paused = told_queries.paused()

    def write(self) -> int:
        steps = self._steps()
        everybody, rows = self._recipients({(one.kind, one.step) for one in steps})
        queues = self._queues()
        duty_notices.write(today=self.today, now=self.now, working=self.working)
        news = self._with_news()
        new = notice_rows.collect(steps, rows, now=self.now)
        told = {one: everybody[one] for one in new} | {one.told.addressee: one.told for one in queues} | news
        unsaid.keep(now=self.now)
        mails = self._write_mails(told)
        notice_rows.write(mails, now=self.now)
        self._write_queues(queues, mails)
        self._take_along(news)
        return len(mails)

    def _steps(self) -> list[StepRow]:
        """Return the newest step of each deadline, for each kind of notice whose first step has come."""
        return [
            StepRow(
                one.cycle_id,
                one.due_on.isoformat(),
                one.step,
                kind,
                come.step.offset,
                come.step.repeat,
                come.day.isoformat(),
                self.due.policies[one.cycle_id].head_after is not None,
            )
            for one in self.deadlines
            for kind in queries.kinds_at(one.step)
            if (come := self.due.newest(kind, one.cycle_id, one.due_on))
        ]

    def _recipients(self, wanted: set[tuple[str, str]]) -> tuple[dict[str, Told], list[RecipientRow]]:
        """Return who is told of the work at each place, apart from those who have a mail of today."""
        if not wanted:
            return {}, []
        places = queries.places()
        heard = audience.read({one.office_id for one in places if one.office_id is not None}, self.today)
        everybody: dict[str, Told] = {}
        rows = []
        for place in places:
            for kind in audience.KINDS:
                if (kind, place.step) not in wanted:
                    continue
                stands_in = kind == NoticeKind.COORDINATION and heard.has_coordinators_as_head(place.office_id)
                for one in self._new(heard, kind, place.office_id, place.step):
                    everybody[one.addressee] = one
                    person = one.person.pk if one.person else None
                    for_whom = one.for_whom.pk if one.for_whom else None
                    rows.append(
                        RecipientRow(kind, place.office_id, place.step, one.addressee, person, for_whom, stands_in)
                    )
        return everybody, rows

    def _new(self, heard: Audience, kind: str, office_id: int | None, step: str) -> Iterable[Told]:
        return (one for one in heard.of(kind, office_id, step) if self._may_get_mail(one))

    def _may_get_mail(self, one: Told) -> bool:
        """Whether somebody has no mail of today, and an address to which mails are sent."""
        return one.addressee not in self.written and one.address.lower() not in self.paused

    def _queues(self) -> list[_Queue]:
        """Return what waits for members of the Arbeitsgruppe and has come to a step they were not told of yet."""
        reviews = [one for one in self.deadlines if one.step == WorkStep.REVIEW]
        if not any(self.due.newest(NoticeKind.QUEUE, one.cycle_id, one.due_on) for one in reviews):
            return []
        found = [
            _Queue(one, waiting, come.step.offset, come.step.repeat)
            for one in audience.reviewers(self.today)
            if one.person and self._may_get_mail(one)
            for waiting in queries.waiting_reviews(desk_of(one.person, self.today))
            if (come := self.due.newest(NoticeKind.QUEUE, waiting.cycle_id, waiting.due_on))
            and come.tells(waiting.asked_on)
        ]
        known = told_queries.queues(self.now)
        return [one for one in found if known.get(_place(one), one.days - 1) < one.days]

    def _with_news(self) -> dict[str, Told]:
        """Return the people for whom news waits that they may still read; drop the other."""
        waiting = list(Notice.objects.filter(told_queries.waiting_news(self.now)).order_by("pk"))
        holding = lines_that_hold(waiting, day=self.today)
        over = [one.pk for one in waiting if one.pk not in holding]
        Notice.objects.filter(pk__in=over).update(dropped_at=self.now)
        holders = {one.person_id for one in waiting if one.pk in holding and one.person_id is not None}
        persons = people.with_a_role(holders, self.today)
        told = (Told(addressee_of(one), one) for one in persons)
        return {one.addressee: one for one in told if self._may_get_mail(one)}

    def _write_mails(self, told: Mapping[str, Told]) -> dict[str, int]:
        """Write a mail without words for each of them; return the mails' ids by addressee."""
        midnight = timezone.make_aware(
            datetime.datetime.combine(self.today + datetime.timedelta(days=1), datetime.time.min)
        )
        mails = {
            one.addressee: Mail(
                kind=MailKind.REMINDER,
                recipient=one.address,
                person=one.person,
                # One mailbox may serve several offices; each gets its own mail.
                key=key_of(self.today) if one.person else f"{key_of(self.today)}:{one.addressee.removeprefix('o:')}",
                message_id=make_msgid(domain=mail_host()),
                state=MailState.DUE,
                created_at=self.now,
                next_try_at=self.now,
                obsolete_at=midnight,
            )
            for one in sorted(told.values(), key=lambda one: one.addressee)
        }
        # An address that has moved to somebody else today keeps the mail of whom it belonged to.
        Mail.objects.bulk_create(mails.values(), batch_size=1000, ignore_conflicts=True)
        written = Mail.objects.filter(kind=MailKind.REMINDER, key__startswith=key_of(self.today))
        ids = dict(written.values_list("message_id", "pk"))
        return {one: ids[mail.message_id] for one, mail in mails.items() if mail.message_id in ids}

    def _write_queues(self, queues: Iterable[_Queue], mails: Mapping[str, int]) -> None:
        Notice.objects.bulk_create(
            (
                Notice(
                    kind=NoticeKind.QUEUE,
                    addressee=one.told.addressee,
                    person=one.told.person,
                    for_whom=one.told.for_whom,
                    about=about_queue(one.waiting.cycle_id),
                    due_on=one.waiting.due_on,
                    step=one.days,
                    repeat=one.repeat,
                    mail_id=mails[one.told.addressee],
                    created_at=self.now,
                )
                for one in queues
                if one.told.addressee in mails
            ),
            update_conflicts=True,
            unique_fields=["addressee", "about", "kind", "due_on", "step", "repeat"],
            update_fields=["mail", "for_whom", "created_at", "dropped_at"],
        )

    def _take_along(self, news: Mapping[str, Told]) -> None:
        if news:
            mail = Mail.objects.filter(kind=MailKind.REMINDER, key=key_of(self.today), person=OuterRef("person"))
            waiting = Notice.objects.filter(told_queries.waiting_news(self.now), addressee__in=news)
            waiting.update(mail_id=Subquery(mail.values("pk")[:1]))


def _place(queue: _Queue) -> tuple[str, str, datetime.date]:
    return queue.told.addressee, about_queue(queue.waiting.cycle_id), queue.waiting.due_on
