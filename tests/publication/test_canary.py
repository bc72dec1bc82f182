"""Nothing unpublished ever leaves: marked secrets stand in everything that is not public, and a visitor reads all."""

import datetime
import html.parser
import json
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from concept.models import CrosswalkLink, CrosswalkReason, Recommendation
from publication.models import ReportEdition
from publication.services import reports
from tests import factories
from tests.conftest import Cast
from tests.publication import canary
from tests.publication.canary import SECRET
from tests.publication.conftest import entry, period, run
from workflow.models import Draft, EntryKind, Outlook, Review, ReviewComment, Revision, StatusUpdate

pytestmark = pytest.mark.django_db

NOW = timezone.now()
FORMER_NOTE = "Davor stand hier ein anderer Text."


class Links(html.parser.HTMLParser):
    """Every address that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"href", "src", "action"} and value]


def crawl(client: Client, start: str = "/") -> Iterator[tuple[str, bytes]]:
    """Fetch everything on this host that ``start`` leads to, files of the design aside."""
    waiting, seen = [start], {start}
    while waiting:
        address = waiting.pop()
        response = client.get(address, follow=True)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = " ".join(f"{name}: {value}" for name, value in response.items())
        yield address, headers.encode() + b"\n" + body
        if not response["Content-Type"].startswith("text/html"):
            continue
        links = Links()
        links.feed(body.decode())
        for link in links.found:
            target = urldefrag(urljoin(f"http://testserver{address}", link)).url
            parts = urlsplit(target)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc == "testserver" and not path.startswith("/static/") and path not in seen:
                seen.add(path)
                waiting.append(path)


def words_of(address: str, body: bytes) -> str:
    if address.endswith(".pdf") and (tool := shutil.which("pdftotext")):
        pdf = body.split(b"\n", 1)[1]
        return subprocess.run([tool, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return body.decode(errors="replace")


@pytest.fixture
def city(cast: Cast) -> set[int]:
    """A city in every state; returns the revisions that visitors may read."""
    edition = factories.edition(slug="heute")
    goal = factories.goal(edition)
    old = factories.edition("Integrationskonzept 2012", adopted_on=datetime.date(2012, 5, 7))
    before = factories.recommendation(factories.goal(old), "O1", lead=cast.youth)
    known, gap, other = (
        factories.recommendation(goal, number, lead=cast.youth, contributing=(cast.school,))
        for number in ("1.1.1", "1.1.2", "1.1.3")
    )
    CrosswalkLink.objects.create(predecessor=before, successor=known, reason=CrosswalkReason.KEPT)
    closed = period(edition, 2021, 2022)
    # Corrected twice: of the first correction only the note is still public.
    former = entry(closed, other, cast.youth, public_note=FORMER_NOTE, measures=("Geheim",))
    Review.objects.create(revision=former, decision="approved", decided_by=cast.reviewer, decided_at=NOW)
    public = {
        entry(closed, known, cast.youth, "implemented", measures=("Räume",), outlook=Outlook.AT_RISK).pk,
        entry(
            closed,
            other,
            cast.youth,
            kind=EntryKind.NIL_RETURN,
            nil_reason="Nichts zu tun.",
            public_note="Zuerst stand hier ein Text.",
        ).pk,
    }
    # A correction of a published entry is under way: neither its note nor its text is public yet.
    correction = entry(closed, known, cast.youth, approved=False, public_note="?")
    StatusUpdate.objects.filter(pk=correction.update_id).update(correction_note="?")
    run(closed, gap, cast.youth)
    later = period(edition, 2023, 2024, publish_on=timezone.localdate(NOW) + datetime.timedelta(days=2))
    entry(later, known, cast.youth, "implemented", measures=("Geheim",), outlook=Outlook.BLOCKED)
    running = factories.open_cycle(edition)
    returned = entry(running, known, cast.youth, approved=False, measures=("Geheim",), outlook=Outlook.BLOCKED)
    entry(running, known, cast.youth, approved=False)
    Review.objects.create(revision=returned, decision="returned", decided_by=cast.reviewer, decided_at=NOW)
    ReviewComment.objects.create(revision=returned, text="?", written_by=cast.reviewer, written_at=NOW)
    Draft.objects.create(update=returned.update, person=cast.clerk, saved_at=NOW)
    for cycle in (closed, later):
        reports.request_report(cycle.pk, by=cast.coordinator, now=NOW)
    return public


@pytest.fixture
def planted(city: set[int]) -> set[int]:
    assert canary.plant() > 50
    canary.hide_unpublished(city, Revision.objects.filter(public_note=FORMER_NOTE).values_list("pk", flat=True))
    return city


def test_every_secret_field_of_every_model_holds_a_secret(planted: set[int]) -> None:
    for model in canary.our_models():
        assert model._base_manager.exists(), f"{model.__name__} has no row"
        for field in canary.secret_fields(model):
            for value in model._base_manager.values_list(field.attname, flat=True):
                assert SECRET.lower() in str(value).lower(), f"{model.__name__}.{field.name}"


def test_every_public_field_exists() -> None:
    names = {model._meta.label_lower: {field.name for field in model._meta.fields} for model in canary.our_models()}
    for model, fields in canary.PUBLIC.items():
        assert fields <= names[model]


def test_no_secret_stands_in_anything_that_a_visitor_can_fetch(planted: set[int], cast: Cast, client: Client) -> None:
    report = ReportEdition.objects.get(cycle__period_until__year=2022)
    ReportEdition.objects.update(state="requested", claimed_at=None)
    assert reports.build_report(report.pk, now=NOW)
    report = reports.release_report(report.pk, by=cast.coordinator, now=NOW, today=timezone.localdate(NOW))
    assert SECRET not in json.dumps(report.document)
    pages = {address: words_of(address, body) for address, body in crawl(client)}
    assert "/" in pages
    assert f"/bericht/{report.pk}.pdf" in pages
    one = Recommendation.objects.get(number="1.1.1")
    assert (
        Revision.objects.get(update__recommendation=one, pk__in=planted).done
        in pages["/konzept/heute/empfehlung/1.1.1/"]
    )
    assert "Zuerst stand hier ein Text." in pages["/konzept/heute/empfehlung/1.1.3/"]
    assert FORMER_NOTE in pages["/konzept/heute/empfehlung/1.1.3/"]
    for address, text in pages.items():
        assert SECRET.lower() not in text.lower(), address
        for word in ("gefährdet", "blockiert"):
            assert word not in text.lower(), address


def test_the_canary_sings_where_a_secret_is_public(planted: set[int], client: Client) -> None:
    Recommendation.objects.filter(number="1.1.2").update(title=SECRET)
    assert any(SECRET in words_of(address, body) for address, body in crawl(client))


def test_what_is_not_linked_does_not_open_either(planted: set[int], client: Client) -> None:
    for report in ReportEdition.objects.all():
        assert client.get(f"/bericht/{report.pk}.pdf").status_code == 404


def test_searching_for_a_secret_finds_nothing(planted: set[int], client: Client) -> None:
    for query in ({"q": SECRET}, {"q": "blockiert"}):
        assert "Nichts gefunden" in client.get("/konzept/heute/", query).content.decode()
