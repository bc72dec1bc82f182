"""The German words for the values that data use."""

from django.utils.translation import gettext as _

from concept.models import CrosswalkReason
from offices.models import OfficeKind
from publication.opendata.schemas import Named
from workflow.models.scales import EntryKind
from workflow.thread import STATUS_ORDER, status_word

CHANGES = (
    "approved", "corrected", "withdrawn", "restored", "report", "report_withdrawn", "edition", "edition_withdrawn",
)  # fmt: skip


def status(value: str) -> str:
    return status_word(value, public=True) if value else ""


def kind(value: str) -> str:
    return str(EntryKind(value).label)


def office_kind(value: str) -> str:
    return str(OfficeKind(value).label)


def yes_or_no(value: bool) -> str:  # noqa: FBT001 - the value itself
    return _("yes") if value else _("no")


def change(value: str) -> str:
    return {
        "approved": _("approved"),
        "corrected": _("corrected"),
        "withdrawn": _("taken off the pages"),
        "restored": _("shown again"),
        "report": _("report published"),
        "report_withdrawn": _("report withdrawn"),
        "edition": _("edition published"),
        "edition_withdrawn": _("edition withdrawn"),
    }[value]


def all_of_them() -> dict[str, list[Named]]:
    """Return every list of values with its words."""
    return {
        "status": [Named(value=value, word=status(value)) for value in STATUS_ORDER],
        "entry_kind": [Named(value=str(one.value), word=str(one.label)) for one in EntryKind],
        "office_kind": [Named(value=str(one.value), word=str(one.label)) for one in OfficeKind],
        "crosswalk_reason": [Named(value=str(one.value), word=str(one.label)) for one in CrosswalkReason],
        "change_kind": [Named(value=value, word=change(value)) for value in CHANGES],
    }
