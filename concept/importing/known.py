"""An edition as it stands: what an import is compared with."""

from dataclasses import dataclass

from concept.importing.offices import OfficeRef


@dataclass(frozen=True, slots=True)
class KnownField:
    pk: int
    number: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class KnownGoal:
    pk: int
    field_number: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class KnownRecommendation:
    """A recommendation as it stands, with the offices responsible today."""

    pk: int
    key: str
    number: str
    field_number: str
    goal_number: str
    title: str
    text: str
    rationale: str
    ended: bool
    lead: OfficeRef | None
    contributing: tuple[OfficeRef, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An edition as it stands, in its order; ``edition_pk`` is empty for one that does not exist yet."""

    edition_name: str
    edition_pk: int | None = None
    offices: tuple[OfficeRef, ...] = ()
    fields: tuple[KnownField, ...] = ()
    goals: tuple[KnownGoal, ...] = ()
    recommendations: tuple[KnownRecommendation, ...] = ()
