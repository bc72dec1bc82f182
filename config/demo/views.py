"""Sign-in by one click and the mails: for the demonstration alone."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from config.demo import mails, people


@require_POST
def play(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as the person, whoever asks."""
    person = people.playable(pk)
    if person is None:
        raise Http404
    login(request, person, backend="offices.backends.OfficeBackend")
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return redirect(wanted)
    return redirect(resolve_url(settings.LOGIN_REDIRECT_URL))


@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """List every mail that the demonstration has sent, newest first."""
    return render(request, "demo/post.html", {"mails": mails.mails()})


@require_safe
def post_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail."""
    found = mails.mail(key)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})
