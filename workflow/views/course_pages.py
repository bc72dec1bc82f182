"""What the pages of a change of course share: one run, one form, one or two buttons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from offices.access import request_desk
from offices.errors import DomainError
from workflow.models import StatusUpdate
from workflow.queries import updates as update_query


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the form; ``decision`` is what it posts, if there are several."""

    label: str
    decision: str = ""
    secondary: bool = False


@dataclass(frozen=True, slots=True)
class FormPage:
    """One question about a run. ``facts`` are pairs of a name and what is known; ``hidden`` goes with the form."""

    update: StatusUpdate
    heading: str
    lead: str
    buttons: Sequence[Button]
    facts: Sequence[tuple[str, str]] = ()
    hidden: Sequence[tuple[str, str]] = field(default=())

    @property
    def decides(self) -> bool:
        """Whether the buttons answer a question; which fields are needed depends on the answer then."""
        return any(button.decision for button in self.buttons)

    def show(self, request: HttpRequest, form: Form) -> HttpResponse:
        """Draw the page; with errors it answers 422 and keeps what was typed."""
        address = reverse("workflow:update-detail", args=[self.update.pk])
        context = {
            "page": self,
            "update": self.update,
            "form": form,
            "back": address,
            "crumbs": [(self.update.recommendation.number, address), (self.heading, "")],
        }
        return render(request, "workflow/course_form.html", context, status=422 if form.errors else 200)


def run_of(request: HttpRequest, pk: int) -> StatusUpdate:
    """Return the run if the person may read it; to everybody else it does not exist."""
    update = update_query.visible_update(request_desk(request), pk)
    if update is None:
        raise Http404
    return update


def attempt(request: HttpRequest, form: Form, act: Callable[[], str]) -> bool:
    """Do ``act`` and show the sentence that it returns; a broken rule becomes an error of the form."""
    try:
        said = act()
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, said)
    return True


def not_now(request: HttpRequest, update: StatusUpdate, sentence: str) -> HttpResponse:
    """Say why there is nothing to do (any more), on the run's page."""
    messages.info(request, sentence)
    return redirect("workflow:update-detail", pk=update.pk)
