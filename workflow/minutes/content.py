"""What the minutes of a sitting say: a plain document of texts, from which the file is set."""

import datetime
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from offices.models import Person
from typesetting import build
from workflow.models import Decision, Review, Sitting

TEMPLATE = Path(__file__).parent / "template" / "minutes.typ"


def pdf(document: dict[str, Any]) -> bytes:
    """Return the minutes as a tagged PDF; the same document gives the same bytes."""
    return build.pdf(TEMPLATE, document, day=datetime.date.fromisoformat(document["held_on_iso"]))


def document(
    sitting: Sitting, present: Sequence[Person], reviews: Sequence[Review], *, chaired_for: Person | None
) -> dict[str, Any]:
    """Return the minutes of a sitting that is closed; ``reviews`` come from ``queries.sittings.decisions``."""
    day = date_format(sitting.held_on, "d.m.Y")
    return {
        "language": settings.LANGUAGE_CODE,
        "service": settings.SERVICE_NAME,
        "publisher": _("City of %(city)s") % {"city": settings.CITY_NAME},
        "title": _("Minutes of the Arbeitsgruppe's sitting on %(day)s") % {"day": day},
        "subtitle": _("Status updates %(period)s on “%(edition)s”")
        % {"period": sitting.cycle.period_label, "edition": sitting.cycle.edition.name},
        "held_on_iso": sitting.held_on.isoformat(),
        "facts": [
            {"term": _("Chair"), "text": _named(sitting.chaired_by, chaired_for)},
            {"term": pgettext("sitting", "Present"), "text": ", ".join(one.name for one in present) or "–"},
            {"term": _("Opened"), "text": _moment(sitting.opened_at)},
            {"term": _("Closed"), "text": _moment(sitting.closed_at)},
        ],
        "decisions_heading": _("Decisions"),
        "summary": _summary(reviews),
        "columns": [_("Time"), _("Status update"), _("Decision"), _("Comments")],
        "decisions": [_decision(one) for one in reviews],
        "closing": _("These minutes were made when the sitting was closed. They are not changed any more."),
    }


def _named(person: Person | None, behalf: Person | None) -> str:
    name = person.name if person else "–"
    if behalf is None:
        return name
    return _("%(name)s, on behalf of %(absent)s") % {"name": name, "absent": behalf.name}


def _moment(at: datetime.datetime | None) -> str:
    return date_format(timezone.localtime(at), "d.m.Y, H:i") if at else "–"


def _summary(reviews: Sequence[Review]) -> str:
    if not reviews:
        return _("Nothing was decided.")
    counts = Counter(one.decision for one in reviews)
    said = ngettext(
        "%(number)d status update was decided: %(approved)d approved, %(returned)d returned.",
        "%(number)d status updates were decided: %(approved)d approved, %(returned)d returned.",
        len(reviews),
    )
    return said % {
        "number": len(reviews),
        "approved": counts[Decision.APPROVED],
        "returned": counts[Decision.RETURNED],
    }


def _decision(review: Review) -> dict[str, str]:
    update = review.revision.update
    by = _named(review.decided_by, review.on_behalf_of) if review.on_behalf_of else ""
    return {
        "time": date_format(timezone.localtime(review.decided_at), "H:i"),
        "title": f"{update.recommendation.number} {update.recommendation.title}",
        "office": _("%(office)s, version %(number)s")
        % {"office": review.revision.office_label, "number": review.revision.number},
        "decision": str(review.get_decision_display()),
        "by": by,
        "comments": str(getattr(review, "comments", 0)),
    }
