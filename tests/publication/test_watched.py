"""What the pages are made from, the database watches, so that nothing kept ready outlives a change of it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from publication.site.triggers import WATCHED
from tests.conftest import Cast
from tests.publication import crawler
from tests.publication.city import build, publish

pytestmark = pytest.mark.django_db

UNWATCHED = {
    # Written once; which one counts stands in the run or in the report.
    "workflow_revision",
    "workflow_measure",
    "workflow_review",
    "publication_reportfile",
    # Of the history visitors' copies hang on one event alone, which is written with its run: that it was imported.
    "workflow_event",
}


def test_every_table_that_visitors_read_is_watched_or_never_changes(cast: Cast, client: Client) -> None:
    publish(build(cast), cast)
    with CaptureQueriesContext(connection) as seen:
        assert len(list(crawler.crawl(client))) > 50
    tables = {table for query in seen for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    assert tables - {one.table for one in WATCHED} == UNWATCHED
