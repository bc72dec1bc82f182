"""The log holds no secret that stands in an address."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from config.logging import WithoutSecrets


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutSecrets())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def test_the_token_of_an_invitation_stays_out_of_the_log(db: None, written: io.StringIO) -> None:
    Client(enforce_csrf_checks=True).post("/einladung/geheim-123/")
    Client().get("/einladung/geheim-123/")
    Client().get("/gibt-es-nicht/")
    assert "/einladung/…/" in written.getvalue()
    assert "/gibt-es-nicht/" in written.getvalue()
    assert "geheim-123" not in written.getvalue()


def test_the_token_that_switches_news_off_stays_out_of_the_log(db: None, written: io.StringIO) -> None:
    Client(enforce_csrf_checks=True).post("/abbestellen/12-mention.geheim/x")
    Client().get("/abbestellen/12-mention.geheim/x")
    assert "/abbestellen/…/" in written.getvalue()
    assert "12-mention" not in written.getvalue()


def test_the_server_in_front_masks_the_same_addresses() -> None:
    logged = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text().partition("map $uri $logged_path")[2]
    for path in ("/einladung/", "/abbestellen/", "/bericht/entwurf/", "/kalender/"):
        assert f"^{path}" in logged.partition("default $uri")[0]


def test_the_console_uses_the_filter(settings: object) -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_secrets"]  # type: ignore[attr-defined]
