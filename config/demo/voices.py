"""What readers of the demonstration find beside the reports, and what they say: through the services, in the past."""

import datetime
from typing import Any

from django.utils import timezone

from concept.models import ConceptEdition, Recommendation
from config.demo.stories import Cast
from publication.services import summaries, voices
from workflow.models import ReportingCycle, StatusUpdate


def summarise(
    cycle: ReportingCycle, name: str, rows: list[dict[str, Any]], cast: Cast, *, now: datetime.datetime
) -> None:
    """Write the summaries of the cycle called ``name``, each on its day, as far as their entries are approved."""
    for row in rows:
        update = StatusUpdate.objects.filter(cycle=cycle, recommendation__number=row["number"]).first()
        if row["cycle"] != name or update is None:
            continue
        on = _morning(row["on"]) if "on" in row else _ago(row["days"], now)
        source = summaries.source_of(update.pk, on)
        if source is None:
            continue
        summaries.write(
            update.pk,
            row["language"],
            text=row["text"],
            seen=0,
            source=source,
            by=cast.coordinator,
            now=on,
        )


def speak(edition: ConceptEdition, said: dict[str, Any], cast: Cast, *, now: datetime.datetime) -> None:
    """Let visitors say something of the edition's recommendations, and report a barrier; some of it is answered."""
    numbers = {one.number: one for one in Recommendation.objects.filter(edition=edition)}
    for row in said["feedback"]:
        one = numbers[row["number"]]
        given = voices.give_feedback(one.pk, label=str(one), text=row["text"], now=_ago(row["days"], now))
        if "answered" in row:
            voices.publish_feedback(
                given.pk,
                answer=row["answer"],
                seen=given.stand,
                by=cast.coordinator,
                now=_ago(row["answered"], now),
            )
    for row in said["barriers"]:
        voices.report_barrier(text=row["text"], page=row["page"], contact=row["contact"], now=_ago(row["days"], now))


def _ago(days: int, now: datetime.datetime) -> datetime.datetime:
    return _morning(timezone.localdate(now) - datetime.timedelta(days=days))


def _morning(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9, 40)))
