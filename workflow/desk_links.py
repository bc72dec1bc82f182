"""Where each kind of work is done: the page that a desk, a mail or the board leads to."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

from workflow.models import WorkItem, WorkStep

_PAGES: dict[str, str] = {
    WorkStep.REVIEW: "workflow:review-detail",
    WorkStep.CO_SIGN: "workflow:update-sign",
    WorkStep.SIGN: "workflow:update-sign",
    WorkStep.WRITE: "workflow:update-edit",
    WorkStep.REWORK: "workflow:update-edit",
}


def address_of(item: WorkItem) -> str:
    """Return the address of the page on which ``item`` is done."""
    return address(item.step, item.update_id, item.participation_id)


def address(step: str, update_id: int, participation_id: int | None = None) -> str:
    """Return the address of the page on which ``step`` of a run is done; a contribution needs its participation."""
    if step == WorkStep.CONTRIBUTE and participation_id is not None:
        return _page("workflow:contribution-edit", participation_id)
    if step in _PAGES:
        return _page(_PAGES[step], update_id)
    # Requests are answered on the run's own page, below what they are about.
    return run(update_id) + "#entscheiden"


def run(update_id: int) -> str:
    """Return the address of the run's own page."""
    return _page("workflow:update-detail", update_id)


def _page(name: str, pk: int) -> str:
    return _pattern(name, get_script_prefix()).replace("/0/", f"/{pk}/", 1)


@lru_cache
def _pattern(name: str, _prefix: str) -> str:
    # A page of a list asks for a hundred addresses of the same few forms.
    return reverse(name, args=[0])
