"""The world in which the access table is played: who there is, what there is, and what a row of the table says."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse

from concept.models import ConceptEdition, CrosswalkLink, ImportUpload, Recommendation
from notifications.models import Mail, NewsKind, PausedAddress
from notifications.services.preferences import unsubscribe_url
from offices.models import Absence, Closure, Invitation, Membership, Person
from publication.models import BarrierReport, Feedback, ReportEdition, ReportText
from workflow.models import (
    BulkAction,
    DeadlineExtension,
    DepartmentLetter,
    Participation,
    Reassignment,
    ReportingCycle,
    ReviewComment,
    SavedView,
    Sitting,
    StatusUpdate,
)


@dataclass
class World:
    """One of everything. All runs are led by 51 with 40 contributing.

    One is asked (``contribution`` is what 40 is asked for), one in review, one approved, one approved and taken off
    the pages, one cancelled; in a cycle of their own one waits for 40 to co-sign, one for the head of 51 to sign.
    """

    people: dict[str, Person]
    edition: ConceptEdition
    older_edition: ConceptEdition
    making: ConceptEdition
    recommendation: Recommendation
    cycle: ReportingCycle
    planned: ReportingCycle
    requested: StatusUpdate
    contribution: Participation
    in_review: StatusUpdate
    approved: StatusUpdate
    withdrawn: StatusUpdate
    cancelled: StatusUpdate
    co_signing: StatusUpdate
    signing: StatusUpdate
    released: ReportEdition
    unreleased: ReportEdition
    shared: ReportEdition
    foreword: ReportText
    introduction: ReportText
    invitation: Invitation
    token: str
    failed_mail: Mail
    paused: PausedAddress
    link: CrosswalkLink
    upload: ImportUpload
    crosswalk_upload: ImportUpload
    absence: Absence
    membership: Membership
    view: SavedView
    bulk_action: BulkAction
    voting: StatusUpdate
    comment: ReviewComment
    sitting: Sitting
    closed_sitting: Sitting
    extension: DeadlineExtension
    offer: Reassignment
    closure: Closure
    calendar_token: str
    letter: DepartmentLetter
    feedback: Feedback
    barrier: BarrierReport
    receipt: str


ROLES = (
    "visitor",
    "stranger",  # signed in, without any role
    "reader",
    "clerk",  # of 51, the lead office
    "head",  # of 51
    "contributor",  # clerk of 40, which contributes
    "outsider",  # clerk of an office that has nothing to do with it
    "deputy",  # of the clerk of 51 today; otherwise clerk of an office that has nothing to do with it
    "reviewer",
    "chair",  # of the Arbeitsgruppe
    "own_reviewer",  # member of the Arbeitsgruppe who comes from 51
    "coordinator",
    "administrator",
)

EVERYBODY = frozenset(ROLES)
NOBODY: frozenset[str] = frozenset()
SIGNED_IN = EVERYBODY - {"visitor"}
STAFF = SIGNED_IN - {"stranger"}
LEAD = frozenset({"clerk", "head", "deputy"})
REVIEWERS = frozenset({"reviewer", "own_reviewer", "chair"})
DECIDERS = frozenset({"reviewer", "chair"})
CHAIR = frozenset({"chair"})
READERS_OF_DRAFTS = REVIEWERS | {"coordinator"}
COORDINATOR = frozenset({"coordinator"})
OUTSIDER = frozenset({"outsider"})
"""Its office is asked whether it takes over what was requested."""
HEAD = frozenset({"head"})
CONTRIBUTOR = frozenset({"contributor"})
SIGNERS = HEAD | CONTRIBUTOR
PEOPLE = frozenset({"coordinator", "administrator"})


@dataclass(frozen=True)
class Page:
    """One page: its name, its address in the world, and who may do what there."""

    name: str
    args: Callable[[World], tuple[object, ...]]
    get: frozenset[str] | None
    post: frozenset[str] | None = None
    also: frozenset[int] = field(default=frozenset())
    """Answers that also count as open, such as 400 to an empty form."""
    refused: frozenset[int] = field(default=frozenset())
    """Answers besides 404 with which the page refuses those who may see it but not act."""

    data: tuple[tuple[str, str], ...] | Callable[[World], tuple[tuple[str, str], ...]] = ()
    """What is posted: a form that would be accepted, where that is needed to get as far as the rule."""

    def sent(self, world: World) -> dict[str, str]:
        return dict(self.data(world) if callable(self.data) else self.data)

    def address(self, world: World) -> str:
        return reverse(self.name, args=self.args(world))


def none(_world: World) -> tuple[object, ...]:
    return ()


def cycle(world: World) -> tuple[object, ...]:
    return (world.cycle.pk,)


def planned(world: World) -> tuple[object, ...]:
    return (world.planned.pk,)


def requested(world: World) -> tuple[object, ...]:
    return (world.requested.pk,)


def in_review(world: World) -> tuple[object, ...]:
    return (world.in_review.pk,)


def co_signing(world: World) -> tuple[object, ...]:
    return (world.co_signing.pk,)


def signed(world: World) -> tuple[tuple[str, str], ...]:
    contributing = world.co_signing.participations.get()
    return ("version", "1"), ("office", str(contributing.office_id)), ("reason", "So nicht.")


def signing(world: World) -> tuple[object, ...]:
    return (world.signing.pk,)


def contribution(world: World) -> tuple[object, ...]:
    return (world.contribution.pk,)


def lead(world: World) -> tuple[object, ...]:
    return (world.requested.lead_office_id,)


def approved(world: World) -> tuple[object, ...]:
    return (world.approved.pk,)


def cancelled(world: World) -> tuple[object, ...]:
    return (world.cancelled.pk,)


def edition(world: World) -> tuple[object, ...]:
    return (world.edition.pk,)


def editions(world: World) -> tuple[object, ...]:
    return (world.older_edition.pk, world.edition.pk)


def recommendation(world: World) -> tuple[object, ...]:
    return (world.edition.slug, world.recommendation.key)


def upload(world: World) -> tuple[object, ...]:
    return (world.upload.pk,)


def crosswalk_upload(world: World) -> tuple[object, ...]:
    return (world.crosswalk_upload.pk,)


def switch_off(world: World) -> tuple[object, ...]:
    return (unsubscribe_url(world.people["clerk"], NewsKind.APPROVED).rstrip("/").rpartition("/")[2],)


NOT_OURS = ("admin:", "mfa_", "socialaccount_", "openid_connect_")
"""Pages of the framework: the back office has rules of its own below, the rest belongs to the person signed in."""

ENTRY = LEAD | REVIEWERS | COORDINATOR | {"contributor"}
REFUSED = frozenset({403})
BAD_FORM = frozenset({400, 422})
CONFLICT = frozenset({400, 409, 422})
