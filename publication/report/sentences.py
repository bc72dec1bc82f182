"""The sentences in which the report says its figures."""

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from workflow.published import ReportCycle
from workflow.thread import ThreadStep, thread_label

Bands = Sequence[dict[str, Any]]


def lead(counts: Counter[str], bands: Bands, *, closed: bool, without_entry: int) -> str:
    """Say in a few short sentences how many recommendations are reached, worked on and not reported."""
    said = [_reached(counts, bands)]
    if working := counts["in_progress"]:
        said.append(
            ngettext("%(number)s is being worked on.", "%(number)s are being worked on.", working) % {"number": working}
        )
    if without_entry:
        said.append((_lacking(without_entry) if closed else _waiting(without_entry)) % {"number": without_entry})
    return " ".join(said)


def _lacking(number: int) -> str:
    return ngettext(
        "For %(number)s recommendation, a return is missing.",
        "For %(number)s recommendations, a return is missing.",
        number,
    )


def _waiting(number: int) -> str:
    return ngettext(
        "For %(number)s recommendation, nothing is approved yet; it counts as it stood before.",
        "For %(number)s recommendations, nothing is approved yet; they count as they stood before.",
        number,
    )


def _reached(counts: Counter[str], bands: Bands) -> str:
    total = counts.total()
    reached = counts["implemented"] + counts["made_permanent"]
    values = {"reached": reached, "total": total}
    if len(bands) < 2:  # noqa: PLR2004 - nothing to compare with
        said = ngettext(
            "%(reached)s of %(total)s recommendation is reached.",
            "%(reached)s of %(total)s recommendations are reached.",
            total,
        )
        return said % values
    more = bands[-1]["reached"] - bands[-2]["reached"]
    values |= {"period": bands[-2]["label"], "more": abs(more)}
    if more > 0:
        said = ngettext(
            "%(reached)s of %(total)s recommendation is reached, %(more)s more than in %(period)s.",
            "%(reached)s of %(total)s recommendations are reached, %(more)s more than in %(period)s.",
            total,
        )
    elif more < 0:
        said = ngettext(
            "%(reached)s of %(total)s recommendation is reached, %(more)s fewer than in %(period)s.",
            "%(reached)s of %(total)s recommendations are reached, %(more)s fewer than in %(period)s.",
            total,
        )
    else:
        said = ngettext(
            "%(reached)s of %(total)s recommendation is reached, as many as in %(period)s.",
            "%(reached)s of %(total)s recommendations are reached, as many as in %(period)s.",
            total,
        )
    return said % values


def in_fields(total: int, fields: int) -> str:
    """Label the number of recommendations of the whole."""
    noun = npgettext("report", "recommendation", "recommendations", total)
    return ngettext("%(what)s in %(number)s field", "%(what)s in %(number)s fields", fields) % {
        "what": noun,
        "number": fields,
    }


def in_goals(total: int, goals: int) -> str:
    """Label the number of recommendations of a field."""
    noun = npgettext("report", "recommendation", "recommendations", total)
    return ngettext("%(what)s for %(number)s goal", "%(what)s for %(number)s goals", goals) % {
        "what": noun,
        "number": goals,
    }


def figures(counts: Counter[str], total_label: str, *, closed: bool, without_entry: int) -> list[dict[str, Any]]:
    """Return the four large figures of an opening page, each with its label."""
    rows = [
        (counts.total(), total_label),
        (counts["implemented"] + counts["made_permanent"], pgettext("figure", "implemented or made permanent")),
        (counts["in_progress"], pgettext("status", "in progress")),
        (without_entry, pgettext("figure", "without a return") if closed else pgettext("figure", "still open")),
    ]
    return [{"number": number, "label": label} for number, label in rows]


def bands_alt(name: str, bands: Bands, total: int) -> str:
    """Put the drawing of the periods into words."""
    points = ", ".join(
        _("%(period)s: %(reached)s reached, %(in_progress)s in progress")
        % {"period": one["label"], "reached": one["reached"], "in_progress": one["in_progress"]}
        for one in bands
    )
    return _("%(name)s, of %(total)s recommendations. %(points)s") % {"name": name, "total": total, "points": points}


def thread(steps: Sequence[ThreadStep]) -> str:
    """Put a thread into words."""
    return thread_label(steps, public=True)


def who(lead_office: str, contributing: Sequence[str]) -> str:
    """Say who leads and who contributes; empty if nobody is named."""
    parts = []
    if lead_office:
        parts.append(_("Lead: %(office)s.") % {"office": lead_office})
    if contributing:
        parts.append(_("Contributing: %(offices)s.") % {"offices": ", ".join(contributing)})
    return " ".join(parts)


def missing_intro(number: int, cycle: ReportCycle, day: str) -> str:
    """Introduce the list of what is missing, or say that nothing is."""
    values = {"number": number, "period": cycle.label, "day": day}
    if not number:
        return _("There is an approved entry for every recommendation.")
    if cycle.closed:
        said = ngettext(
            "For %(number)s recommendation, there is no return for %(period)s. A nil return is a statement and does "
            "not count here.",
            "For %(number)s recommendations, there is no return for %(period)s. A nil return is a statement and does "
            "not count here.",
            number,
        )
        return said % values
    said = ngettext(
        "The period is still running. For %(number)s recommendation, nothing was approved by %(day)s.",
        "The period is still running. For %(number)s recommendations, nothing was approved by %(day)s.",
        number,
    )
    return said % values


def imprint(cycle: ReportCycle, as_of: datetime.date) -> list[dict[str, str]]:
    """Return the lines of the imprint, each with its label."""
    day = date_format(as_of, "d.m.Y")
    return [
        {"label": _("Published by"), "text": _("City of %(city)s") % {"city": settings.CITY_NAME}},
        {"label": _("Contact"), "text": settings.CONTACT_EMAIL},
        {"label": _("On the web"), "text": settings.SITE_URL},
        {"label": _("Concept"), "text": cycle.edition_name},
        {"label": _("Reporting period"), "text": cycle.label},
        {"label": _("As of"), "text": day},
        {
            "label": _("Source"),
            "text": _(
                "Entries of the lead offices, approved by the Arbeitsgruppe. Offices stand with their name of the time."
            ),
        },
        {
            "label": _("Licence"),
            "text": f"{settings.LICENCE_NAME}, {settings.LICENCE_URL}",
        },
        {
            "label": _("Accessibility"),
            "text": _(
                "This document is tagged (PDF/UA): headings, tables and drawings can be read aloud. "
                "Please tell us where it falls short."
            ),
        },
    ]
