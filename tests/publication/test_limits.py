"""How often something may come from one connection, without any address being kept."""

import datetime
from typing import Any

import pytest
from django.core.cache import cache

from publication.site.limits import too_often

NOW = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def counted(address: str, times: int, purpose: str = "feedback", now: datetime.datetime = NOW) -> list[bool]:
    return [too_often(purpose, address, limit=2, seconds=3600, now=now) for _ in range(times)]


def test_the_limit_itself_may_still_come() -> None:
    assert counted("192.0.2.1", 3) == [False, False, True]


def test_each_connection_and_each_purpose_is_counted_for_itself() -> None:
    counted("192.0.2.1", 3)
    assert counted("192.0.2.2", 2) == [False, False]
    assert counted("192.0.2.1", 2, purpose="barrier") == [False, False]


def test_a_household_has_many_addresses_of_the_sixth_version_and_counts_as_one() -> None:
    assert counted("2001:db8:1:2::1", 1) + counted("2001:db8:1:2:ffff::9", 2) == [False, False, True]
    assert counted("2001:db8:1:3::1", 1) == [False]


def test_an_address_of_the_fourth_version_is_the_same_in_the_words_of_the_sixth() -> None:
    assert counted("::ffff:192.0.2.1", 2) + counted("192.0.2.1", 1) == [False, False, True]
    assert counted("::ffff:192.0.2.2", 1) == [False]


def test_what_is_no_address_counts_as_one() -> None:
    assert counted("", 2) + counted("unbekannt", 1) == [False, False, True]


def test_the_number_of_an_address_is_another_one_each_day() -> None:
    counted("192.0.2.1", 3)
    assert counted("192.0.2.1", 1, now=NOW + datetime.timedelta(days=1)) == [False]


def test_no_address_stands_in_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    for name in ("add", "incr"):
        plain = getattr(cache, name)

        def spy(*args: Any, plain: Any = plain, **kwargs: Any) -> Any:
            seen.append((args, kwargs))
            return plain(*args, **kwargs)

        monkeypatch.setattr(cache, name, spy)
    counted("192.0.2.1", 3)
    assert seen
    assert "192.0.2" not in str(seen)
