"""Whoever keeps a copy of the data as docs/daten.md says has, after each change, what a fresh reader gets."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from concept.models import ConceptEdition, CrosswalkReason, Recommendation
from concept.models import CrosswalkLink as Link
from concept.services.editions import publish_edition
from publication.models import EntrySummary
from publication.queries import edition_withdrawal
from publication.services.edition_withdrawals import withdraw_edition
from tests import factories
from tests.conftest import Cast
from tests.publication import open_city
from tests.publication.conftest import entry, period
from tests.publication.open_city import City
from workflow import runs
from workflow.models import CycleState, EntryKind, ReportingCycle, Review, Revision, StatusUpdate

pytestmark = pytest.mark.django_db
BEGIN = datetime.datetime(2025, 9, 1, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def city(cast: Cast) -> City:
    return open_city.build(cast)


@dataclass
class Copy:
    """A copy by the protocol: entries by their id, kept with what changed since the day of the last visit."""

    client: Client
    entries: dict[int, Any] = field(default_factory=dict)
    last: datetime.date | None = None

    def visit(self, day: datetime.date) -> None:
        since = {"changed_since": self.last.isoformat()} if self.last else {}
        for one in self.all("entries", since):
            self.entries[one["id"]] = one
        for gone in self.all("changes", {"kind": "withdrawn", **since}):
            self.entries.pop(gone["entry"], None)
        recommendations = {one["id"]: one for one in self.all("recommendations", {})}
        periods = {one["id"]: one for one in self.all("periods", {})}
        for one in self.entries.values():
            now = recommendations[one["recommendation"]["id"]]
            one["recommendation"] = {name: now[name] for name in ("id", "key", "number", "title")}
            one["url"] = now["url"]
            one["period"] = periods[one["period"]["id"]]
        self.last = day

    def all(self, name: str, query: dict[str, str]) -> Iterator[Any]:
        address: str | None = f"/api/v1/{name}?" + "&".join(f"{key}={said}" for key, said in query.items())
        while address:
            page = self.client.get(address.removeprefix(settings.SITE_URL)).json()
            yield from page["items"]
            address = page["next"]


class Days:
    """What happens, a thing every ten days."""

    def __init__(self, city: City, cast: Cast) -> None:
        self.city, self.cast = city, cast
        self.now = BEGIN
        self.third = period(city.today, 2025, 2026, closed=False)
        self.confirming: Revision | None = None
        self.new = city.today

    def pass_by(self) -> None:
        self.now += datetime.timedelta(days=10)

    def approved(self, made: Revision) -> Revision:
        StatusUpdate.objects.filter(pk=made.update_id).update(approved_at=self.now)
        return made

    def approve(self) -> None:
        made = self.approved(entry(self.third, self.city.gap, self.cast.health, "planned", measures=("Brücken",)))
        Review.objects.create(revision=made, decision="approved", decided_by=self.cast.reviewer, decided_at=self.now)

    def correct(self) -> None:
        self.approved(entry(self.third, self.city.gap, self.cast.health, "deferred", public_note="Verschoben."))

    def confirm(self) -> None:
        unchanged = {"kind": EntryKind.UNCHANGED, "confirms": self.city.entry, "done": ""}
        self.confirming = self.approved(entry(self.third, self.city.cafe, self.cast.youth, "in_progress", **unchanged))

    def correct_the_confirmed_text(self) -> None:
        former = {"decision": "approved", "decided_by": self.cast.reviewer, "decided_at": open_city.APPROVED}
        Review.objects.create(revision=self.city.entry, **former)
        corrected = {"done": "Acht Schulen.", "public_note": "Es sind acht."}
        self.city.entry = self.approved(
            entry(self.city.second, self.city.cafe, self.cast.youth, "in_progress", **corrected)
        )

    def withdraw(self) -> None:
        """The confirmed entry goes, and the one that confirms it goes along."""
        of = {"revision_number": self.city.entry.number, "by": self.cast.coordinator, "now": self.now}
        runs.withdraw_entry(self.city.entry.update_id, note="Darin stand etwas Falsches.", **of)

    def restore(self) -> None:
        runs.restore_entry(self.city.entry.update_id, reason="Stimmte doch.", by=self.cast.coordinator, now=self.now)

    def correct_what_was_withdrawn(self) -> None:
        made = entry(self.city.second, self.city.cafe, self.cast.youth, "implemented", public_note="Nun richtig.")
        StatusUpdate.objects.filter(pk=made.update_id).update(withdrawn_at=None, withdrawal_note="")
        self.city.entry = self.approved(made)

    def summarise(self, text: str = "Acht Schulen haben ein Café.", number: int = 2) -> None:
        EntrySummary.objects.create(
            update=self.city.run, language="de-simple", number=number, text=text,
            source=self.city.entry, text_source=self.city.entry, written_at=self.now,
        )  # fmt: skip

    def take_the_summary_away(self) -> None:
        newest = EntrySummary.objects.filter(update=self.city.run, language="de-simple").order_by("number").last()
        self.summarise("", newest.number + 1 if newest else 1)

    def close_the_period(self) -> None:
        ReportingCycle.objects.filter(pk=self.third.pk).update(state=CycleState.CLOSED, closed_at=self.now)

    def rename(self) -> None:
        Recommendation.objects.filter(pk=self.city.gap.pk).update(title="Brücken", number="2.1/9")

    def adopt_a_new_edition(self) -> None:
        """It brings reports along that were approved long before it was public."""
        adopted = timezone.localdate(self.now) - datetime.timedelta(days=20)
        new = factories.edition("Fortschreibung", slug="fortschreibung", adopted_on=adopted, published_at=self.now)
        ConceptEdition.objects.filter(pk=new.pk).update(predecessor=self.city.today)
        one = factories.recommendation(factories.goal(new), "F1", title="Neu gefasst", lead=self.cast.youth)
        Link.objects.create(predecessor=self.city.cafe, successor=one, reason=CrosswalkReason.REWORDED)
        entry(period(new, 2023, 2024), one, self.cast.youth, "planned")
        self.new = new

    def take_the_edition_back(self) -> None:
        stamp = edition_withdrawal.stamp(self.new, edition_withdrawal.public_reports_on(self.new.pk))
        withdraw_edition(self.new.pk, seen=stamp, note="Noch nicht.", by=self.cast.coordinator, now=self.now)

    def publish_it_again(self) -> None:
        publish_edition(self.new.pk, adopted_on=self.new.adopted_on, by=self.cast.coordinator, now=self.now)
        self.new.refresh_from_db()


STEPS = (
    "approve", "correct", "confirm", "correct_the_confirmed_text", "summarise", "withdraw", "restore", "rename",
    "take_the_summary_away", "withdraw", "correct_what_was_withdrawn", "close_the_period", "adopt_a_new_edition",
    "take_the_edition_back", "publish_it_again", "take_the_edition_back",
)  # fmt: skip


def test_a_copy_is_after_each_change_what_a_fresh_reader_gets(client: Client, city: City, cast: Cast) -> None:
    days = Days(city, cast)
    copy = Copy(client)
    copy.visit(timezone.localdate(days.now))
    for step in STEPS:
        days.pass_by()
        before = {key: dict(one) for key, one in copy.entries.items()}
        getattr(days, step)()
        copy.visit(timezone.localdate(days.now))
        fresh = Copy(client)
        fresh.visit(timezone.localdate(days.now))
        assert copy.entries == fresh.entries, step
        assert copy.entries != before, f"{step} shows in the data"


def test_a_copy_follows_an_edition_that_is_taken_back_and_published_again_within_a_day(
    client: Client, city: City, cast: Cast
) -> None:
    days = Days(city, cast)
    copy = Copy(client)
    days.adopt_a_new_edition()
    copy.visit(timezone.localdate(days.now))
    for step in ("take_the_edition_back", "publish_it_again", "take_the_edition_back", "publish_it_again"):
        days.now += datetime.timedelta(minutes=10)
        before = set(copy.entries)
        getattr(days, step)()
        copy.visit(timezone.localdate(days.now))
        fresh = Copy(client)
        fresh.visit(timezone.localdate(days.now))
        assert copy.entries == fresh.entries, step
        assert set(copy.entries) != before, step


def test_a_copy_that_slept_through_two_withdrawals_has_neither_entry(client: Client, city: City, cast: Cast) -> None:
    """First one entry of the edition went, then the edition, and nobody asked in between."""
    days = Days(city, cast)
    copy = Copy(client)
    days.adopt_a_new_edition()
    copy.visit(timezone.localdate(days.now))
    (run,) = StatusUpdate.objects.filter(cycle__edition=days.new)
    assert run.pk in copy.entries
    days.pass_by()
    runs.withdraw_entry(run.pk, revision_number=1, note="Falsch.", by=cast.coordinator, now=days.now)
    days.pass_by()
    days.take_the_edition_back()
    copy.visit(timezone.localdate(days.now))
    assert run.pk not in copy.entries


def test_what_is_shown_again_is_told_with_what_confirms_it(client: Client, city: City, cast: Cast) -> None:
    days = Days(city, cast)
    for step in ("confirm", "withdraw", "restore"):
        days.pass_by()
        getattr(days, step)()
    day = timezone.localdate(days.now).isoformat()
    told = client.get(f"/api/v1/changes?changed_since={day}").json()["items"]
    confirming = days.confirming
    assert confirming is not None
    assert {(one["kind"], one["entry"], one["on"], one["title"]) for one in told} == {
        ("restored", confirming.update_id, day, "Wieder gezeigt: Elterncafés, 2025–2026"),
        ("restored", city.run.pk, day, "Wieder gezeigt: Elterncafés, 2023–2024"),
    }
    assert client.get("/api/v1/changes?kind=withdrawn").json()["items"] == []
    assert "Stimmte doch." not in client.get("/feed.atom").content.decode()
    assert "Wieder gezeigt: Elterncafés, 2025–2026" in client.get("/feed.atom").content.decode()
    page = client.get("/neu/2025/").content.decode()
    assert page.count("Wieder gezeigt") == 2
    assert "Er bestätigt den Sachstand für 2023–2024, der wieder gezeigt wird." in page


def test_a_correction_of_a_confirmed_text_is_told_of_the_entry_that_confirms_it(
    client: Client, city: City, cast: Cast
) -> None:
    days = Days(city, cast)
    for step in ("confirm", "correct_the_confirmed_text"):
        days.pass_by()
        getattr(days, step)()
    confirming = days.confirming
    assert confirming is not None
    told = client.get("/api/v1/changes?kind=corrected").json()["items"]
    assert {(one["entry"], one["note"]) for one in told} == {
        (confirming.update_id, "Es sind acht."),
        (city.run.pk, "Es sind acht."),
    }
    assert len({one["id"] for one in told}) == 2


def test_a_text_that_was_corrected_before_it_was_confirmed_is_no_correction_of_what_confirms_it(
    client: Client, city: City, cast: Cast
) -> None:
    days = Days(city, cast)
    for step in ("correct_the_confirmed_text", "withdraw", "restore", "confirm"):
        days.pass_by()
        getattr(days, step)()
    confirming = days.confirming
    assert confirming is not None
    told = client.get("/api/v1/changes").json()["items"]
    assert [one["kind"] for one in told if one["entry"] == confirming.update_id] == ["approved"]


def test_former_times_of_showing_again_are_not_told_once_it_is_gone_again(
    client: Client, city: City, cast: Cast
) -> None:
    days = Days(city, cast)
    for step in ("withdraw", "restore", "withdraw"):
        days.pass_by()
        getattr(days, step)()
    told = client.get("/api/v1/changes").json()["items"]
    assert [one["kind"] for one in told if one["entry"] == city.run.pk] == ["withdrawn"]
