"""Mornings: what is planned on a day, and the words that would go out."""

import datetime

from notifications.models import Mail, MailKind
from offices.models import Person
from workflow.services.daily_mail import DailyMail
from workflow.services.reminders import plan_reminders

DUE = datetime.date(2027, 1, 15)


def half_past_six(day: datetime.date) -> datetime.datetime:
    """That day, half past six in Kassel (in winter)."""
    return datetime.datetime(day.year, day.month, day.day, 5, 30, tzinfo=datetime.UTC)


def plan(today: datetime.date = DUE) -> list[str]:
    """Plan the reminders of a day, write their words, and return the addresses written to."""
    now = half_past_six(today)
    before = set(Mail.objects.values_list("pk", flat=True))
    plan_reminders(today=today, now=now)
    new = list(Mail.objects.exclude(pk__in=before))
    compose(new, now)
    return sorted(mail.recipient for mail in new)


def compose(mails: list[Mail], now: datetime.datetime) -> list[Mail]:
    """Write the words of these mails as delivery does; return those that have something to say."""
    words = DailyMail().compose(mails, now=now)
    for mail in mails:
        if one := words.get(mail.pk):
            mail.subject, mail.text, mail.html, mail.composed_at = one.subject, one.text, one.html, now
            mail.save(update_fields=["subject", "text", "html", "composed_at"])
    return [mail for mail in mails if mail.pk in words]


def mail_to(person: Person) -> Mail:
    """The one reminder that a person has got."""
    return Mail.objects.get(recipient=person.email, kind=MailKind.REMINDER)


def mail_to_on(person: Person, day: datetime.date) -> Mail:
    """The reminder of a day."""
    return Mail.objects.get(recipient=person.email, key=f"reminder:{day.isoformat()}")
