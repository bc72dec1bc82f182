"""What goes off the pages together with an entry."""

import datetime
from dataclasses import dataclass

from workflow import published
from workflow.models import StatusUpdate


def confirming(update: StatusUpdate, now: datetime.datetime) -> list[StatusUpdate]:
    """Return the public runs whose entries confirm the text of ``update``, oldest first; one query."""
    runs = published.public_runs(now).filter(approved__confirms__update=update)
    return list(runs.select_related("cycle", "recommendation", "lead_office").order_by("cycle__period_until", "pk"))


@dataclass(frozen=True, slots=True)
class PublicState:
    """Where the run's entry stands for visitors."""

    is_public: bool
    is_withdrawn: bool


def public_state(update: StatusUpdate, now: datetime.datetime) -> PublicState:
    """Return whether visitors read the run's entry; one query at most."""
    withdrawn = update.withdrawn_at is not None
    public = update.approved_id is not None and not withdrawn
    return PublicState(public and published.public_runs(now).filter(pk=update.pk).exists(), withdrawn)
