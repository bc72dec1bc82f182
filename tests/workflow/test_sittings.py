"""Sittings: opened with those present, decisions in order, marked entries approved together, minutes frozen."""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from offices.errors import ConflictError, DomainError
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.publication.structure import structure_of, text_of
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.access import NotAllowedError
from workflow.content import CommentContent
from workflow.models import Event, ReportingCycle, Review, ReviewPolicy, Sitting, StatusUpdate, UpdateState
from workflow.services import history, sittings

LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def three(cast: Cast, stage: Stage) -> Stage:
    """51, 40 and 53 have handed in, in this order."""
    people = (cast.clerk, cast.school_clerk, factories.member(Role.CLERK, cast.health))
    for hours, (update, person) in enumerate(
        zip((stage.youth_update, stage.school_update, stage.health_update), people, strict=True)
    ):
        runs.hand_in(update.pk, by=person, content=content(), now=NOW + datetime.timedelta(minutes=hours))
    return stage


@pytest.fixture
def sitting(cast: Cast, three: Stage) -> Sitting:
    return opened(cast, three)


def opened(cast: Cast, stage: Stage, by: Person | None = None) -> Sitting:
    return sittings.open_sitting(stage.cycle, participants=[cast.reviewer], by=by or cast.chair, now=NOW, today=TODAY)


def place(page: str, sitting: Sitting) -> str:
    return reverse(f"workflow:sitting-{page}", args=[sitting.pk])


def state(update: StatusUpdate) -> str:
    return StatusUpdate.objects.get(pk=update.pk).state


# --- Opening --------------------------------------------------------------------------------------------------------


def test_the_chair_opens_a_sitting_with_those_present(signed_in: Any, cast: Cast, three: Stage) -> None:
    client = signed_in(cast.chair)
    assert "Sitzung eröffnen" in client.get(reverse("workflow:sitting-list")).content.decode()
    address = reverse("workflow:sitting-open", args=[three.cycle.pk])
    assert "Arbeitsgruppe 53" in client.get(address).content.decode()
    response = client.post(address, {"present": [cast.reviewer.pk]})
    made = Sitting.objects.get()
    assert response.headers["Location"] == place("detail", made)
    assert set(made.participants.all()) == {cast.chair, cast.reviewer}
    event = Event.objects.get(kind="sitting_opened")
    assert (event.update, event.actor, event.data["sitting"]) == (None, cast.chair, made.pk)
    assert list(history.verify()) == []


def test_only_members_are_present(signed_in: Any, cast: Cast, three: Stage) -> None:
    address = reverse("workflow:sitting-open", args=[three.cycle.pk])
    assert signed_in(cast.chair).post(address, {"present": [cast.clerk.pk]}).status_code == 422
    with pytest.raises(DomainError):
        sittings.open_sitting(three.cycle, participants=[cast.clerk], by=cast.chair, now=NOW, today=TODAY)
    assert not Sitting.objects.exists()


def test_of_two_chairs_one_opens_the_sitting(signed_in: Any, cast: Cast, three: Stage, sitting: Sitting) -> None:
    other = factories.member(Role.CHAIR, cast.school, name="Stellvertretender Vorsitz")
    with pytest.raises(ConflictError):
        opened(cast, three, other)
    response = signed_in(other).post(reverse("workflow:sitting-open", args=[three.cycle.pk]), {})
    assert response.status_code == 409
    assert "schon" in response.content.decode()
    assert Sitting.objects.count() == 1


