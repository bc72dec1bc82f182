"""The feed that calendar programs read: what stands in it, for whom, and that it keeps to the standard."""

import datetime
import io
import logging
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.logging import WithoutSecrets
from notifications.models import CalendarFeed
from notifications.services import calendars
from offices.models import Membership, Person
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.rfc5545 import Component, checked
from workflow import opening, runs
from workflow.models import ReviewPolicy, StatusUpdate, WorkItem, WorkStep
from workflow.services import cycles, sittings
from workflow.services.cycles import CycleDates

ANSWER = "Diesen Kalender gibt es nicht."


@pytest.fixture(autouse=True)
def that_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def fetch(token: str, **headers: str) -> HttpResponse:
    return Client().get(f"/kalender/{token}.ics", headers=headers)


def feed_of(person: Person) -> Component:
    holds = CalendarFeed.objects.filter(person=person, revoked_at=None).values_list("pk", flat=True).first()
    token = calendars.create(by=person, now=NOW, replaces=holds)
    answer = fetch(token)
    assert answer.status_code == 200
    return checked(answer.content)


def entries(calendar: Component) -> dict[str, Component]:
    return {one.text("UID").partition("@")[0]: one for one in calendar.inside}


def task_of(update: StatusUpdate, step: str = WorkStep.WRITE) -> str:
    return f"task-{update.work_items.filter(step=step).latest('pk').pk}"


def test_an_open_task_is_a_whole_day_with_two_alarms_and_the_way_to_the_text(cast: Cast, stage: Stage) -> None:
    found = entries(feed_of(cast.clerk))[task_of(stage.youth_update)]

    address = f"http://127.0.0.1:8000/sachstand/{stage.youth_update.pk}/schreiben/"
    assert found.text("SUMMARY") == "Abgabe: 1.1.1 Empfehlung 1.1.1"
    assert ("DTSTART;VALUE=DATE", "20270115") in found.lines
    assert ("DTEND;VALUE=DATE", "20270116") in found.lines
    assert found.all("URL") == [address]
    assert address in found.text("DESCRIPTION")
    assert "51 Jugendamt" in found.text("DESCRIPTION")
    assert found.text("TRANSP") == "TRANSPARENT"
    assert found.text("CATEGORIES") == "Abgabe"
    # From midnight: nine o'clock three days before, and nine o'clock on the day.
    assert [alarm.text("TRIGGER") for alarm in found.inside] == ["-P2DT15H", "PT9H"]


def test_the_calendar_says_who_it_is_and_how_often_to_look(cast: Cast, stage: Stage) -> None:
    calendar = feed_of(cast.clerk)

    assert calendar.text("X-WR-CALNAME") == calendar.text("NAME") == "Fristen Integrationskonzept Kassel"
    assert ("REFRESH-INTERVAL;VALUE=DURATION", "PT4H") in calendar.lines
    assert calendar.all("METHOD") == []


def test_others_tasks_and_drafts_stay_out(cast: Cast, stage: Stage) -> None:
    found = entries(feed_of(cast.clerk))

    assert task_of(stage.school_update) not in found
    assert [name for name in found if name.startswith("task-")] == [task_of(stage.youth_update)]


def test_a_title_with_commas_line_breaks_and_umlauts_is_read_as_it_was_written(cast: Cast, stage: Stage) -> None:
    title = "Größe; Maß, und\nzwar „überall“ – auch \\ hier: " + "Straßenbahnhaltestellenüberdachung " * 3
    recommendation = stage.youth_update.recommendation
    recommendation.title = title
    recommendation.save()

    found = entries(feed_of(cast.clerk))[task_of(stage.youth_update)]

    assert found.text("SUMMARY") == f"Abgabe: 1.1.1 {title}"


def test_an_extension_keeps_the_entry_and_raises_its_sequence(cast: Cast, stage: Stage) -> None:
    name = task_of(stage.youth_update)
    before = entries(feed_of(cast.clerk))[name]
    later = NOW + datetime.timedelta(hours=1)

    runs.extend(
        stage.youth_update.pk,
        by=cast.coordinator,
        due_on=datetime.date(2027, 2, 1),
        reason="Ferien",
        now=later,
        today=TODAY,
    )

    after = entries(feed_of(cast.clerk))[name]
    assert ("DTSTART;VALUE=DATE", "20270201") in after.lines
    assert int(after.text("SEQUENCE")) > int(before.text("SEQUENCE"))
    assert after.text("LAST-MODIFIED") == after.text("DTSTAMP") == "20261123T100000Z"
    assert before.text("LAST-MODIFIED") == "20261123T090000Z"


def test_a_task_that_is_done_is_cancelled_for_a_month_and_then_gone(cast: Cast, stage: Stage) -> None:
    name = task_of(stage.youth_update)
    token = calendars.create(by=cast.clerk, now=NOW)
    before = entries(checked(fetch(token).content))[name]
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)

    done = entries(checked(fetch(token).content))[name]
    assert done.text("STATUS") == "CANCELLED"
    assert done.text("SUMMARY") == "Nicht mehr offen: Abgabe 1.1.1 Empfehlung 1.1.1"
    assert done.inside == []
    assert int(done.text("SEQUENCE")) > int(before.text("SEQUENCE"))
    with time_machine.travel(NOW + datetime.timedelta(days=31)):
        assert name not in entries(checked(fetch(token).content))


