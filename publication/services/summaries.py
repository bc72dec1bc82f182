"""Summaries of published entries: every version stays, and says which text it summarises."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offices.errors import ConflictError, DomainError
from offices.models import Person
from publication.models import EntrySummary
from publication.summary_languages import summary_languages
from workflow import published
from workflow.models import EventKind, StatusUpdate
from workflow.services import history

LONGEST = 6_000


@transaction.atomic
def write(
    run_id: int, language: str, *, text: str, seen: int, source: int, by: Person, now: datetime.datetime
) -> EntrySummary:
    """Keep ``text`` as the newest version; an empty text takes the summary off the pages.

    ``seen`` is the number of the version that the person has looked at (0: none), ``source`` the approved revision
    beside it. The same text for the same source as before changes nothing and returns what is there. Raises
    ``ConflictError`` if somebody has written another version, or another text has been approved, meanwhile;
    ``DomainError`` if the entry is not public or the text is too long.
    """
    update, newest = _locked(run_id, language, now)
    text = text.strip()
    if len(text) > LONGEST:
        raise DomainError(_("A summary is shorter than that: at most 6,000 characters."))
    if newest and (newest.text, newest.source_id) == (text, source) == (newest.text, update.approved_id):
        return newest
    _check(update, newest, seen, source)
    if not text and not newest:
        raise DomainError(_("Please write the summary."))
    return _keep(update, language, newest, text, source=source, by=by, now=now, facts={"removed": not text})


@transaction.atomic
def confirm(run_id: int, language: str, *, seen: int, source: int, by: Person, now: datetime.datetime) -> EntrySummary:
    """Say that the summary still holds for the text as it is now: a version with the same words and the new source.

    Raises as :func:`write` does, and ``DomainError`` if there is nothing to confirm.
    """
    update, newest = _locked(run_id, language, now)
    if newest is None or not newest.text:
        raise DomainError(_("There is no summary to confirm."))
    _check(update, newest, seen, source)
    if newest.source_id == source:
        return newest
    return _keep(update, language, newest, newest.text, source=source, by=by, now=now, facts={"confirmed": True})


def _locked(run_id: int, language: str, now: datetime.datetime) -> tuple[StatusUpdate, EntrySummary | None]:
    """Return the run, locked, and its newest version in ``language``."""
    if language not in {one.code for one in summary_languages()}:
        raise DomainError(_("Summaries are not written in this language."))
    StatusUpdate.objects.select_for_update().only("pk").get(pk=run_id)
    update = published.public_runs(now).filter(pk=run_id).first()
    if update is None:
        raise DomainError(_("This entry is not public, so there is nothing to summarise."))
    newest = EntrySummary.objects.filter(update=run_id, language=language).order_by("-number").first()
    return update, newest


def _check(update: StatusUpdate, newest: EntrySummary | None, seen: int, source: int) -> None:
    if (newest.number if newest else 0) != seen:
        # Who writes this text is no secret among coordinators.
        values = {
            "name": newest.written_by.name if newest and newest.written_by else _("Somebody else"),
            "time": f"{timezone.localtime(newest.written_at):%H:%M}" if newest else "",
        }
        raise ConflictError(
            _("%(name)s has changed this summary at %(time)s. Look at both versions, nothing is lost.") % values
        )
    if update.approved_id != source:
        raise ConflictError(
            _("The German text has been corrected meanwhile. Please look at it; your summary still stands here.")
        )


def _keep(
    update: StatusUpdate,
    language: str,
    newest: EntrySummary | None,
    text: str,
    *,
    source: int,
    by: Person,
    now: datetime.datetime,
    facts: dict[str, bool],
) -> EntrySummary:
    made = EntrySummary.objects.create(
        update=update,
        language=language,
        number=newest.number + 1 if newest else 1,
        text=text,
        source_id=source,
        written_by=by,
        written_at=now,
    )
    data = {"language": language, "number": made.number, "source": source}
    history.record(update, EventKind.SUMMARY_WRITTEN, by=by, now=now, data=data | {k: v for k, v in facts.items() if v})
    return made
