"""What a task asks of people, in words: the role in which they are asked, what to do, and the label of its button.

Pure functions on values; nothing here reads the database.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext, pgettext

from workflow.models import UpdateState, WorkStep

NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a task: which step of which run, and what is there already.

    ``contributor`` is the contributing office that it is about, if it is about one; ``comments`` those on the version
    that came back; drafts are those of the text that is asked for; ``last_status`` is the last one reported.
    """

    step: str
    period: str
    lead_office: str
    state: str
    state_note: str = ""
    correction_note: str = ""
    contributor: str = ""
    silence_is_consent: bool = False
    comments: int = 0
    own_draft_at: datetime.datetime | None = None
    colleague: str = ""
    colleague_at: datetime.datetime | None = None
    last_status: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """``role`` is why somebody is asked, ``text`` what they are asked for, ``button`` what the way there is called."""

    role: str
    text: str
    button: str


def ask_of(asked: Asked) -> Ask:
    """Return what ``asked`` asks for."""
    return _ASKS[WorkStep(asked.step)](asked)


def _write(asked: Asked) -> Ask:
    text = gettext("Please say what has been done in %(period)s.") % {"period": asked.period}
    one_click = gettext("Nothing new? Then one click is enough.")
    if drafts := _drafts(asked):
        text = f"{text} {drafts}"
    elif asked.last_status:
        text = f"{text} {one_click}"
    return Ask(gettext("lead office"), text, _go_on(asked) or gettext("Report status"))


def _rework(asked: Asked) -> Ask:
    role, text = _why_again(asked)
    return Ask(role, f"{text} {_drafts(asked)}".strip(), gettext("Add to the text"))


def _why_again(asked: Asked) -> tuple[str, str]:
    note = Truncator(asked.state_note).chars(NOTE_LENGTH)
    if asked.correction_note:
        return gettext("correction"), gettext("Please correct the published text: “%(note)s”") % {
            "note": Truncator(asked.correction_note).chars(NOTE_LENGTH)
        }
    if asked.state == UpdateState.RETURNED and note:
        return gettext("came back"), gettext("Please change the text: “%(note)s”") % {"note": note}
    if asked.state == UpdateState.RETURNED and asked.comments:
        questions = ngettext(
            "The Arbeitsgruppe has %(number)s question about your text. Please add to it.",
            "The Arbeitsgruppe has %(number)s questions about your text. Please add to it.",
            asked.comments,
        )
        return gettext("back from review"), questions % {"number": asked.comments}
    return gettext("lead office"), gettext("Please go through the text and hand it in again.")


def _contribute(asked: Asked) -> Ask:
    text = gettext("Please supply your contribution. The lead office brings it together with the others.")
    role = gettext("contribution, lead office: %(office)s") % {"office": asked.lead_office}
    return Ask(role, f"{text} {_drafts(asked)}".strip(), _go_on(asked) or gettext("Write the contribution"))


def _co_sign(asked: Asked) -> Ask:
    role = gettext("co-signature, lead office: %(office)s") % {"office": asked.lead_office}
    text = gettext("The status update is written. Please co-sign it, or say what should change.")
    silence = gettext("Without an answer it counts as co-signed.")
    if asked.silence_is_consent:
        text = f"{text} {silence}"
    return Ask(role, text, pgettext("button", "Co-sign"))


def _sign(_asked: Asked) -> Ask:
    text = gettext("Your office has written the status update. Please sign it, or give it back.")
    return Ask(pgettext("role", "signature"), text, pgettext("button", "Sign"))


def _review(_asked: Asked) -> Ask:
    return Ask(gettext("Arbeitsgruppe"), gettext("Please read the status update and decide."), gettext("Review"))


def _take_over(asked: Asked) -> Ask:
    text = gettext("%(office)s asks you to take this task over. Please say yes or no.")
    return Ask(pgettext("role", "handing over"), text % {"office": _holder(asked)}, pgettext("button", "Answer"))


def _decide_extension(asked: Asked) -> Ask:
    text = gettext("%(office)s asks for more time. Please decide.") % {"office": _holder(asked)}
    return Ask(pgettext("role", "extension"), text, gettext("Decide"))


def _holder(asked: Asked) -> str:
    """Return whose task it is now: a contributing office, or the lead."""
    return asked.contributor or asked.lead_office


def _drafts(asked: Asked) -> str:
    if asked.own_draft_at:
        return gettext("Your draft of %(date)s is ready.") % {"date": _day(asked.own_draft_at)}
    if asked.colleague and asked.colleague_at:
        return gettext("Begun by %(name)s on %(date)s.") % {"name": asked.colleague, "date": _day(asked.colleague_at)}
    return ""


def _go_on(asked: Asked) -> str:
    return gettext("Go on writing") if asked.own_draft_at else ""


def _day(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "d.m.Y")


_ASKS: dict[WorkStep, Callable[[Asked], Ask]] = {
    WorkStep.WRITE: _write,
    WorkStep.REWORK: _rework,
    WorkStep.CONTRIBUTE: _contribute,
    WorkStep.CO_SIGN: _co_sign,
    WorkStep.SIGN: _sign,
    WorkStep.REVIEW: _review,
    WorkStep.TAKE_OVER: _take_over,
    WorkStep.DECIDE_EXTENSION: _decide_extension,
}
