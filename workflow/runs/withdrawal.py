"""Doors for taking a published entry off the pages, and for putting it back: the coordinators'."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from offices.errors import ConflictError
from offices.models import Person
from workflow import access
from workflow.models import ReportingCycle, StatusUpdate
from workflow.runs.turns import held
from workflow.services import withdrawal as service
from workflow.services.withdrawal import Withdrawn


@contextmanager
def _held_with_its_cycles(update_id: int) -> Iterator[StatusUpdate]:
    """Take the locks on all cycles of the run's edition, then those on the run, for one transaction.

    Reports of any of these cycles may hold the entry, or one that confirms it. Others who write events into the
    cycles' runs meanwhile are not held up.
    """
    with transaction.atomic():
        edition = StatusUpdate.objects.values_list("cycle__edition", flat=True).get(pk=update_id)
        list(ReportingCycle.objects.select_for_update(no_key=True).filter(edition=edition).order_by("pk"))
        with held(update_id) as update:
            yield update


def withdraw_entry(update_id: int, *, revision_number: int, note: str, by: Person, now: datetime.datetime) -> Withdrawn:
    """Take the approved entry that the coordinator has read off the pages (``services.withdrawal``).

    Raises ``ConflictError`` if another version was approved meanwhile: it may be right.
    """
    access.require_coordinator(by)
    with _held_with_its_cycles(update_id) as update:
        if update.approved is None or update.approved.number != revision_number:
            raise ConflictError(
                _("A newer version of this entry was approved meanwhile. Please read it before you decide.")
            )
        return service.withdraw_entry(update, note=note, by=by, now=now)


def restore_entry(update_id: int, *, reason: str, by: Person, now: datetime.datetime) -> Withdrawn:
    """Put an entry back that was taken off the pages."""
    access.require_coordinator(by)
    with _held_with_its_cycles(update_id) as update:
        return service.restore_entry(update, reason=reason, by=by, now=now)
