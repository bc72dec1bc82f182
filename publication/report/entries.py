"""What the report says of one entry, or of its absence."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from publication.report.wording import SECTIONS
from workflow.published import PublishedEntry, PublishedMeasure, PublishedWithdrawal
from workflow.thread import status_word


def entry_document(
    entry: PublishedEntry | None, *, absence: str, office: str, withdrawn: PublishedWithdrawal | None = None
) -> dict[str, Any]:
    """Return ``kind``, ``note``, ``sections``, ``measures`` and ``approved`` of a recommendation in the report.

    ``kind`` is an ``EntryKind`` or, without an entry, ``absence``: ``missing`` (closed cycle), ``open``, ``not_asked``
    or ``left_out`` (the request was cancelled, or the entry ``withdrawn``).
    """
    if entry is None and withdrawn is not None:
        return {"kind": absence, "note": _withdrawn(withdrawn), "sections": [], "measures": [], "approved": ""}
    if entry is None:
        return {"kind": absence, "note": _absence(absence, office), "sections": [], "measures": [], "approved": ""}
    return {
        "kind": entry.kind,
        "note": _note(entry),
        "sections": _sections(entry),
        "measures": [measure_document(one) for one in entry.measures],
        "approved": _approved(entry),
    }


def _approved(entry: PublishedEntry) -> str:
    if entry.corrections:
        said = _("Corrected on %(day)s: %(note)s")
        return " ".join(
            said % {"day": date_format(one.on, "d.m.Y"), "note": " ".join(paragraphs(one.note))}
            for one in entry.corrections
        )
    return _("Approved on %(day)s") % {"day": date_format(entry.approved_on, "d.m.Y")}


def paragraphs(text: str) -> list[str]:
    """Return the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _absence(kind: str, office: str) -> list[str]:
    if kind == "missing":
        return [_("For this period, %(office)s reported nothing.") % {"office": office}]
    if kind == "open":
        return [_("The period is still running. Nothing is approved yet.")]
    if kind == "left_out":
        return [_("Nobody was asked about this recommendation in this period.")]
    return [_("No lead office was named, so nobody was asked in this period.")]


def _withdrawn(one: PublishedWithdrawal) -> list[str]:
    day = {"day": date_format(one.on, "d.m.Y")}
    return [_("The entry for this period has not been public since %(day)s.") % day, *paragraphs(one.note)]


def _note(entry: PublishedEntry) -> list[str]:
    if entry.kind == "nil_return":
        return [_("Nil return: there is nothing to report for this period."), *paragraphs(entry.nil_reason)]
    if entry.kind == "unchanged" and entry.confirms_period:
        confirmed = _("Confirmed unchanged: the text of %(period)s still holds.")
        return [confirmed % {"period": entry.confirms_period}]
    return []


def _sections(entry: PublishedEntry) -> list[dict[str, Any]]:
    sections = []
    if entry.status_reason.strip():
        reason = pgettext("report", "Why %(status)s") % {"status": status_word(entry.status)}
        sections.append({"name": "reason", "label": reason, "text": paragraphs(entry.status_reason)})
    for name, label in SECTIONS.items():
        text = paragraphs(getattr(entry, name))
        if text:
            sections.append({"name": name, "label": _label(entry, name, str(label)), "text": text})
    return sections


def _label(entry: PublishedEntry, name: str, label: str) -> str:
    if name == "next_step" and entry.next_step_on:
        return _("%(label)s until %(day)s") % {"label": label, "day": date_format(entry.next_step_on, "d.m.Y")}
    return label


def measure_document(one: PublishedMeasure) -> dict[str, Any]:
    """Return a measure as every output shows it."""
    details = [
        _("Funding: %(text)s") % {"text": one.funding} if one.funding else "",
        _("Partners: %(text)s") % {"text": one.partners} if one.partners else "",
    ]
    return {
        "title": one.title,
        "details": ". ".join(detail for detail in details if detail),
        "link": one.link,
        "link_text": one.link.split("://", 1)[-1].removesuffix("/"),
        "status": one.status,
        "word": status_word(one.status) if one.status else "",
        "who": one.responsible,
        "until": one.period,
    }
