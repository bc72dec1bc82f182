"""Why a mail was written, in words; pure, nothing here reads the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, npgettext
from django.utils.translation import gettext_lazy as _

from notifications.models import Mail, MailKind, NoticeKind

KINDS: Mapping[str, str | Promise] = {
    MailKind.OPENING: _("A cycle was opened."),
    MailKind.REMINDER: _("Something is due or waiting."),
    MailKind.INVITATION: _("Somebody was invited."),
    MailKind.SIGN_IN_CODE: _("Somebody wants to sign in."),
    MailKind.RETURNED: _("A text was given back."),
    MailKind.DEPUTY: _("Somebody stands in for somebody else."),
    MailKind.ACCOUNT: _("Something about the account has changed."),
    MailKind.NUDGE: _("Somebody sent a reminder by hand."),
    MailKind.SIGN_REQUEST: _("A signature is asked for."),
    MailKind.REASSIGNMENT: _("A task is to change hands."),
    MailKind.EXTENSION: _("More time was asked for or decided on."),
    MailKind.COURSE: _("A task ended or begins anew."),
    MailKind.ASSIGNED: _("A new task is on the desk."),
    MailKind.APPROVED: _("A text was approved."),
    MailKind.PUBLISHED: _("A text was published."),
    MailKind.MENTION: _("A comment names the person."),
    MailKind.WEEKLY: _("The week is over: figures for the coordinators."),
    MailKind.CIRCULAR: _("Somebody wrote to a selection of the board."),
    MailKind.LETTER: _("A letter to a department was released."),
    MailKind.VOICE: _("A visitor reported a barrier."),
}
"""What led to a mail of this kind."""

COPIES: Mapping[str, str | Promise] = {
    NoticeKind.HEAD: _("copy to the head of office"),
    NoticeKind.COORDINATION: _("copy to the coordinators"),
    NoticeKind.DUTY: _("beside the status updates"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What ``number`` notices of one mail say alike; ``days`` is how far their dates are on the mail's day."""

    kind: str
    step: int
    days: int
    is_repeat: bool
    number: int

    @property
    def words(self) -> str:
        return step_words(self.kind, self.step, days=self.days, is_repeat=self.is_repeat)


WAS_TO_SAY = "was_to_say"
"""Where a mail that did not arrive notes (``Mail.speaks_of``) what it was to say, once another mail says it."""


def was_to_say(mail: Mail) -> list[Reason]:
    """Return what ``mail``, which did not arrive, was to say, with its steps; empty for any other."""
    return [
        Reason(kind, step, step, is_repeat=False, number=number)
        for kind, step, number in mail.speaks_of.get(WAS_TO_SAY, ())
    ]


def step_words(kind: str, step: int, *, days: int | None = None, is_repeat: bool = False) -> str:
    """Return why somebody is told of a thing: how far its date is, and for whom that is a copy.

    ``days`` is how far it is on the day of the mail; where that is not the step's own day, both are said.
    """
    if kind == NoticeKind.NEWS:
        return gettext("news of the day")
    if kind == NoticeKind.LETTER:
        return gettext("a letter to a department is proposed")
    words = distance(step) if days is None else _on_the_day(step, days, is_repeat=is_repeat)
    if kind == NoticeKind.QUEUE:
        return gettext("review queue, oldest entry: %(when)s") % {"when": words}
    return f"{words}, {COPIES[kind]}" if kind in COPIES else words


def _on_the_day(step: int, days: int, *, is_repeat: bool) -> str:
    now = distance(days)
    if days == step or is_repeat:
        return now
    said = gettext("%(now)s (made up for: %(step)s)") if days > step else gettext("%(now)s (brought forward: %(step)s)")
    return said % {"now": now, "step": distance(step)}


def distance(days: int) -> str:
    """Return in words how far a day is from a date: ``-3`` is three days before it."""
    if days < 0:
        return ngettext("%(days)d day before the date", "%(days)d days before the date", -days) % {"days": -days}
    if days == 0:
        return gettext("on the day of the date")
    return npgettext("reason", "%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}


def reason_of(mail: Mail, told: Sequence[Reason]) -> list[str]:
    """Return why ``mail`` was written: who wanted it again, then what it bundles.

    ``told`` is what its notices say; a mail without any says what led to its kind. What did not arrive says what it was
    to say, whichever mail says it now.
    """
    lines = []
    told = was_to_say(mail) or told
    if mail.resend_of_id:
        lines.append(
            gettext("sent once more at the wish of %(name)s") % {"name": mail.wanted_by.name}
            if mail.wanted_by
            else gettext("sent once more")
        )
    if told:
        most_urgent_first = sorted(told, key=lambda one: (one.kind == NoticeKind.NEWS, -one.days, one.kind))
        lines += [f"{one.number} × {one.words}" if one.number > 1 else one.words for one in most_urgent_first]
    else:
        lines.append(str(KINDS[mail.kind]))
    return lines
