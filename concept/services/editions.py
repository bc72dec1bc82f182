"""Publishing an edition of the concept, and taking that back.

Until it is published it is in the making, and visitors do not know of it. Once it is taken back they read in its place
why. Ids and addresses stay for the day on which it is published again.
"""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from concept.models import ConceptEdition, ConceptEvent, ConceptEventKind
from concept.queries.editions import continued_in
from offices.errors import ConflictError, DomainError
from offices.models import Person


@transaction.atomic
def publish_edition(
    edition_id: int, *, adopted_on: datetime.date | None, by: Person | None, now: datetime.datetime
) -> ConceptEdition:
    """Show an edition to visitors, from the day of its adoption on; a second call changes nothing.

    One that was taken back comes back under its old addresses, dated by ``now``: whoever keeps a copy gets it anew.
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


@transaction.atomic
def take_back_edition(edition_id: int, *, note: str, by: Person, now: datetime.datetime) -> ConceptEdition:
    """Hide a published edition again; whoever could read it until now reads ``note`` in its place.

    If its day has not come yet, nobody has read it, and no note is left. What others have made of it is taken away by
    ``publication.services.edition_withdrawals``, which pages call. Raises ``ConflictError`` if it is not published (any
    more), and ``DomainError`` without a note or where a later public edition continues it.
    """
    # All of them: whoever publishes the edition that continues this one meanwhile is done before, or waits.
    locked = {one.pk: one for one in ConceptEdition.objects.select_for_update(no_key=True).order_by("pk")}
    edition = locked[edition_id]
    if edition.published_at is None:
        raise ConflictError(_("This edition is not published any more. Please load the page again."))
    if hindrances := take_back_hindrances(edition):
        raise DomainError(" ".join(hindrances))
    said = note.strip()
    if not said:
        raise DomainError(_("Please say why the edition is taken back: whoever looks for it reads this."))
    known = edition.is_public_on(timezone.localdate(now))
    data = {"reason": said, "published_at": edition.published_at.isoformat(), "was_public": known}
    edition.published_at = None
    if known:
        edition.withdrawn_at, edition.withdrawal_note = now, said
    edition.save(update_fields=["published_at", "withdrawn_at", "withdrawal_note"])
    ConceptEvent.objects.create(edition=edition, kind=ConceptEventKind.WITHDRAWN, actor=by, at=now, data=data)
    return edition


def take_back_hindrances(edition: ConceptEdition) -> list[str]:
    """Return, as sentences, why a published edition cannot be taken back; none if it can. One query."""
    return [
        _(
            "“%(later)s” is published and continues recommendations of this edition: its readers would lose the history"
            " before. Please take back “%(later)s” first, or withdraw the links of the crosswalk between the two."
        )
        % {"later": later}
        for later in continued_in(edition.pk)
    ]
