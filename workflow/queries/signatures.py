"""Who has signed which version: the offices that co-signed, and the head who signed off."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from workflow.models import CoSignature, CoSignatureState, SignOff, SignOffDecision

GIVEN = (CoSignatureState.SIGNED, CoSignatureState.SILENT, CoSignatureState.WAIVED)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature in words: the office or the head, what it was, on which day, and for whom a deputy signed."""

    who: str
    words: str = ""
    on: datetime.date | datetime.datetime | None = None
    on_behalf_of: str = ""


def signatures(revision_ids: Iterable[int]) -> dict[int, list[Signature]]:
    """Return revision id → its signatures, the final one first; two queries however many there are."""
    ids = list(revision_ids)
    found: dict[int, list[Signature]] = defaultdict(list)
    signed_off = SignOff.objects.filter(revision__in=ids).exclude(decision=SignOffDecision.RETURNED)
    for one in signed_off.select_related("decided_by", "on_behalf_of"):
        waived = one.decision == SignOffDecision.WAIVED
        found[one.revision_id].append(
            Signature(
                _("Went on without the final signature") if waived else one.decided_by.name,
                "" if waived else _("final signature"),
                one.decided_at,
                one.on_behalf_of.name if one.on_behalf_of else "",
            )
        )
    co_signed = CoSignature.objects.filter(revision__in=ids, state__in=GIVEN).order_by("office_label")
    for each in co_signed.select_related("on_behalf_of"):
        behalf = each.on_behalf_of.name if each.on_behalf_of else ""
        words = str(CoSignatureState(each.state).label)
        found[each.revision_id].append(Signature(each.office_label, words, each.answered_at, behalf))
    return found
