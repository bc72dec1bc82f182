"""Where visitors say something: of a barrier that they met, of a recommendation. No cookie, nothing kept ready."""

import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publication.forms.voices import BarrierForm, FeedbackForm, VisitorForm
from publication.queries.page_names import page_name, path_of
from publication.queries.site import PublicRecommendation, Site, site
from publication.services import voices
from publication.site import limits, tokens
from publication.views.legal import provider
from publication.views.page import edition_crumb, of_edition, render_page, visitor_form

BARRIERS_AN_HOUR = 10
FEEDBACK_AN_HOUR = 5
HOUR = 60 * 60


# --- Barriers -------------------------------------------------------------------------------------------------------


@visitor_form
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, with the form to report a barrier, which is sent to its own page."""
    if request.method == "POST":
        return barrier(request)
    context: dict[str, Any] = {"title": _("Accessibility statement"), "provider": provider()}
    return _barrier_page(request, "accessibility", BarrierForm(), context)


@visitor_form
def barrier(request: HttpRequest) -> HttpResponse:
    """Report a barrier."""
    if request.method != "POST":
        form = BarrierForm(initial={"seite": _as_people_know_it(request.GET.get("seite", ""))})
        return _barrier_page(request, "barrier", form, {})
    form, now = BarrierForm(request.POST), timezone.now()
    if not _accepted(request, form, "barrier", BARRIERS_AN_HOUR, now):
        return _barrier_page(request, "barrier", form, {}, status=422)
    given = form.cleaned_data
    page = path_of(given["seite"]) or given["seite"]
    report = voices.report_barrier(
        text=given["text"], page=page, label=_in_german(page, site(now)), contact=given["kontakt"], now=now
    )
    return redirect("publication:barrier-thanks", _signer().sign(f"{report.pk}~{timezone.localdate(now)}"))


@require_safe
def barrier_thanks(request: HttpRequest, receipt: str) -> HttpResponse:
    """Say what happens with the report and until when; ``receipt`` is signed, so that it says nothing untrue."""
    try:
        number, _tilde, day = _signer().unsign(receipt).partition("~")
        received_on = datetime.date.fromisoformat(day)
    except (BadSignature, ValueError):
        raise Http404 from None
    context: dict[str, Any] = {
        "number": number,
        "received_on": received_on,
        "answer_by": received_on + datetime.timedelta(weeks=voices.BARRIER_WEEKS),
        "crumbs": _crumbs(_("Barrier reported")),
    }
    response = render_page(request, "barrier_thanks", site(timezone.now()), **context)
    add_never_cache_headers(response)
    return response


def _as_people_know_it(page: str) -> str:
    """Return a page's address as browsers show it; what is no page of ours stays as it is."""
    path = path_of(page)
    return (f"{settings.SITE_URL}{path}" if path else page.strip())[:300]


def _in_german(page: str, everything: Site) -> str:
    """Return what the desk calls a page, whatever language its reader speaks."""
    with translation.override(settings.LANGUAGE_CODE):
        return page_name(page, everything)


def _barrier_page(
    request: HttpRequest, template: str, form: BarrierForm, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context |= {
        "form": form,
        "weeks": voices.BARRIER_WEEKS,
        "crumbs": _crumbs(str(context.get("title") or _("Report a barrier"))),
    }
    response = render_page(request, template, site(timezone.now()), **context)
    response.status_code = status
    return response


# --- Feedback -------------------------------------------------------------------------------------------------------


@visitor_form
def feedback(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Say something of a recommendation; it is read before it shows."""
    now = timezone.now()
    everything = site(now)
    one = _recommendation(everything, slug, key)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _accepted(request, form, "feedback", FEEDBACK_AN_HOUR, now):
        voices.give_feedback(one.pk, label=str(one), text=form.cleaned_data["text"], now=now)
        return redirect("publication:feedback-thanks", slug, key)
    response = _feedback_page(request, "feedback", everything, one, form=form)
    response.status_code = 422 if request.method == "POST" else 200
    return response


@require_safe
@of_edition
def feedback_thanks(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Say what happens with the feedback."""
    everything = site(timezone.now())
    response = _feedback_page(request, "feedback_thanks", everything, _recommendation(everything, slug, key))
    add_never_cache_headers(response)
    return response


def _feedback_page(
    request: HttpRequest, template: str, everything: Site, one: PublicRecommendation, **context: Any
) -> HttpResponse:
    crumbs = [
        (_("Overview"), reverse("publication:home")),
        *edition_crumb(everything, one.edition),
        (one.number, reverse("publication:recommendation", args=[one.edition.slug, one.key])),
        (_("Feedback"), ""),
    ]
    days = voices.FEEDBACK_DAYS
    return render_page(
        request, template, everything, edition=one.edition, recommendation=one, crumbs=crumbs, days=days, **context
    )


def _recommendation(everything: Site, slug: str, key: str) -> PublicRecommendation:
    one = everything.recommendation(slug, key)
    if one is None:
        raise Http404
    return one


# --- Both -----------------------------------------------------------------------------------------------------------


def _accepted(request: HttpRequest, form: VisitorForm, purpose: str, limit: int, now: datetime.datetime) -> bool:
    """Return whether the form may be taken as it is; what stands against it becomes an error of the form.

    Nothing is counted until everything else fits: whoever mistypes is not turned away.
    """
    if refusal := tokens.check(request, purpose):
        form.add_error(None, refusal)
    if not form.is_valid():
        return False
    if limits.too_often(purpose, _address(request), limit=limit, seconds=HOUR, now=now):
        form.add_error(
            None,
            _("A lot has come from your connection within an hour. Please try again later; your text is still here."),
        )
        return False
    if not tokens.spend(request, purpose):
        form.has_arrived = True
        form.add_error(None, _("We already have this form, thank you. You do not need to send it again."))
        return False
    return True


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [(_("Overview"), reverse("publication:home")), (title, "")]


def _signer() -> Signer:
    return Signer(sep=".", salt="publication.barrier")
