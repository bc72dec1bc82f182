"""On English pages whatever the city itself has written is marked as German, for screen readers and hyphenation."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.test import Client

from concept.models import ActionField, ConceptEdition, CrosswalkLink, Goal, Recommendation
from offices.models import Office
from publication.models import Feedback, FeedbackState, ReportEdition
from tests.conftest import Cast
from tests.publication import crawler, open_city
from workflow.models import Measure, Participation, Revision, StatusUpdate

pytestmark = pytest.mark.django_db

MARK = "Zzdeutsch"
"""Stands in everything that the city and its offices have written, all of it German."""

GERMAN: dict[type, tuple[str, ...]] = {
    Office: ("name",),
    ConceptEdition: ("name", "description"),
    ActionField: ("name", "summary"),
    Goal: ("text",),
    Recommendation: ("title", "text", "rationale"),
    CrosswalkLink: ("note",),
    StatusUpdate: ("lead_office_label", "withdrawal_note"),
    Participation: ("office_label",),
    Revision: ("office_label", "status_reason", "done", "worked", "did_not_work", "overlooked", "next_step",
               "nil_reason", "public_note"),
    Measure: ("title", "responsible", "period", "funding", "partners"),
    ReportEdition: ("change_note", "withdrawal_note"),
    # A visitor may have written in any language.
    Feedback: ("answer",),
}  # fmt: skip
EMPTY_TAGS = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "use", "path"}
NOT_READ = {"title", "script", "style"}
"""A title cannot change its language on the way."""


class Spoken(HTMLParser):
    """The words of a page, each piece with the language that the page says it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.pieces: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY_TAGS:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        if any(one == tag for one, _lang in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1][0] not in NOT_READ:
            self.pieces.append((self.open[-1][1], " ".join(data.split())))


def spoken(html: str) -> list[tuple[str, str]]:
    reader = Spoken()
    reader.feed(html)
    return reader.pieces


@pytest.fixture
def city(cast: Cast, settings: LazySettings) -> open_city.City:
    city = open_city.build(cast)
    open_city.correct(city, cast)
    open_city.nil_return(city, cast)
    taken_back = StatusUpdate.objects.get(cycle=city.first, recommendation=city.cafe)
    open_city.withdraw(taken_back)
    now = open_city.APPROVED
    Feedback.objects.create(
        recommendation=city.cafe, text="Gut.", answer="Danke.", received_at=now, decided_at=now,
        state=FeedbackState.PUBLISHED,
    )  # fmt: skip
    QuerySet(Revision).filter(pk=StatusUpdate.objects.get(pk=city.run.pk).approved_id).update(
        status_reason="Darum.", worked="Das.", did_not_work="Jenes.", overlooked="Dies.", next_step="Weiter."
    )
    QuerySet(Measure).update(responsible="Amt", period="bis 2027", funding="Land", partners="Vereine")
    QuerySet(ReportEdition).update(change_note="Eine Zahl stimmt jetzt.")
    for model, names in GERMAN.items():
        for name in names:
            rows = QuerySet(model).exclude(**{name: ""})
            rows.update(**{name: Concat(F(name), Value(f" {MARK}"), output_field=_kind(model, name))})
    return city


def _kind(model: type, name: str) -> CharField | TextField:
    found = model._meta.get_field(name).__class__()  # type: ignore[attr-defined]  # a model, as all keys are
    assert isinstance(found, CharField | TextField)
    return found


def english_pages(client: Client) -> Iterator[tuple[str, str]]:
    """Open every English page, and all that they lead to."""
    start = ["/en/", f"/en/suche/?q={MARK.lower()}", "/en/massnahmen/?q=zz"]
    for answer in crawler.crawl(client, *start):
        path = urlsplit(answer.address).path
        if path.startswith("/en/") and answer.kind.startswith("text/html"):
            yield answer.address, answer.body.decode()


def test_every_german_word_on_an_english_page_is_marked(client: Client, city: open_city.City) -> None:
    unmarked: dict[str, set[str]] = {}
    seen = 0
    for address, html in english_pages(client):
        for lang, words in spoken(html):
            if MARK not in words:
                continue
            seen += 1
            if lang != "de":
                unmarked.setdefault(re.sub(r"\d+", "#", words)[:90], set()).add(address)
    assert seen > 100
    assert not unmarked, "\n".join(f"{words} | {sorted(where)[:2]}" for words, where in sorted(unmarked.items()))
