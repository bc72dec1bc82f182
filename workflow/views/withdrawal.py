"""Taking a published entry off the pages, and putting it back: each asks first, and says what goes along."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from offices.access import coordinator_page, request_desk
from workflow import runs
from workflow.forms.course import RestoreEntryForm, WithdrawEntryForm
from workflow.models import StatusUpdate
from workflow.queries import withdrawal as query
from workflow.services import withdrawal as service
from workflow.views.course_pages import Button, FormPage, attempt, not_now, run_of


@require_http_methods(["GET", "POST"])
@coordinator_page
def entry_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes off the pages with the entry, ask for the public note, and do it. For coordinators."""
    update, now = run_of(request, pk), timezone.now()
    state = query.public_state(update, now)
    if state.is_withdrawn:
        return not_now(request, update, _("This entry was taken off the pages already."))
    if not state.is_public:
        return not_now(request, update, _("This entry is not public, so there is nothing to take off the pages."))
    along = query.confirming(update, now)
    form = WithdrawEntryForm(request.POST if request.method == "POST" else None)
    number = update.approved.number if update.approved else 0
    page = FormPage(
        update,
        heading=_("Take the entry off the pages"),
        lead=_(
            "It disappears at once: from the homepage, the search, the feed and the open data. The text is kept here. "
            "An approved correction makes it public again, and so can you."
        ),
        buttons=[Button(_("Take off the pages"))],
        facts=_what_goes(update, along),
        hidden=[("version", str(number))],
    )

    def act() -> str:
        by, note = request_desk(request).person, form.cleaned_data["note"]
        runs.withdraw_entry(update.pk, revision_number=_version(request), note=note, by=by, now=timezone.now())
        return _("The entry is not public any more. The lead office gets a mail.")

    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        return redirect("workflow:update-detail", pk=pk)
    return page.show(request, form)


@require_http_methods(["GET", "POST"])
@coordinator_page
def entry_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why a withdrawn entry is shown again, and show it. For coordinators."""
    update = run_of(request, pk)
    if update.withdrawn_at is None:
        return not_now(request, update, _("This entry is shown already."))
    form = RestoreEntryForm(request.POST if request.method == "POST" else None)
    page = FormPage(
        update,
        heading=_("Show the entry again"),
        lead=_(
            "The entry is public again at once, as it was, and so are entries that confirm it. Reports that were "
            "withdrawn with it stay withdrawn: please build a new version."
        ),
        buttons=[Button(_("Show it again"))],
        facts=[(_("Visitors read until now"), update.withdrawal_note)],
    )

    def act() -> str:
        by, reason = request_desk(request).person, form.cleaned_data["reason"]
        runs.restore_entry(update.pk, reason=reason, by=by, now=timezone.now())
        return _("The entry is public again. The lead office gets a mail.")

    if request.method == "POST" and form.is_valid() and attempt(request, form, act):
        return redirect("workflow:update-detail", pk=pk)
    return page.show(request, form)


def _what_goes(update: StatusUpdate, along: Sequence[StatusUpdate]) -> list[tuple[str, str]]:
    number = update.approved.number if update.approved else 0
    entry = _("%(period)s, version %(number)s") % {"period": update.cycle.period_label, "number": number}
    facts = [(_("This entry"), entry)]
    if along:
        facts.append((_("Also not shown, because they confirm it"), "\n".join(one.cycle.period_label for one in along)))
    if others := service.named(update, along):
        facts.append((_("Withdrawn with it, for good"), "\n".join(others)))
    return facts


def _version(request: HttpRequest) -> int:
    """Return the version that the coordinator has read; 0, which no entry has, if the form does not say."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0  # noqa: PLR2004 - no number is
