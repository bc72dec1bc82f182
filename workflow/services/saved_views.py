"""Naming selections of the board.

A view is a bookmark of the person who saved it and says nothing about a run, so it stands in no history.
"""

import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from offices.errors import DomainError
from offices.models import Person
from workflow.models import SavedView


def save_view(name: str, query: str, *, shared: bool, by: Person, now: datetime.datetime) -> SavedView:
    """Keep the selection ``query`` under ``name``, for all coordinators if ``shared``.

    Raises ``DomainError`` if the person has a view of this name.
    """
    try:
        with transaction.atomic():
            return SavedView.objects.create(owner=by, name=name, query=query, shared=shared, saved_at=now)
    except IntegrityError as error:
        raise DomainError(_("You have a view of this name already. Please choose another name.")) from error


def remove_view(view: SavedView, *, now: datetime.datetime) -> None:
    """Take the view from the menus; a second call changes nothing."""
    SavedView.objects.filter(pk=view.pk, removed_at__isnull=True).update(removed_at=now)
