"""When a cycle reminds and with which words, for coordinators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from offices.access import coordinator_page, request_desk
from offices.errors import DomainError
from offices.working_days import working_days
from workflow.forms.reminder_policies import ReminderPolicyForm, initial
from workflow.models import ReportingCycle
from workflow.queries import cycles as queries
from workflow.queries.reminder_policies import policies_of
from workflow.reminder_calendar import calendar_of
from workflow.reminder_words import policy_sentence
from workflow.reminding import Policy
from workflow.services import reminder_policies as services
from workflow.services.mail_previews import MailPreview, preview_of


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rule with the calendar that it makes; look at what was typed, or save it."""
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    saved = policies_of([pk])[pk]
    if request.method != "POST":
        return _page(request, cycle, ReminderPolicyForm(initial=initial(saved)), saved, saved)
    form = ReminderPolicyForm(request.POST)
    if form.is_valid():
        if "vorschau" in request.POST and not cycle.is_closed:
            mail = _first_mail(request, cycle, form.policy())
            return _page(request, cycle, form, form.policy(), saved, mail=mail)
        try:
            services.set_policy(cycle, form.policy(), by=request_desk(request).person, now=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. It holds from the next reminder on."))
            return redirect("workflow:cycle-reminders", pk)
    return _page(request, cycle, form, saved, saved)


def _first_mail(request: HttpRequest, cycle: ReportingCycle, policy: Policy) -> MailPreview | None:
    """Return the next mail under a policy that is not saved; ``None`` if the cycle has nothing to ask of anybody."""
    now = timezone.now()
    try:
        return preview_of(cycle, by=request_desk(request).person, now=now, today=timezone.localdate(now), policy=policy)
    except DomainError:
        return None


@coordinator_page
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the days that were entered shall go, and go back to the default."""
    cycle = get_object_or_404(queries.all_cycles(), pk=pk)
    if request.method == "POST":
        try:
            services.reset_policy(cycle, by=request_desk(request).person, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The reminders follow the default again; the introduction has stayed."))
        return redirect("workflow:cycle-reminders", pk)
    context = {
        "cycle": cycle,
        "now": policy_sentence(policies_of([pk])[pk]),
        "default": policy_sentence(Policy()),
        "crumbs": [
            *crumbs_of(cycle),
            (_("Reminders"), reverse("workflow:cycle-reminders", args=[pk])),
            (_("Back to the default"), ""),
        ],
    }
    return render(request, "workflow/reminder_reset.html", context)


def _page(
    request: HttpRequest,
    cycle: ReportingCycle,
    form: ReminderPolicyForm,
    shown: Policy,
    saved: Policy,
    *,
    mail: MailPreview | None = None,
) -> HttpResponse:
    context = {
        "cycle": cycle,
        "form": form,
        "sentence": policy_sentence(shown),
        "calendar": calendar_of(cycle, shown, working_days(), timezone.localdate()),
        "mail": mail,
        "is_preview": shown is not saved,
        "is_default": saved == Policy(),
        "default": policy_sentence(Policy()),
        "crumbs": [*crumbs_of(cycle), (_("Reminders"), "")],
    }
    return render(request, "workflow/reminder_policy.html", context, status=422 if form.errors else 200)


def crumbs_of(cycle: ReportingCycle) -> list[tuple[str, str]]:
    """Return the way to the pages of a cycle."""
    return [
        (_("Cycles"), reverse("workflow:cycle-list")),
        (cycle.period_label, reverse("workflow:cycle-detail", args=[cycle.pk])),
    ]
