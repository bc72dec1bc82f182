"""The cache while Redis is away."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.conftest import Cast


@pytest.fixture
def away(settings: Any) -> None:
    """Nobody listens where Redis is said to be."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "config.caches.RedisOrMemory", "LOCATION": "redis://127.0.0.1:1/0"},
    }


@pytest.mark.usefixtures("away")
def test_people_sign_in_while_redis_is_away(client: Client, cast: Cast) -> None:
    answer = client.post("/anmelden/", {"email": cast.clerk.email})
    assert answer.status_code == 302, answer.content[:300]


@pytest.mark.usefixtures("away")
def test_what_was_kept_is_found_counted_and_removed() -> None:
    assert cache.add("one", 1)
    assert not cache.add("one", 2)
    assert cache.incr("one") == 2
    cache.set("one", 5)
    assert cache.get("one") == 5
    assert cache.delete("one")
    assert cache.get("one") is None


@pytest.mark.usefixtures("away")
def test_everything_that_a_cache_can_do_is_done_while_redis_is_away() -> None:
    cache.set_many({"one": 1, "two": 2})
    assert cache.get_many(["one", "two", "three"]) == {"one": 1, "two": 2}
    assert "one" in cache
    assert cache.touch("one", 60)
    cache.delete_many(["one"])
    assert cache.get_or_set("one", 3) == 3
    cache.clear()
    assert cache.get("two") is None
