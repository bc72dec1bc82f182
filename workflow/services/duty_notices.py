"""What coordinators are told of the tasks beside the flow, for their daily mail to take along."""

import datetime

from notifications.models import Notice, NoticeKind
from notifications.services.outbox import LINE_LENGTH
from offices.queries import people
from offices.working_days import WorkingDays
from workflow.queries import duty_steps
from workflow.queries.audience import addressee_of

SLICE = 500


def write(*, today: datetime.date, now: datetime.datetime, working: WorkingDays) -> None:
    """Write a notice for each coordinator and each task whose step has come; what is written stays as it is.

    It waits for the person's next daily mail, which speaks of the newest step alone. Three statements, however many
    tasks there are.
    """
    steps = duty_steps.due(duty_steps.rows(), today, working)
    if not steps:
        return
    coordinators = people.coordinators(today)
    told = [
        Notice(
            kind=NoticeKind.DUTY,
            addressee=addressee_of(person),
            person=person,
            about=one.source,
            topic=one.source,
            due_on=one.due_on,
            step=one.come.step.offset,
            repeat=one.come.step.repeat,
            line=one.title[:LINE_LENGTH],
            link=one.link,
            created_at=now,
        )
        for one in steps
        for person in coordinators
    ]
    Notice.objects.bulk_create(told, ignore_conflicts=True, batch_size=SLICE)
