"""What the navigation needs on every staff page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from offices.access import Desk, request_desk
from workflow.queries.counts import Counts, counts


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu; ``count`` is the open work behind it. ``is_aside``: it stands beside the person's name."""

    label: str | Promise
    url: str
    is_current: bool = False
    count: int = 0
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the service: its first page, the names of all its pages (as beginnings), and who may open it."""

    label: str | Promise
    page: str
    pages: tuple[str, ...]
    is_for: Callable[[Desk], bool]
    count: Callable[[Counts], int] = lambda _counts: 0
    is_for_counts: Callable[[Counts], bool] = lambda _counts: False
    """Who may open it besides, by the work that waits there."""
    may_stand_aside: bool = False
    """Whether it leaves the menu's line where that is full."""


FEW = 7
"""So many entries fit into one line at their full size, with their counts."""


def _has_something_to_read(desk: Desk) -> bool:
    return desk.is_coordinator or desk.is_reviewer or desk.is_reader or desk.works_for_an_office


SECTIONS = (
    _Section(
        _("My tasks"),
        "workflow:inbox",
        (
            "workflow:inbox",
            "workflow:contribution-",
            "workflow:reassignment-answer",
            "workflow:update-draft",
            "workflow:update-edit",
            "workflow:update-merge",
            "workflow:update-nil-return",
            "workflow:update-preview",
            "workflow:update-submit",
            "workflow:update-unchanged",
        ),
        lambda desk: desk.works_for_an_office,
        lambda counts: counts.tasks,
        # Coordinators sit at the board; only a decision that is asked of them opens an inbox.
        lambda counts: counts.tasks > 0,
    ),
    _Section(
        _("Board"),
        "workflow:board",
        ("workflow:board", "workflow:bulk-", "workflow:circular-"),
        lambda desk: desk.is_coordinator,
        # What the flow does not know of; it stands on top of the board.
        lambda counts: counts.duties,
    ),
    _Section(
        _("Requests"),
        "workflow:request-list",
        ("workflow:request-list", "workflow:extension-decide"),
        lambda desk: desk.is_coordinator,
        lambda counts: counts.requests,
    ),
    _Section(
        _("Letters"),
        "workflow:letter-list",
        ("workflow:letter-",),
        # It stands in the menu as long as something waits; the board and the cycles lead there always.
        lambda _desk: False,
        lambda counts: counts.letters,
        lambda counts: counts.letters > 0,
    ),
    _Section(
        _("Review"),
        "workflow:review-queue",
        ("workflow:review-", "workflow:sitting-", "workflow:comment-"),
        lambda desk: desk.is_reviewer or desk.is_coordinator,
        lambda counts: counts.reviews,
    ),
    _Section(
        _("Status updates"),
        "workflow:update-list",
        (
            "workflow:update-list",
            "workflow:update-detail",
            "workflow:update-cancel",
            "workflow:update-correct",
            "workflow:update-reopen",
        ),
        _has_something_to_read,
    ),
    _Section(
        _("My office"), "notifications:office-own", ("notifications:office-",), lambda desk: bool(desk.signing_for)
    ),
    _Section(
        _("Reporting cycles"),
        "workflow:cycle-list",
        ("workflow:cycle-", "workflow:succession"),
        lambda desk: desk.is_coordinator,
    ),
    _Section(_("Reports"), "reports:list", ("reports:", "texts:"), lambda desk: desk.is_coordinator),
    _Section(
        _("Feedback"),
        "voices:feedback-list",
        ("voices:",),
        lambda desk: desk.is_coordinator,
        lambda counts: counts.voices,
    ),
    _Section(_("Concept"), "concept:edition-list", ("concept:", "editions:"), lambda desk: desk.is_coordinator),
    _Section(
        _("People"),
        "offices:person-list",
        ("offices:person", "notifications:invitation"),
        lambda desk: desk.is_administrator or desk.is_coordinator,
    ),
    _Section(
        _("Mail"),
        "notifications:outbox",
        # On closing days no reminder goes out.
        ("notifications:outbox", "workflow:reminder-forecast", "offices:closure"),
        lambda desk: desk.is_administrator or desk.is_coordinator,
        # Addresses to look after: whoever works at the board sees there that mail does not arrive.
        lambda counts: counts.paused,
    ),
    _Section(
        _("Back office"),
        "admin:index",
        ("admin:",),
        lambda desk: desk.is_administrator or desk.is_coordinator,
        may_stand_aside=True,
    ),
)
"""The menu, in its order."""


def navigation(request: HttpRequest) -> dict[str, object]:
    """Return the menu of the person who is signed in; empty for visitors.

    Nothing is read until a template shows it: at most one query for the counts, none on public pages.
    """
    return {"navigation": SimpleLazyObject(lambda: _menu(request))}


def work_counts(request: HttpRequest) -> Counts:
    """Return the open work of the person who is signed in, counted once per request."""
    found: Counts | None = getattr(request, "_work_counts", None)
    if found is None:
        found = counts(request_desk(request))
        remember_counts(request, found)
    return found


def remember_counts(request: HttpRequest, found: Counts) -> None:
    """Take over the counts of a page that has read them along with its own rows: the menu need not ask again."""
    request._work_counts = found  # type: ignore[attr-defined]  # noqa: SLF001


def _menu(request: HttpRequest) -> list[MenuItem]:
    # Error pages may be drawn before anybody knows who is asking.
    if not (hasattr(request, "user") and request.user.is_authenticated):
        return []
    desk = request_desk(request)
    found = work_counts(request)
    sections = [section for section in SECTIONS if section.is_for(desk) or section.is_for_counts(found)]
    match = request.resolver_match
    here = match.view_name if match else ""
    return [
        MenuItem(
            label=section.label,
            url=reverse(section.page),
            is_current=here.startswith(section.pages),
            count=section.count(found),
            is_aside=section.may_stand_aside and len(sections) > FEW,
        )
        for section in sections
    ]
