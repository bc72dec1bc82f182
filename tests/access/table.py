"""The access table: role × page × method. A page that is missing here fails a test.

``get`` and ``post`` name the roles that may; ``None`` says that the page has no such method. To everybody else a page
looks as if it did not exist (404), or, where they may see but not act, answers 403; visitors are sent to the sign-in
page or find nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse

from concept.models import ConceptEdition, CrosswalkLink, ImportUpload, Recommendation
from notifications.models import Mail, NewsKind, PausedAddress
from notifications.services.preferences import unsubscribe_url
from offices.models import Absence, Closure, Invitation, Membership, Person
from publication.models import ReportEdition
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

    One is asked (``contribution`` is what 40 is asked for), one in review, one approved, one cancelled; in a cycle
    of their own one waits for 40 to co-sign, one for the head of 51 to sign.
    """

    people: dict[str, Person]
    edition: ConceptEdition
    older_edition: ConceptEdition
    recommendation: Recommendation
    cycle: ReportingCycle
    planned: ReportingCycle
    requested: StatusUpdate
    contribution: Participation
    in_review: StatusUpdate
    approved: StatusUpdate
    cancelled: StatusUpdate
    co_signing: StatusUpdate
    signing: StatusUpdate
    released: ReportEdition
    unreleased: ReportEdition
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

