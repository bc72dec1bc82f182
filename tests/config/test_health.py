"""Health: alive while the process serves, ready while the database answers too."""

from unittest import mock

import pytest
from django.db import DatabaseError
from django.test import Client


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/health/alive").content == b"ok"


@pytest.mark.django_db
def test_ready_while_the_database_answers(client: Client) -> None:
    assert client.get("/health/ready").status_code == 200


@pytest.mark.django_db
def test_not_ready_while_the_database_is_gone(client: Client) -> None:
    with mock.patch("config.views.connection.cursor", side_effect=DatabaseError):
        assert client.get("/health/ready").status_code == 503
