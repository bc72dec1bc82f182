"""How answers are packed and kept in a process: in each encoding, bounded, and what is not kept packed as well."""

import gzip

import brotli
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from publication.site import cache, keeping, middleware


def test_the_memory_forgets_what_was_asked_for_longest_ago() -> None:
    memory = cache.Memory(10)
    for key in "ab":
        memory.put(key, cache.Ready((), b"12345", ""))
    memory.get("a")
    memory.put("c", cache.Ready((), b"12345", ""))
    assert (memory.get("a") is not None, memory.get("b"), memory.get("c") is not None) == (True, None, True)
    memory.put("c", cache.Ready((), b"1", ""))
    assert memory.size == 6


def test_answers_that_cannot_be_packed_are_kept_as_they_are() -> None:
    ready = cache.put("digest", (), b"\x00" * 1000, "application/pdf", "br", is_search=False)
    assert (ready.encoding, ready.body) == ("", b"\x00" * 1000)
    found = cache.get("digest", "gzip", is_search=False)
    assert found is not None
    assert found.encoding == ""


def test_immutable_answers_say_so() -> None:
    assert "immutable" in keeping.Keeping(immutable=True).cache_control
    assert keeping.Keeping().cache_control == "public, no-cache"


@pytest.mark.django_db
@pytest.mark.parametrize("accepted", ["br", "gzip"])
@pytest.mark.parametrize("query", ["", "a=1"])
def test_what_is_too_large_or_of_too_many_kinds_to_be_kept_is_sent_compressed(
    monkeypatch: pytest.MonkeyPatch, accepted: str, query: str
) -> None:
    body = b"0123456789" * 100
    monkeypatch.setattr(middleware, "keeping_of", lambda _request: keeping.Keeping(None))
    monkeypatch.setattr(cache, "BIGGEST", len(body) - 1)
    ready = middleware.ReadyPages(lambda _request: HttpResponse(body))
    kept = (cache.PAGES.size, cache.SEARCHES.size)

    def ask(**headers: str) -> HttpResponse:
        given = {"HTTP_ACCEPT_ENCODING": accepted, **headers}
        return ready(RequestFactory().get(f"/frei/?{query}", **given))  # type: ignore[return-value]

    made = ask()
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress}[accepted](made.content)
    assert unpacked == body
    assert (made["Content-Encoding"], made["Content-Length"]) == (accepted, str(len(made.content)))
    assert ask(HTTP_IF_NONE_MATCH=made["ETag"]).status_code == 304
    assert (cache.PAGES.size, cache.SEARCHES.size) == kept
    assert ask(HTTP_ACCEPT_ENCODING="").content == body
