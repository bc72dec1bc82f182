"""The access table, played: every row by every role, with GET and with POST."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.table import NOT_OURS, ROLES, TABLE, Page, World

SIGN_IN = "/anmelden/?next="
OPEN = {200, 302, 304}


@pytest.mark.parametrize("page", TABLE, ids=[page.name for page in TABLE])
def test_a_page_is_open_to_its_roles_and_to_nobody_else(world: World, page: Page) -> None:
    address = page.address(world)
    wrong = []
    for role in ROLES:
        for method, allowed in (("get", page.get), ("post", page.post)):
            # Each role meets the same world: what it changes is undone.
            with transaction.atomic():
                response = getattr(client_of(world, role), method)(
                    address, page.sent(world) if method == "post" else {}
                )
                transaction.set_rollback(True)
            if not is_right(page, role, allowed, response):
                where = response.get("Location", "")
                wrong.append(f"{role} {method.upper()} {address}: {response.status_code} {where}")
    assert not wrong, "\n".join(wrong)


def is_right(page: Page, role: str, allowed: frozenset[str] | None, response: HttpResponse) -> bool:
    status = response.status_code
    to_sign_in = status == 302 and response["Location"].startswith(SIGN_IN)
    if allowed is not None and role in allowed:
        return status in OPEN | page.also and not to_sign_in
    refused = {404} | page.refused | ({405} if allowed is None else set())
    return status in refused or (role == "visitor" and to_sign_in)


def test_no_page_is_missing_from_the_table() -> None:
    listed = {page.name for page in TABLE}
    found = {name for name in names(get_resolver().url_patterns) if not name.startswith(NOT_OURS)}
    assert found - listed == set(), "These pages have no access rule in tests/access/table.py."
    assert listed - found == set(), "These rows name pages that do not exist."


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, prefix + inner)
        else:
            yield prefix + (pattern.name or f"?{pattern.pattern}")


def client_of(world: World, role: str) -> Client:
    client = Client()
    if role != "visitor":
        client.force_login(world.people[role], backend="offices.backends.OfficeBackend")
    return client


def back_office_pages() -> list[str]:
    return sorted(name for name in names(get_resolver().url_patterns) if name.startswith("admin:"))


@pytest.mark.parametrize("role", ROLES)
def test_the_back_office_is_for_administrators_and_coordinators(world: World, role: str) -> None:
    lists = [name for name in back_office_pages() if name.endswith("_changelist")]
    for name in ["admin:index", *lists]:
        response = client_of(world, role).get(reverse(name))
        if role in {"coordinator", "administrator"}:
            assert response.status_code in {200, 403}, (role, name)
        elif response.status_code == 302:
            assert "/anmelden/" in response["Location"], (role, name)
        else:
            assert response.status_code in {403, 404}, (role, name)


@pytest.mark.parametrize("role", ["visitor", "clerk", "coordinator", "administrator"])
def test_nobody_deletes_anything_in_the_back_office(world: World, role: str) -> None:
    subjects = {
        "admin:offices_office_delete": world.requested.lead_office_id,
        "admin:offices_person_delete": world.people["stranger"].pk,
        "admin:concept_recommendation_delete": world.recommendation.pk,
    }
    for name, key in subjects.items():
        response = client_of(world, role).post(reverse(name, args=[key]), {"post": "yes"})
        assert response.status_code in {302, 403, 404}, (role, name)
    for kept in (world.requested.lead_office, world.people["stranger"], world.recommendation):
        kept.refresh_from_db()
