"""Selections of the board that have a name."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from offices.models import Person
from workflow.models import SavedView


@dataclass(frozen=True, slots=True)
class NamedView:
    """A view that the person may open; ``owner`` is empty for their own."""

    pk: int
    name: str
    address: str
    shared: bool
    owner: str


def usable(person: Person) -> QuerySet[SavedView]:
    """Return the views that ``person`` may open: their own, and those shared with all coordinators."""
    return SavedView.objects.filter(Q(owner=person) | Q(shared=True), removed_at__isnull=True)


def own(person: Person) -> QuerySet[SavedView]:
    """Return the views that ``person`` may remove."""
    return SavedView.objects.filter(owner=person, removed_at__isnull=True)


def named(person: Person) -> list[NamedView]:
    """Return the views that ``person`` may open, by name; one query."""
    rows = usable(person).order_by("name", "pk").values_list("pk", "name", "query", "shared", "owner_id", "owner__name")
    return [
        NamedView(pk, name, f"?{query}", shared, "" if owner == person.pk else owner_name)
        for pk, name, query, shared, owner, owner_name in rows
    ]