TABLE = [
    # Health
    Page("alive", none, EVERYBODY),
    Page("ready", none, EVERYBODY),
    # Public pages
    Page("publication:home", none, EVERYBODY),
    Page("publication:edition", lambda w: (w.edition.slug,), EVERYBODY),
    Page("publication:field", lambda w: (w.edition.slug, "1"), EVERYBODY),
    Page("publication:recommendation", lambda w: (w.edition.slug, w.recommendation.key), EVERYBODY),
    Page("reports:file", lambda w: (w.released.pk,), EVERYBODY),
    # Sign-in and one's own account
    Page("account_login", none, EVERYBODY, EVERYBODY),
    Page("account_request_login_code", none, EVERYBODY, EVERYBODY),
    Page("account_confirm_login_code", none, EVERYBODY, EVERYBODY),
    Page("account_logout", none, EVERYBODY, EVERYBODY),
    Page("account_inactive", none, EVERYBODY),
    Page("offices:account", none, SIGNED_IN),
    Page("notifications:invitation-accept", lambda w: (w.token,), EVERYBODY, EVERYBODY),
    # The calendar: the feed opens to whoever knows its address (tests/workflow/test_calendar_feed.py)
    Page("workflow:calendar", none, STAFF, STAFF),
    Page("workflow:calendar-renew", none, STAFF),
    Page("workflow:calendar-revoke", none, STAFF, STAFF),
    Page("workflow:calendar-cycle", cycle, STAFF),
    Page("workflow:calendar-feed", lambda w: (w.calendar_token,), EVERYBODY),
    # Inbox and status updates
    Page("workflow:inbox", none, STAFF),
    Page("workflow:update-list", none, STAFF),
    Page("workflow:update-detail", in_review, ENTRY),
    Page("workflow:update-history", in_review, ENTRY),
    Page("workflow:update-edit", requested, LEAD, None, refused=REFUSED),
    Page("workflow:update-draft", requested, None, LEAD, CONFLICT, REFUSED),
    Page("workflow:update-merge", requested, None, LEAD, CONFLICT, REFUSED),
    Page("workflow:update-preview", requested, LEAD, None, refused=REFUSED),
    Page("workflow:update-submit", requested, LEAD, LEAD, CONFLICT, REFUSED),
    Page("workflow:update-unchanged", requested, LEAD, LEAD, CONFLICT, REFUSED),
    Page("workflow:update-nil-return", requested, LEAD, LEAD, CONFLICT, REFUSED),
    # Signatures
    Page("workflow:update-sign", co_signing, SIGNERS),
    Page("workflow:update-co-sign", co_signing, SIGNERS, CONTRIBUTOR, CONFLICT, REFUSED, signed),
    Page("workflow:update-object", co_signing, SIGNERS, CONTRIBUTOR, CONFLICT, REFUSED, signed),
    Page("workflow:update-sign-off", signing, SIGNERS, HEAD, CONFLICT, REFUSED, signed),
    Page("workflow:update-return-unsigned", signing, SIGNERS, HEAD, CONFLICT, REFUSED, signed),
    Page("workflow:update-without-co-signature", co_signing, LEAD | COORDINATOR, LEAD | COORDINATOR),
    Page("workflow:update-without-signature", signing, COORDINATOR, COORDINATOR),
    Page("workflow:update-withdraw", in_review, None, LEAD, refused=REFUSED),
    # Contributions
    Page("workflow:contribution-edit", contribution, CONTRIBUTOR),
    Page("workflow:contribution-draft", contribution, None, CONTRIBUTOR, CONFLICT),
    Page("workflow:contribution-merge", contribution, None, CONTRIBUTOR, CONFLICT),
    Page("workflow:contribution-submit", contribution, CONTRIBUTOR, CONTRIBUTOR, CONFLICT),
    Page("workflow:contribution-nil-return", contribution, CONTRIBUTOR, CONTRIBUTOR, CONFLICT),
    Page("workflow:contribution-remind", contribution, LEAD | COORDINATOR, LEAD | COORDINATOR),
    Page("workflow:contribution-skip", contribution, LEAD | COORDINATOR, LEAD | COORDINATOR),
    # Changes of course
    Page("workflow:succession", none, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:request-list", none, COORDINATOR),
    Page("workflow:extension-request", requested, LEAD | COORDINATOR, LEAD | COORDINATOR, BAD_FORM),
    Page("workflow:extension-decide", lambda w: (w.extension.pk,), COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:extension-withdraw", lambda w: (w.extension.pk,), None, LEAD),
    Page("workflow:reassignment-propose", requested, LEAD | COORDINATOR, LEAD | COORDINATOR, BAD_FORM),
    Page("workflow:reassignment-answer", lambda w: (w.offer.pk,), OUTSIDER, OUTSIDER, BAD_FORM),
    Page("workflow:reassignment-withdraw", lambda w: (w.offer.pk,), None, LEAD | COORDINATOR),
    Page("workflow:update-cancel", requested, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:update-reopen", cancelled, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:update-correct", approved, LEAD | COORDINATOR, LEAD | COORDINATOR, BAD_FORM),
    # Letters to departments
    Page("workflow:letter-list", none, COORDINATOR),
    Page("workflow:letter-detail", lambda w: (w.letter.pk,), COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:letter-release", lambda w: (w.letter.pk,), None, COORDINATOR, BAD_FORM),
    Page("workflow:letter-decline", lambda w: (w.letter.pk,), COORDINATOR, COORDINATOR, BAD_FORM),
    # Review
    Page("workflow:review-queue", none, REVIEWERS | COORDINATOR),
    Page("workflow:review-detail", in_review, REVIEWERS | COORDINATOR),
    Page(
        "workflow:review-approve",
        in_review,
        REVIEWERS | COORDINATOR,
        DECIDERS,
        refused=REFUSED,
        data=(("version", "1"),),
    ),
    Page(
        "workflow:review-return",
        in_review,
        REVIEWERS | COORDINATOR,
        DECIDERS,
        refused=REFUSED,
        data=(("version", "1"), ("comment_whole", "Bitte mit Zahlen.")),
    ),
    Page(
        "workflow:review-vote",
        lambda w: (w.voting.pk,),
        REVIEWERS | COORDINATOR,
        DECIDERS,
        refused=REFUSED,
        data=(("version", "1"), ("decision", "approved")),
    ),
    Page(
        "workflow:comment-answer",
        lambda w: (w.comment.pk,),
        LEAD | REVIEWERS | COORDINATOR,
        LEAD | DECIDERS,
        refused=REFUSED,
        data=(("text", "Zahl nachgetragen."),),
    ),
    # Sittings
    Page("workflow:sitting-list", none, REVIEWERS | COORDINATOR),
    Page("workflow:sitting-open", lambda w: (w.voting.cycle_id,), CHAIR, CHAIR),
    Page("workflow:sitting-detail", lambda w: (w.sitting.pk,), REVIEWERS | COORDINATOR),
    Page("workflow:sitting-mark", lambda w: (w.sitting.pk,), None, CHAIR),
    Page("workflow:sitting-approve", lambda w: (w.sitting.pk,), CHAIR, CHAIR),
    Page("workflow:sitting-close", lambda w: (w.sitting.pk,), CHAIR, CHAIR),
    Page("workflow:sitting-minutes", lambda w: (w.closed_sitting.pk,), REVIEWERS | COORDINATOR),
    # Coordination
    Page("workflow:board", none, COORDINATOR),
    Page("workflow:board-refresh", none, COORDINATOR),
    Page("workflow:board-card", in_review, COORDINATOR),
    Page("workflow:board-export-xlsx", none, COORDINATOR),
    Page("workflow:board-export-csv", none, COORDINATOR),
    Page("workflow:board-view-list", none, COORDINATOR),
    Page("workflow:board-view-create", none, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:board-view-remove", lambda w: (w.view.pk,), None, COORDINATOR),
    Page("workflow:circular-write", none, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:circular-send", none, None, COORDINATOR, BAD_FORM),
    Page("workflow:bulk-preview", none, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:bulk-confirm", none, None, COORDINATOR, BAD_FORM),
    Page("workflow:bulk-result", lambda w: (w.bulk_action.pk,), COORDINATOR),
    Page("workflow:bulk-undo", lambda w: (w.bulk_action.pk,), None, COORDINATOR, CONFLICT),
    Page("workflow:cycle-list", none, COORDINATOR),
    Page("workflow:cycle-create", none, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:cycle-detail", cycle, COORDINATOR),
    Page("workflow:cycle-change", planned, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:cycle-open", planned, COORDINATOR, COORDINATOR, CONFLICT),
    Page("workflow:cycle-reminders", planned, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("workflow:cycle-reminders-mail", cycle, COORDINATOR),
    Page("workflow:cycle-reminders-mail-html", cycle, COORDINATOR),
    Page("workflow:cycle-close", cycle, COORDINATOR, COORDINATOR, CONFLICT),
    Page("reports:list", none, COORDINATOR),
    Page("reports:request", cycle, None, COORDINATOR, CONFLICT),
    Page("reports:release", lambda w: (w.unreleased.pk,), None, COORDINATOR, CONFLICT),
    # Concept
    Page("concept:edition-list", none, COORDINATOR),
    Page("concept:edition-export-xlsx", edition, COORDINATOR),
    Page("concept:edition-export-csv", edition, COORDINATOR),
    Page("concept:import-template", none, COORDINATOR),
    Page("concept:import-start", none, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("concept:import-columns", upload, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("concept:import-preview", upload, COORDINATOR),
    Page("concept:import-confirm", upload, None, COORDINATOR, CONFLICT),
    Page("concept:crosswalk-detail", editions, COORDINATOR),
    Page("concept:crosswalk-link", editions, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("concept:crosswalk-withdraw", lambda w: (*editions(w), w.link.pk), None, COORDINATOR, CONFLICT),
    Page("concept:crosswalk-export-xlsx", editions, COORDINATOR),
    Page("concept:crosswalk-export-csv", editions, COORDINATOR),
    Page("concept:crosswalk-import", editions, COORDINATOR, COORDINATOR, BAD_FORM),
    Page("concept:crosswalk-preview", crosswalk_upload, COORDINATOR),
    Page("concept:crosswalk-confirm", crosswalk_upload, None, COORDINATOR, CONFLICT),
    # Absences, one's own office
    Page("notifications:preferences", none, STAFF, STAFF, BAD_FORM),
    Page("notifications:unsubscribe", switch_off, EVERYBODY, EVERYBODY),
    Page("notifications:absence-list", none, STAFF),
    Page("notifications:absence-create", none, STAFF, STAFF, BAD_FORM),
    Page(
        "notifications:absence-create-for",
        lambda w: (w.people["clerk"].pk,),
        PEOPLE | {"clerk", "head"},
        PEOPLE | {"clerk", "head"},
        BAD_FORM,
    ),
    Page("notifications:absence-end", lambda w: (w.absence.pk,), None, PEOPLE | {"clerk", "head"}),
    Page("notifications:office-own", none, HEAD),
    Page("notifications:office-people", lead, HEAD),
    Page("notifications:office-invite", lead, HEAD, HEAD, BAD_FORM),
    Page("notifications:office-member-end", lambda w: (*lead(w), w.membership.pk), HEAD, HEAD, BAD_FORM),
    # People, mail
    Page("offices:person-list", none, PEOPLE),
    Page("offices:closure-list", none, PEOPLE, PEOPLE, BAD_FORM),
    Page("offices:closure-end", lambda w: (w.closure.pk,), None, PEOPLE),
    Page("notifications:outbox", none, PEOPLE),
    Page("workflow:reminder-forecast", none, COORDINATOR),
    Page("notifications:outbox-detail", lambda w: (w.failed_mail.pk,), PEOPLE),
    Page("notifications:outbox-address-resume", lambda w: (w.paused.pk,), None, PEOPLE, CONFLICT),
    Page("notifications:outbox-addresses-resume", none, None, PEOPLE, CONFLICT),
    Page("notifications:outbox-send-again", lambda w: (w.failed_mail.pk,), PEOPLE, PEOPLE, CONFLICT),
    Page("notifications:invitation-list", none, PEOPLE),
    Page("notifications:invitation-create", none, PEOPLE, PEOPLE, BAD_FORM),
    Page("notifications:invitation-repeat", lambda w: (w.invitation.pk,), None, PEOPLE, CONFLICT),
    Page("notifications:invitation-withdraw", lambda w: (w.invitation.pk,), None, PEOPLE, CONFLICT),
]
