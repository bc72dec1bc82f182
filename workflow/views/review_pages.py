"""What the pages of the review share: the way through the queue, and the page of one entry."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from offices.access import Desk, request_desk
from workflow import access
from workflow.forms.review import DecisionForm
from workflow.models import Sitting, StatusUpdate, UpdateState
from workflow.queries import review as queries
from workflow.queries import review_queue, sittings
from workflow.queries.mentions import nameable
from workflow.queries.review_queue import Queue, QueueFilters, number
from workflow.queries.standing import standing
from workflow.views.sittings import marked_in

MODES = ("vergleich", "neu", "nebeneinander")


@dataclass
class Way:
    """How somebody goes through the queue: with which filters, and in which sitting, if any."""

    request: HttpRequest

    @cached_property
    def desk(self) -> Desk:
        return request_desk(self.request)

    @cached_property
    def filters(self) -> QueueFilters:
        return QueueFilters.read(self.request.GET)

    @cached_property
    def sitting(self) -> Sitting | None:
        return sittings.open_sitting(self.desk, number(self.request.GET.get("sitzung", "")))

    @cached_property
    def address(self) -> str:
        """What leads on along the same way, without a question mark."""
        sitting = urlencode({"sitzung": self.sitting.pk}) if self.sitting else ""
        return "&".join(part for part in (self.filters.address, sitting) if part)

    @property
    def query(self) -> str:
        return f"?{self.address}" if self.address else ""

    @cached_property
    def queue(self) -> Queue:
        cycle = self.sitting.cycle_id if self.sitting else None
        return review_queue.queue(self.desk, self.filters, timezone.localdate(), cycle_id=cycle)

    def update(self, pk: int) -> StatusUpdate:
        """Return the run, or end with 404; outside of its cycle, the sitting does not count."""
        update = queries.reviewable(self.desk, pk)
        if update is None:
            raise Http404
        if self.sitting and self.sitting.cycle_id != update.cycle_id:
            self.sitting = None
        return update

    def after(self, pk: int) -> HttpResponseRedirect:
        """Lead to the next entry that asks for the person, else back to the queue or the sitting."""
        following = self.queue.after(pk)
        if following is not None:
            return HttpResponseRedirect(reverse("workflow:review-detail", args=[following]) + self.query)
        if self.sitting is not None:
            return HttpResponseRedirect(reverse("workflow:sitting-detail", args=[self.sitting.pk]))
        return HttpResponseRedirect(reverse("workflow:review-queue") + self.query)


def detail_page(
    way: Way,
    update: StatusUpdate,
    form: DecisionForm | None = None,
    sheet: queries.Sheet | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render one entry with its comments and what the person may do about it."""
    request, desk = way.request, way.desk
    shown_sheet = sheet or queries.sheet(update, request.GET.get("gegen", ""))
    # The version is always the one on the page: whoever was too late decides on what they see now.
    if form is not None:
        data = request.POST.copy()
        data["version"] = str(shown_sheet.revision.number)
        form.data = data
    shown = form or DecisionForm(initial={"version": shown_sheet.revision.number})
    where = standing(desk, update, shown_sheet.revision, way.sitting)
    # What was typed stays on the page even if the decision has been taken from the person meanwhile.
    may_comment = where.acts or form is not None
    context: dict[str, Any] = {
        "sheet": shown_sheet,
        "update": update,
        "form": shown,
        "standing": where,
        "roster": nameable(update, timezone.localdate()) if may_comment else [],
        "parts": [(one, shown.first(one.name) if may_comment else None) for one in shown_sheet.passages],
        "status_comment": shown.first("implementation_status") if may_comment else None,
        "measures_comment": shown.first("measures") if may_comment else None,
        "position": way.queue.position(update.pk),
        "query": way.query,
        "sitting": way.sitting,
        "is_marked": way.sitting is not None and update.pk in marked_in(request, way.sitting),
        "waits_days": (timezone.localdate() - timezone.localdate(update.state_since)).days,
        "is_waiting": update.state == UpdateState.IN_REVIEW,
        "may_comment": may_comment,
        "may_answer": access.may_answer_comments(desk, update),
        "crumbs": _crumbs(way, update),
        **_view(way, shown_sheet),
    }
    return render(request, "workflow/review_detail.html", context, status=status)


def _view(way: Way, sheet: queries.Sheet) -> dict[str, Any]:
    """Say how the text is shown, and with which addresses it is shown otherwise."""
    wanted = way.request.GET.get("ansicht", "")
    mode = wanted if wanted in MODES and sheet.before else MODES[0]
    against = sheet.chosen.kind if sheet.chosen else ""

    def address(mode: str, against: str) -> str:
        extra = urlencode({"ansicht": mode, "gegen": against})
        return f"?{way.address}&{extra}" if way.address else f"?{extra}"

    words = {"vergleich": _("Comparison"), "neu": _("Only new"), "nebeneinander": _("Side by side")}
    return {
        "mode": mode,
        "modes": [(words[one], address(one, against), one == mode) for one in MODES],
        "against": [(one, address(mode, one.kind), one.kind == against) for one in sheet.choices],
    }


def _crumbs(way: Way, update: StatusUpdate) -> list[tuple[str, str]]:
    here = (update.recommendation.number, "")
    if way.sitting is None:
        return [(_("Review"), reverse("workflow:review-queue")), here]
    place = reverse("workflow:sitting-detail", args=[way.sitting.pk])
    return [(_("Review"), reverse("workflow:review-queue")), (_("Sitting"), place), here]
