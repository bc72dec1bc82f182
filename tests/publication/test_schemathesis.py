"""Schemathesis asks the interface everything that its description allows, and what it forbids, and finds nothing."""

from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import Phase
from schemathesis import GenerationMode

from tests.conftest import Cast
from tests.publication import open_city

pytestmark = pytest.mark.django_db

EXAMPLES = 6
"""For each operation and mode, the same ones on every run."""


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the test's connection, with all that stands in its transaction, from one request to the next."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does-not-fit"])
def test_schemathesis_finds_nothing(cast: Cast, mode: GenerationMode) -> None:
    open_city.build(cast)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    asked = 0
    for operation in (found.ok() for found in schema.get_all_operations()):
        if mode is GenerationMode.NEGATIVE and not (len(operation.query) or len(operation.path_parameters)):
            continue

        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def holds(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(base_url="http://testserver", headers={"Accept-Encoding": "identity"})

        holds()
    assert asked > EXAMPLES * 10