@pytest.mark.parametrize("who", ["reviewer", "coordinator", "clerk"])
def test_nobody_else_opens_or_closes_a_sitting(cast: Cast, sitting: Sitting, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(NotAllowedError):
        sittings.open_sitting(sitting.cycle, participants=[], by=person, now=NOW, today=TODAY)
    with pytest.raises(NotAllowedError):
        sittings.close_sitting(sitting.pk, by=person, now=NOW)
    with pytest.raises(NotAllowedError):
        sittings.approve_marked(sitting, {}, by=person, now=NOW)


def test_a_deputy_of_the_chair_is_named_with_the_chair(signed_in: Any, cast: Cast, three: Stage) -> None:
    factories.absence(cast.chair, cast.reviewer)
    made = opened(cast, three, by=cast.reviewer)
    page = signed_in(cast.reviewer).get(place("detail", made)).content.decode()
    assert "in Vertretung für Vorsitz der Arbeitsgruppe" in page
    runs.approve(three.youth_update.pk, revision_number=1, by=cast.reviewer, now=LATER, sitting=made)
    assert Review.objects.get().on_behalf_of == cast.chair


def test_the_queue_leads_the_chair_to_the_sitting_that_is_open(signed_in: Any, cast: Cast, sitting: Sitting) -> None:
    assert "Zur Sitzung" in signed_in(cast.chair).get(reverse("workflow:review-queue")).content.decode()
    assert "Zur Sitzung" not in signed_in(cast.reviewer).get(reverse("workflow:review-queue")).content.decode()


# --- Deciding -------------------------------------------------------------------------------------------------------


def test_deciding_goes_through_the_queue_in_order(signed_in: Any, cast: Cast, three: Stage, sitting: Sitting) -> None:
    client, updates = signed_in(cast.chair), (three.youth_update, three.school_update, three.health_update)
    first = client.get(place("detail", sitting)).content.decode()
    assert f"/pruefung/{updates[0].pk}/?sitzung={sitting.pk}" in first
    for update, following in zip(updates, [*updates[1:], None], strict=True):
        response = client.post(
            f"{reverse('workflow:review-approve', args=[update.pk])}?sitzung={sitting.pk}", {"version": "1"}
        )
        there = reverse("workflow:review-detail", args=[following.pk]) if following else place("detail", sitting)
        assert response.headers["Location"] == there + (f"?sitzung={sitting.pk}" if following else "")
    assert Review.objects.filter(sitting=sitting).count() == 3


def test_those_present_count_towards_the_quorum(cast: Cast, three: Stage) -> None:
    ReportingCycle.objects.update(review_policy=ReviewPolicy.QUORUM, quorum=2)
    made = opened(cast, three)
    runs.approve(three.youth_update.pk, revision_number=1, by=cast.chair, now=LATER, sitting=made)
    with pytest.raises(DomainError):
        # The member present comes from 53 and has no say on its entry.
        runs.approve(three.health_update.pk, revision_number=1, by=cast.chair, now=LATER, sitting=made)
    assert (state(three.youth_update), state(three.health_update)) == ("approved", "in_review")


def test_a_closed_sitting_takes_no_more_decisions(cast: Cast, three: Stage, sitting: Sitting) -> None:
    sittings.close_sitting(sitting.pk, by=cast.chair, now=LATER)
    with pytest.raises(ConflictError):
        runs.approve(three.youth_update.pk, revision_number=1, by=cast.chair, now=LATER, sitting=sitting)
    assert state(three.youth_update) == UpdateState.IN_REVIEW


def test_marking_goes_on_to_the_next_and_stays(signed_in: Any, cast: Cast, three: Stage, sitting: Sitting) -> None:
    client = signed_in(cast.chair)
    response = client.post(place("mark", sitting), {"run": three.youth_update.pk})
    there = reverse("workflow:review-detail", args=[three.school_update.pk])
    assert response.headers["Location"] == f"{there}?sitzung={sitting.pk}"
    assert client.get(place("detail", sitting)).context["marked"] == [three.youth_update.pk]
    client.post(place("mark", sitting), {"run": three.youth_update.pk})
    assert client.get(place("detail", sitting)).context["marked"] == []


def test_marked_entries_are_approved_after_a_summary(
    signed_in: Any, cast: Cast, three: Stage, sitting: Sitting
) -> None:
    client, both = signed_in(cast.chair), [three.youth_update.pk, three.school_update.pk]
    summary = client.post(place("approve", sitting), {"run": both}).content.decode()
    assert "2 Sachstände freigeben?" in summary
    assert "51 Jugendamt: 1" in summary
    assert not Review.objects.exists()
    client.post(place("approve", sitting), {"confirm": "1", "entry": [f"{pk}-1" for pk in both]})
    assert Review.objects.filter(sitting=sitting, decision="approved").count() == 2
    # A second click finds them done, names them and changes nothing.
    client.post(place("approve", sitting), {"confirm": "1", "entry": [f"{pk}-1" for pk in both]})
    assert Review.objects.count() == 2


def test_own_entries_are_left_out_with_the_reason(signed_in: Any, cast: Cast, three: Stage) -> None:
    own = factories.member(Role.CHAIR, cast.youth, email="vorsitz-51@stadt.example", name="Vorsitz 51")
    made = opened(cast, three, by=own)
    ids = [three.youth_update.pk, three.school_update.pk]
    page = signed_in(own).post(place("approve", made), {"run": ids}).content.decode()
    assert "Sachstand freigeben?" in page
    assert "darüber entscheiden andere" in page
    signed_in(own).post(place("approve", made), {"confirm": "1", "entry": [f"{pk}-1" for pk in ids]})
    assert (state(three.youth_update), state(three.school_update)) == ("in_review", "approved")


def test_one_that_has_changed_meanwhile_fails_and_the_others_stand(cast: Cast, three: Stage, sitting: Sitting) -> None:
    youth = three.youth_update
    runs.return_for_revision(
        youth.pk, revision_number=1, by=cast.chair, comments=[CommentContent("Zahl?")], now=NOW, today=TODAY
    )
    runs.hand_in(youth.pk, by=cast.clerk, content=content(done="Neu."), now=NOW)
    done = sittings.approve_marked(sitting, {youth.pk: 1, three.school_update.pk: 1}, by=cast.chair, now=LATER)
    assert [one.pk for one in done.approved] == [three.school_update.pk]
    assert [(one.pk, "neuere" in reason) for one, reason in done.failed] == [(youth.pk, True)]


# --- Minutes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(cast: Cast, three: Stage, sitting: Sitting) -> Sitting:
    runs.approve(three.youth_update.pk, revision_number=1, by=cast.chair, now=LATER, sitting=sitting)
    runs.return_for_revision(
        three.school_update.pk,
        revision_number=1,
        by=cast.chair,
        comments=[CommentContent("Wie viele?"), CommentContent("Wo?")],
        now=LATER + datetime.timedelta(minutes=5),
        today=TODAY,
        sitting=sitting,
    )
    sittings.close_sitting(sitting.pk, by=cast.chair, now=LATER + datetime.timedelta(minutes=10))
    return Sitting.objects.get(pk=sitting.pk)


def test_the_minutes_name_people_and_decisions_in_order(closed: Sitting, tmp_path: Path) -> None:
    text = " ".join(text_of(bytes(closed.minutes), tmp_path).split())
    for said in (
        "Niederschrift der Sitzung der Arbeitsgruppe am 23.11.2026",
        "Vorsitz: Vorsitz der Arbeitsgruppe",
        "Anwesend: Arbeitsgruppe 53, Vorsitz der Arbeitsgruppe",
        "Über 2 Sachstände wurde entschieden: 1 freigegeben, 1 zurückgegeben.",
        "1.1.1 Empfehlung 1.1.1",
        "51 Jugendamt",
    ):
        assert said in text
    assert text.index("11:00") < text.index("11:05")


def test_the_minutes_are_an_accessible_pdf(closed: Sitting) -> None:
    found = structure_of(bytes(closed.minutes))
    assert found.marked
    assert found.language.lower().startswith("de")
    assert found.title == "Niederschrift der Sitzung der Arbeitsgruppe am 23.11.2026"
    assert found.shows_title
    assert "pdfuaid" in found.standards
    assert "/Table" in found.tags
    assert "/TH" in found.tags
    assert found.heading_levels == sorted(found.heading_levels)


def test_the_minutes_are_frozen_with_their_checksum(signed_in: Any, cast: Cast, closed: Sitting) -> None:
    assert closed.minutes_sha256 == hashlib.sha256(bytes(closed.minutes)).hexdigest()
    page = signed_in(cast.reviewer).get(place("detail", closed)).content.decode()
    assert closed.minutes_sha256 in page
    event = Event.objects.get(kind="sitting_closed")
    assert (event.data["decisions"], event.data["sha256"]) == (2, closed.minutes_sha256)
    with pytest.raises(ConflictError):
        sittings.close_sitting(closed.pk, by=cast.chair, now=LATER)
    assert list(history.verify()) == []


@pytest.mark.parametrize(
    ("who", "status"), [("chair", 200), ("reviewer", 200), ("coordinator", 200), ("clerk", 404), ("reader", 404)]
)
def test_the_arbeitsgruppe_and_coordinators_read_the_minutes(
    signed_in: Any, cast: Cast, closed: Sitting, who: str, status: int
) -> None:
    response = signed_in(getattr(cast, who)).get(place("minutes", closed))
    assert response.status_code == status
    if status == 200:
        assert response.content == bytes(closed.minutes)
        assert "private" in response.headers["Cache-Control"]


def test_a_second_click_on_closing_says_so(signed_in: Any, cast: Cast, closed: Sitting) -> None:
    response = signed_in(cast.chair).post(place("close", closed), follow=True)
    assert "schon geschlossen" in response.content.decode()


def test_the_minutes_of_nothing_say_so(cast: Cast, sitting: Sitting, tmp_path: Path) -> None:
    sittings.close_sitting(sitting.pk, by=cast.chair, now=LATER)
    minutes = bytes(Sitting.objects.get(pk=sitting.pk).minutes)
    assert "Es wurde nichts entschieden." in " ".join(text_of(minutes, tmp_path).split())


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_of_a_sitting_costs_a_constant_number_of_queries(
    signed_in: Any, cast: Cast, number: int, django_assert_max_num_queries: Any
) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for place_ in range(number):
        factories.recommendation(goal, f"1.{place_}", lead=cast.youth)
    cycle = factories.open_cycle(edition)
    made = sittings.open_sitting(cycle, participants=[cast.reviewer], by=cast.chair, now=NOW, today=TODAY)
    for at, update in enumerate(cycle.updates.all()):
        runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
        if at % 2:
            runs.approve(update.pk, revision_number=1, by=cast.chair, now=NOW, sitting=made)
    client = signed_in(cast.chair)
    with django_assert_max_num_queries(12):
        client.get(place("detail", made))
