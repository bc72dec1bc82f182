"""Summaries of published entries: every version stays, and says which text it summarises."""

import datetime
from typing import NamedTuple

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


class Source(NamedTuple):
    """What a summary is written beside: the approved revision, and the one whose text visitors read there.

    They differ where an entry confirms an earlier one.
    """

    revision: int
    text: int


@transaction.atomic
def write(
    run_id: int, language: str, *, text: str, seen: int, source: Source, by: Person, now: datetime.datetime
) -> EntrySummary:
    """Keep ``text`` as the newest version; an empty text takes the summary off the pages.

    ``seen`` is the number of the version that the person has looked at (0: none), ``source`` the entry and the text
    beside it. The same text for the same source as before changes nothing and returns what is there. Raises
    ``ConflictError`` if somebody has written another version, or another text has been approved, meanwhile;
    ``DomainError`` if the entry is not public or the text is too long.
    """
    update, present, newest = _locked(run_id, language, now)
    text = text.strip()
    if len(text) > LONGEST:
        raise DomainError(_("A summary is shorter than that: at most 6,000 characters."))
    if newest and newest.text == text and _source_of(newest) == source == present:
        return newest
    _check(present, newest, seen, source)
    if not text and not newest:
        raise DomainError(_("Please write the summary."))
    return _keep(update, language, newest, text, source=source, by=by, now=now, facts={"removed": not text})


@transaction.atomic
def confirm(
    run_id: int, language: str, *, seen: int, source: Source, by: Person, now: datetime.datetime
) -> EntrySummary:
    """Say that the summary still holds for the text as it is now: a version with the same words and the new source.

    Raises as :func:`write` does, and ``DomainError`` if there is nothing to confirm.
    """
    update, present, newest = _locked(run_id, language, now)
    if newest is None or not newest.text:
        raise DomainError(_("There is no summary to confirm."))
    _check(present, newest, seen, source)
    if _source_of(newest) == source:
        return newest
    return _keep(update, language, newest, newest.text, source=source, by=by, now=now, facts={"confirmed": True})


def source_of(run_id: int, now: datetime.datetime) -> Source | None:
    """Return what visitors read of a run at ``now``, or ``None`` if they read nothing; one query."""
    columns = ("approved_id", published.text_read())
    found = published.public_runs(now).filter(pk=run_id).values_list(*columns).first()
    return Source(*found) if found else None


def _source_of(summary: EntrySummary) -> Source:
    return Source(summary.source_id, summary.text_source_id)


def _locked(run_id: int, language: str, now: datetime.datetime) -> tuple[StatusUpdate, Source, EntrySummary | None]:
    """Return the run, locked, what visitors read of it, and the newest version of its summary in ``language``."""
    if language not in {one.code for one in summary_languages()}:
        raise DomainError(_("Summaries are not written in this language."))
    StatusUpdate.objects.select_for_update().only("pk").get(pk=run_id)
    update, present = published.public_runs(now).filter(pk=run_id).first(), source_of(run_id, now)
    if update is None or present is None:
        raise DomainError(_("This entry is not public, so there is nothing to summarise."))
    newest = EntrySummary.objects.filter(update=run_id, language=language).order_by("-number").first()
    return update, present, newest


def _check(present: Source, newest: EntrySummary | None, seen: int, source: Source) -> None:
    if (newest.number if newest else 0) != seen:
        # Who writes this text is no secret among coordinators.
        values = {
            "name": newest.written_by.name if newest and newest.written_by else _("Somebody else"),
            "time": f"{timezone.localtime(newest.written_at):%H:%M}" if newest else "",
        }
        raise ConflictError(
            _("%(name)s has changed this summary at %(time)s. Look at both versions, nothing is lost.") % values
        )
    if present != source:
        raise ConflictError(
            _("The German text has been corrected meanwhile. Please look at it; your summary still stands here.")
        )


def _keep(
    update: StatusUpdate,
    language: str,
    newest: EntrySummary | None,
    text: str,
    *,
    source: Source,
    by: Person,
    now: datetime.datetime,
    facts: dict[str, bool],
) -> EntrySummary:
    made = EntrySummary.objects.create(
        update=update,
        language=language,
        number=newest.number + 1 if newest else 1,
        text=text,
        source_id=source.revision,
        text_source_id=source.text,
        written_by=by,
        written_at=now,
    )
    data = {"language": language, "number": made.number, "source": source.revision}
    if source.text != source.revision:
        data["text"] = source.text
    history.record(update, EventKind.SUMMARY_WRITTEN, by=by, now=now, data=data | {k: v for k, v in facts.items() if v})
    return made