def test_a_deputy_sees_the_task_named_as_such_and_learns_no_name(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.clerk, cast.school_clerk)

    calendar = feed_of(cast.school_clerk)

    found = entries(calendar)
    assert found[task_of(stage.youth_update)].text("SUMMARY") == "Abgabe: 1.1.1 Empfehlung 1.1.1 (in Vertretung)"
    assert found[task_of(stage.school_update)].text("SUMMARY") == "Abgabe: 1.1.2 Empfehlung 1.1.2"
    assert "Sachbearbeitung" not in str(calendar)


def test_only_heads_see_what_is_to_be_signed(cast: Cast, stage: Stage) -> None:
    WorkItem.objects.filter(update=stage.youth_update).update(step=WorkStep.SIGN)

    assert entries(feed_of(cast.head))[task_of(stage.youth_update, "sign")].text("SUMMARY").startswith("Zeichnung")
    assert task_of(stage.youth_update, "sign") not in entries(feed_of(cast.clerk))


def test_coordinators_see_until_when_they_answer(cast: Cast, stage: Stage) -> None:
    runs.ask_for_extension(
        stage.youth_update.pk,
        by=cast.clerk,
        reason="Krank",
        wanted_on=datetime.date(2027, 2, 1),
        now=NOW,
        today=TODAY,
    )

    found = entries(feed_of(cast.coordinator))

    assert found[task_of(stage.youth_update, "decide_extension")].text("SUMMARY").startswith("Antwort: 1.1.1")


def test_everybody_sees_the_dates_of_the_cycle(cast: Cast, stage: Stage) -> None:
    found = entries(feed_of(cast.reader))

    said = {name: (one.text("SUMMARY"), dict(one.lines)["DTSTART;VALUE=DATE"]) for name, one in found.items()}
    pk = stage.cycle.pk
    assert said[f"cycle-{pk}-due"] == ("Sachstände fällig (Abfrage 2025–2026)", "20270115")
    assert {name.rpartition(f"cycle-{pk}-")[2] for name in said} == {"opens", "contributions-due", "due", "review-due"}
    assert all(one.inside == [] for one in found.values())


def test_a_date_of_the_cycle_that_changes_keeps_its_entry(cast: Cast, stage: Stage) -> None:
    def publication() -> Component:
        return entries(feed_of(cast.reader))[f"cycle-{stage.cycle.pk}-publish"]

    def publish_on(day: datetime.date) -> None:
        stage.cycle.refresh_from_db()
        dates = CycleDates(**{one.name: getattr(stage.cycle, one.name) for one in fields(CycleDates)})
        changed = replace(dates, publish_on=day)
        cycles.change_cycle(stage.cycle.pk, changed, by=cast.coordinator, now=NOW, today=TODAY)

    publish_on(datetime.date(2027, 5, 3))
    first = publication()
    publish_on(datetime.date(2027, 6, 1))
    second = publication()

    assert dict(second.lines)["DTSTART;VALUE=DATE"] == "20270601"
    assert int(second.text("SEQUENCE")) > int(first.text("SEQUENCE"))


def test_reviewers_see_until_when_how_many_wait_for_them_and_never_their_own(cast: Cast, stage: Stage) -> None:
    assert not [name for name in entries(feed_of(cast.reviewer)) if name.startswith("review-")]
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)

    found = entries(feed_of(cast.reviewer))
    waits = found[f"review-{stage.cycle.pk}-{cast.reviewer.pk}"]
    assert waits.text("SUMMARY") == "Prüfung: 1 Sachstand wartet auf Sie"
    assert dict(waits.lines)["DTSTART;VALUE=DATE"] == f"{stage.cycle.review_due_on:%Y%m%d}"
    assert len(waits.inside) == 2
    assert not [name for name in entries(feed_of(cast.own_reviewer)) if name.startswith("review-")]


def test_members_see_what_waits_for_their_vote(cast: Cast, stage: Stage) -> None:
    stage.cycle.review_policy, stage.cycle.quorum = ReviewPolicy.QUORUM, 1
    stage.cycle.save()
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)

    assert f"review-{stage.cycle.pk}-{cast.reviewer.pk}" in entries(feed_of(cast.reviewer))


def test_sittings_are_for_the_arbeitsgruppe(cast: Cast, stage: Stage) -> None:
    made = sittings.open_sitting(stage.cycle, participants=[], by=cast.chair, now=NOW, today=TODAY)

    assert f"sitting-{made.pk}" in entries(feed_of(cast.reviewer))
    assert f"sitting-{made.pk}" not in entries(feed_of(cast.clerk))


def test_a_planned_cycle_is_only_the_coordinators(cast: Cast, stage: Stage) -> None:
    planned = factories.cycle(
        stage.edition, period_from=datetime.date(2027, 1, 1), period_until=datetime.date(2027, 12, 31)
    )

    assert f"cycle-{planned.pk}-due" in entries(feed_of(cast.coordinator))
    assert f"cycle-{planned.pk}-due" not in entries(feed_of(cast.clerk))


