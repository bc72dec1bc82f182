"""A field of action, and a goal of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publication.queries.charts import field_chart
from publication.queries.overview import overview, tally
from publication.queries.parts import PublicEdition, PublicField, PublicGoal
from publication.queries.site import site
from publication.site.languages import German
from publication.views.page import edition_crumb, public_page, render_page


@public_page(parameters=())
def field(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One field of action: how it moves, and its goals with their recommendations."""
    return _field(request, slug, number)


@public_page(parameters=())
def goal(request: HttpRequest, slug: str, number: str, goal: str) -> HttpResponse:
    """One goal: what serves it, and how far that is."""
    everything = site(timezone.now())
    edition = everything.edition(slug)
    shown = _goal(edition, f"{number}/ziel/{goal}") if edition else None
    if shown is None:
        # A field's own number may read like the address of a goal.
        return _field(request, slug, f"{number}/ziel/{goal}")
    members = shown.current
    siblings = [one for one in shown.field.goals if one.current or one is shown]
    place = siblings.index(shown)
    return render_page(
        request,
        "goal",
        everything,
        current="edition",
        edition=shown.field.edition,
        goal=shown,
        field=shown.field,
        tally=tally(members),
        members=members,
        previous=siblings[place - 1] if place else None,
        following=siblings[place + 1] if place + 1 < len(siblings) else None,
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *edition_crumb(everything, shown.field.edition),
            (German(shown.field), reverse("publication:field", args=[slug, shown.field.number])),
            (_("Goal %(number)s") % {"number": shown.number}, ""),
        ],
    )


def _field(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    everything = site(timezone.now())
    edition = everything.edition(slug)
    pictures = overview(edition).fields if edition else []
    picture = next((some for some in pictures if some.field.number == number), None)
    if picture is None:
        raise Http404
    members = picture.field.current
    return render_page(
        request,
        "field",
        everything,
        current="edition",
        edition=picture.field.edition,
        field=picture.field,
        picture=picture,
        drawn=field_chart(everything, picture.field.pk, get_language() or ""),
        members=members,
        silent=sum(one.silence.is_long for one in members),
        crumbs=[
            (_("Overview"), reverse("publication:home")),
            *edition_crumb(everything, picture.field.edition),
            (German(picture.field), ""),
        ],
    )


def _goal(edition: PublicEdition, address: str) -> PublicGoal | None:
    """Return the goal at ``number/ziel/number``, wherever the slashes of the two numbers are."""
    found = (one for some in edition.fields for one in some.goals if address == f"{some.number}/ziel/{one.number}")
    return next(found, None)


def field_address(one: PublicField) -> str:
    """Return the address of a field's page."""
    return reverse("publication:field", args=[one.edition.slug, one.number])
