"""What is measured. Pages are whole requests through Django's test client, middleware and sign-in included."""

import time

from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench import data, engine_queue
from bench.data import City
from bench.measure import alternating_ms, median_ms
from offices.access import desk_of
from offices.models import Person
from workflow import opening
from workflow.queries import inbox as inbox_query

Result = tuple[str, float, str]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="offices.backends.OfficeBackend")
    return client


def get(client: Client, address: str) -> HttpResponse:
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"  # noqa: PLR2004
    return response


def queries_of(client: Client, address: str) -> int:
    """Return how many queries the page takes, once it is warm."""
    get(client, address)
    with CaptureQueriesContext(connection) as queries:
        get(client, address)
    return len(queries)


def board(city: City) -> list[Result]:
    """The coordinators' board: the whole request, beside its template rendered from a ready list.

    ``ms`` is the board as coordinators meet it again and again, ``ms_after_a_change`` what the first look costs after
    something has happened.
    """
    client, address = signed_in(city.coordinator), reverse("workflow:board")
    queries = queries_of(client, address)
    response = get(client, address)
    seen, request = response.context, response.wsgi_request  # type: ignore[attr-defined]
    context = {name: seen[name] for name in ("board", "menus", "may_approve", "refusals")}
    whole, bare = alternating_ms(
        lambda: get(client, address), lambda: render_to_string("workflow/board.html", context, request)
    )
    caches["process"].clear()
    with CaptureQueriesContext(connection) as captured:
        get(client, address)
    return [
        ("board.queries", len(captured), "queries"),
        ("board.queries_unchanged", queries, "queries"),
        ("board.ms", whole, "ms"),
        ("board.bare_ms", bare, "ms"),
        ("board.ms_after_a_change", median_ms(lambda: (caches["process"].clear(), get(client, address))), "ms"),
    ]


def board_with_history(city: City, past_cycles: int = 20) -> list[Result]:
    """The same board once the city has so many past cycles."""
    data.add_past_cycles(city, past_cycles)
    data.analyse()
    client, address = signed_in(city.coordinator), reverse("workflow:board")
    return [
        (f"board.queries_{past_cycles}_cycles", queries_of(client, address), "queries"),
        (f"board.ms_{past_cycles}_cycles", median_ms(lambda: get(client, address)), "ms"),
    ]


def inbox(city: City) -> list[Result]:
    """The inbox of a clerk, beside the same page read from the engine's own ``queue()``.

    ``inbox.ms`` and ``inbox.engine_queue_ms`` go from the person's desk to all that the page shows: counts, the most
    urgent tasks in their order, their threads and words. What a request adds is the same for both; ``request_ms`` has
    it.
    """
    client, address, desk = signed_in(city.clerk), reverse("workflow:inbox"), desk_of(city.clerk)
    shown = response_tasks(get(client, address))
    assert shown == min(city.clerk_tasks, inbox_query.PER_PAGE), shown
    own, engine = alternating_ms(
        lambda: inbox_query.task_page(desk, today=desk.day), lambda: engine_queue.task_page(desk, today=desk.day)
    )
    return [
        ("inbox.tasks", city.clerk_tasks, "tasks"),
        ("inbox.queries", queries_of(client, address), "queries"),
        ("inbox.ms", own, "ms"),
        ("inbox.engine_queue_ms", engine, "ms"),
        ("inbox.request_ms", median_ms(lambda: get(client, address)), "ms"),
    ]


def response_tasks(response: HttpResponse) -> int:
    return len(response.context["tasks"].tasks)  # type: ignore[attr-defined]


def public_pages(city: City) -> list[Result]:
    visitor = Client()
    recommendation = city.edition.recommendations.order_by("pk")[city.edition.recommendations.count() // 2]
    page = reverse("publication:recommendation", args=[city.edition.slug, recommendation.key])
    return [
        ("recommendation_page.queries", queries_of(visitor, page), "queries"),
        ("home.queries", queries_of(visitor, reverse("publication:home")), "queries"),
    ]


def cycle_open(city: City) -> list[Result]:
    cycle = data.new_cycle(city)
    now = timezone.now()
    with CaptureQueriesContext(connection) as queries:
        begin = time.perf_counter()
        opening.open_cycle(cycle.pk, by=city.coordinator, now=now, today=timezone.localdate(now))
        seconds = time.perf_counter() - begin
    return [
        ("cycle_open.statements", len(queries), "statements"),
        ("cycle_open.seconds", round(seconds, 3), "s"),
        ("cycle_open.one_by_one_seconds", round(_one_by_one_seconds(city), 3), "s"),
    ]


def _one_by_one_seconds(city: City) -> float:
    """The same runs, started one after the other through the engine."""
    cycle = data.new_cycle(city, years_ahead=2)
    now = timezone.now()
    today = timezone.localdate(now)
    begin = time.perf_counter()
    for recommendation in city.edition.recommendations.order_by("pk"):
        opening.start_one(cycle, recommendation, by=city.coordinator, now=now, today=today)
    return time.perf_counter() - begin
