"""Moving a run from one state to another; every service that does so does it here."""

import datetime

from django.utils.translation import gettext as _

from offices.errors import DomainError
from workflow.models import StatusUpdate, UpdateState

MAX_REASON = 2_000


def move(update: StatusUpdate, state: UpdateState, now: datetime.datetime, *fields: str, note: str = "") -> None:
    """Put the run into ``state`` and save ``fields`` with it; ``note`` is the reason that people read beside it."""
    update.state = state
    update.state_since = now
    update.state_note = note
    update.save(update_fields=["state", "state_since", "state_note", *fields])


def required(text: str, sentence: str) -> str:
    """Return ``text`` without the space around it; raises ``DomainError`` with ``sentence`` if nothing is left."""
    said = text.strip()
    if not said:
        raise DomainError(sentence)
    if len(said) > MAX_REASON:
        raise DomainError(_("A text is too long: at most 2,000 characters."))
    return said
