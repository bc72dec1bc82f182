"""Publishing an edition of the concept: until then it is in the making, and visitors do not know of it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from concept.models import ConceptEdition, ConceptEvent, ConceptEventKind
from offices.errors import DomainError
from offices.models import Person


@transaction.atomic
def publish_edition(
    edition_id: int, *, adopted_on: datetime.date | None, by: Person | None, now: datetime.datetime
) -> ConceptEdition:
    """Show an edition to visitors, from the day of its adoption on; a second call changes nothing.

    ``by`` is empty on the command line. Raises ``DomainError`` without a day, and for an edition without any
    recommendation.
    """
    edition = ConceptEdition.objects.select_for_update().get(pk=edition_id)
    if edition.published_at is not None:
        return edition
    if adopted_on is None:
        raise DomainError(_("Please give the day on which the edition was adopted: it stands on the pages."))
    if not edition.recommendations.exists():
        raise DomainError(_("This edition is still empty. Please import its recommendations first."))
    edition.adopted_on, edition.published_at = adopted_on, now
    edition.save(update_fields=["adopted_on", "published_at"])
    ConceptEvent.objects.create(
        edition=edition,
        kind=ConceptEventKind.PUBLISHED,
        actor=by,
        at=now,
        data={"adopted_on": adopted_on.isoformat()},
    )
    return edition