def test_a_closed_cycle_leaves_the_calendar(cast: Cast, stage: Stage) -> None:
    opening.close_cycle(stage.cycle.pk, by=cast.coordinator, now=NOW)

    found = entries(feed_of(cast.clerk))

    assert [one for one in found if one.startswith("cycle-")] == []
    assert {one.text("STATUS") for one in found.values()} == {"CANCELLED"}


# --- The address ----------------------------------------------------------------------------------------------------


def test_unknown_revoked_and_orphaned_addresses_get_one_and_the_same_answer(cast: Cast, stage: Stage) -> None:
    revoked = calendars.create(by=cast.clerk, now=NOW)
    calendars.revoke(by=cast.clerk, now=NOW)
    inactive = calendars.create(by=cast.colleague, now=NOW)
    Person.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    without_role = calendars.create(by=cast.head, now=NOW)
    Membership.objects.filter(person=cast.head).update(valid_until=TODAY - datetime.timedelta(days=1))
    replaced = calendars.create(by=cast.school_clerk, now=NOW)
    feed = CalendarFeed.objects.get(person=cast.school_clerk)
    calendars.create(by=cast.school_clerk, now=NOW, replaces=feed.pk)

    answers = [fetch(one) for one in ("x" * 43, revoked, inactive, without_role, replaced)]

    said = {(one.status_code, one.content.decode(), str(sorted(one.headers.items()))) for one in answers}
    assert len(said) == 1
    assert answers[0].status_code == 404
    assert answers[0].content.decode() == ANSWER


def test_only_the_checksum_of_the_token_is_kept(cast: Cast) -> None:
    token = calendars.create(by=cast.clerk, now=NOW)

    (feed,) = CalendarFeed.objects.values()
    assert token not in str(feed)
    assert len(token) == 43


def test_the_feed_needs_no_cookie_and_sets_none(cast: Cast, stage: Stage) -> None:
    token = calendars.create(by=cast.clerk, now=NOW)
    signed_in = Client()
    signed_in.force_login(cast.reviewer, backend="offices.backends.OfficeBackend")

    for client in (Client(), signed_in):
        answer = client.get(f"/kalender/{token}.ics")
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert task_of(stage.youth_update) in entries(checked(answer.content))


def test_the_feed_stays_out_of_shared_caches_and_referrers(cast: Cast, stage: Stage) -> None:
    answer = fetch(calendars.create(by=cast.clerk, now=NOW))

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "max-age=900"}
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"


def test_what_has_not_changed_is_not_sent_again(cast: Cast, stage: Stage) -> None:
    token = calendars.create(by=cast.clerk, now=NOW)
    etag = fetch(token)["ETag"]

    with time_machine.travel(NOW + datetime.timedelta(hours=3)):
        same = fetch(token, if_none_match=etag)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)

    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    assert fetch(token, if_none_match=etag).status_code == 200


def test_the_day_of_fetching_is_noted_once_a_day(cast: Cast, stage: Stage) -> None:
    token = calendars.create(by=cast.clerk, now=NOW)
    fetch(token)
    assert CalendarFeed.objects.get().last_read_on == TODAY

    with CaptureQueriesContext(connection) as captured:
        fetch(token)
    assert not [query for query in captured.captured_queries if query["sql"].startswith("UPDATE")]


def test_the_token_stays_out_of_the_log(db: None) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutSecrets())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    token = "geheim_" + "x" * 36
    try:
        Client().get(f"/kalender/{token}.ics")
        Client().get(f"/kalender/{token}/")
        Client().get("/kalender/abfrage/")
    finally:
        logger.removeHandler(handler)
    assert "geheim" not in stream.getvalue()
    assert "/kalender/…" in stream.getvalue()
    assert "/kalender/abfrage/" in stream.getvalue()


@pytest.mark.parametrize("person", ["clerk", "reviewer", "coordinator"])
def test_a_thousand_tasks_cost_as_many_queries_as_two(cast: Cast, stage: Stage, person: str) -> None:
    token = calendars.create(by=getattr(cast, person), now=NOW)
    runs.hand_in(stage.health_update.pk, by=_clerk_of_health(cast), content=content(), now=NOW)
    fetch(token)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            checked(fetch(token).content)
        return len(captured)

    few = queries()
    _more(stage, 1000)
    assert queries() == few
    if person == "clerk":
        assert len([one for one in entries(checked(fetch(token).content)) if one.startswith("task-")]) == 1001


def _clerk_of_health(cast: Cast) -> Person:
    return factories.member("clerk", cast.health, name="Sachbearbeitung 53")  # type: ignore[arg-type]


def _more(stage: Stage, number: int) -> None:
    WorkItem.objects.bulk_create(
        WorkItem(
            update=stage.youth_update,
            step=WorkStep.CO_SIGN,
            office=stage.youth_update.lead_office,
            due_on=TODAY,
            asked_on=TODAY,
        )
        for _one in range(number)
    )
