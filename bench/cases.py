"""What is measured. Pages are whole requests through Django's test client, middleware and sign-in included."""

import time
from contextlib import AbstractContextManager

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench import data
from bench.data import City
from bench.measure import alternating_ms, median_ms
from offices.models import Person
from workflow import opening

Result = tuple[str, float, str]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="offices.backends.OfficeBackend")
    return client


def get(client: Client, address: str) -> HttpResponse:
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"  # noqa: PLR2004
    return response


def counted() -> AbstractContextManager[CaptureQueriesContext]:
    return CaptureQueriesContext(connection)


def board(city: City) -> list[Result]:
    """The coordinators' board: the whole request, beside its template rendered from a ready list."""
    client, address = signed_in(city.coordinator), reverse("workflow:board")
    get(client, address)
    with counted() as queries:
        response = get(client, address)
    template, context = response.templates[0], response.context.flatten()  # type: ignore[attr-defined]
    request = response.wsgi_request  # type: ignore[attr-defined]
    whole, bare = alternating_ms(lambda: get(client, address), lambda: render(template.name, context, request))
    return [("board.queries", len(queries), "queries"), ("board.ms", whole, "ms"), ("board.bare_ms", bare, "ms")]


def render(name: str, context: dict[str, object], request: object) -> str:
    from django.template.loader import render_to_string  # noqa: PLC0415

    return render_to_string(name, context, request)  # type: ignore[arg-type]


def inbox(city: City) -> list[Result]:
    client, address = signed_in(city.clerk), reverse("workflow:inbox")
    get(client, address)
    with counted() as queries:
        get(client, address)
    return [
        ("inbox.queries", len(queries), "queries"),
        ("inbox.ms", median_ms(lambda: get(client, address)), "ms"),
    ]


def public_pages(city: City) -> list[Result]:
    visitor = Client()
    recommendation = city.edition.recommendations.order_by("pk")[city.edition.recommendations.count() // 2]
    page = reverse("publication:recommendation", args=[city.edition.slug, recommendation.key])
    results: list[Result] = []
    for name, address in (("recommendation_page.queries", page), ("home.queries", reverse("publication:home"))):
        get(visitor, address)
        with counted() as queries:
            get(visitor, address)
        results.append((name, len(queries), "queries"))
    return results


def cycle_open(city: City) -> list[Result]:
    cycle = data.new_cycle(city)
    now = timezone.now()
    with counted() as queries:
        begin = time.perf_counter()
        opening.open_cycle(cycle.pk, by=city.coordinator, now=now, today=timezone.localdate(now))
        seconds = time.perf_counter() - begin
    return [
        ("cycle_open.statements", len(queries), "statements"),
        ("cycle_open.seconds", round(seconds, 3), "s"),
    ]


def report(city: City) -> list[Result]:
    from publication.report import build  # noqa: PLC0415 - the typesetter is loaded where it is measured

    begin = time.perf_counter()
    build.build_pdf(city.past[-1].pk)
    return [("report.pdf_seconds", round(time.perf_counter() - begin, 3), "s")]
