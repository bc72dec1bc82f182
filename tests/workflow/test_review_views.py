"""Review pages: who reads, who decides, and that nothing typed is lost."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Mail, MailKind
from offices.access import desk_of
from offices.models import Membership, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import opening, runs
from workflow.content import CommentContent, MeasureContent
from workflow.models import Review, ReviewComment, StatusUpdate, UpdateState
from workflow.queries import review_queue as queries
from workflow.queries.review_queue import QueueFilters

PAGES = ["review-detail", "review-approve", "review-return"]


def address(page: str, update: StatusUpdate) -> str:
    return reverse(f"workflow:{page}", args=[update.pk])


@pytest.fixture
def waiting(cast: Cast, stage: Stage) -> StatusUpdate:
    """51 has handed in; the others have not."""
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    stage.youth_update.refresh_from_db()
    return stage.youth_update


@pytest.fixture
def three(cast: Cast, stage: Stage) -> Stage:
    """All three have handed in: 51 first, then 40, then 53."""
    for hours, (update, person) in enumerate(
        [
            (stage.youth_update, cast.clerk),
            (stage.school_update, cast.school_clerk),
            (stage.health_update, factories.member(Role.CLERK, cast.health)),
        ]
    ):
        runs.hand_in(update.pk, by=person, content=content(), now=NOW + datetime.timedelta(hours=hours))
        update.refresh_from_db()
    return stage


# --- Who may what ---------------------------------------------------------------------------------------------------

READS = {"reviewer": 200, "own_reviewer": 200, "coordinator": 200}
NOBODY = ["clerk", "head", "school_clerk", "reader", "administrator", "stranger"]


@pytest.mark.parametrize("who", NOBODY)
def test_review_is_not_there_for_others(signed_in: Any, cast: Cast, waiting: StatusUpdate, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("workflow:review-queue")).status_code == 404
    for page in PAGES:
        assert client.get(address(page, waiting)).status_code == 404
        assert client.post(address(page, waiting), {"version": "1", "comment_whole": "Nein."}).status_code == 404
    assert not Review.objects.exists()


@pytest.mark.parametrize("who", READS)
def test_arbeitsgruppe_and_coordinators_read(signed_in: Any, cast: Cast, waiting: StatusUpdate, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("workflow:review-queue")).status_code == 200
    assert client.get(address("review-detail", waiting)).status_code == 200


@pytest.mark.parametrize("who", ["own_reviewer", "coordinator"])
@pytest.mark.parametrize("page", ["review-approve", "review-return"])
def test_who_reads_along_does_not_decide(
    signed_in: Any, cast: Cast, waiting: StatusUpdate, who: str, page: str
) -> None:
    client = signed_in(getattr(cast, who))
    data = {"version": "1"} if page == "review-approve" else {"version": "1", "comment_whole": "Nein."}
    assert client.post(address(page, waiting), data).status_code == 403
    assert not Review.objects.exists()


def test_who_reads_along_has_no_buttons(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    own = signed_in(cast.own_reviewer).get(address("review-detail", waiting)).content.decode()
    assert "Dieser Sachstand kommt aus Ihrem eigenen Amt" in own
    assert address("review-approve", waiting) not in own
    reading = signed_in(cast.coordinator).get(address("review-detail", waiting)).content.decode()
    assert "Sie lesen mit" in reading
    assert address("review-approve", waiting) not in reading


def test_what_was_not_handed_in_is_not_there(signed_in: Any, cast: Cast, stage: Stage) -> None:
    assert signed_in(cast.coordinator).get(address("review-detail", stage.youth_update)).status_code == 404
    assert signed_in(cast.reviewer).get(address("review-detail", stage.youth_update)).status_code == 404


def test_visitors_are_asked_to_sign_in(client: Client, waiting: StatusUpdate) -> None:
    assert client.get(reverse("workflow:review-queue")).status_code == 302
    assert client.post(address("review-approve", waiting), {"version": "1"}).status_code == 302


# --- The queue ------------------------------------------------------------------------------------------------------


def test_the_longest_waiting_comes_first_and_the_own_office_apart(signed_in: Any, cast: Cast, three: Stage) -> None:
    response = signed_in(cast.reviewer).get(reverse("workflow:review-queue"))
    queue = response.context["queue"]
    assert [one.pk for one in queue.waiting] == [three.youth_update.pk, three.school_update.pk]
    assert [one.pk for one in queue.own] == [three.health_update.pk]
    assert "andere entscheiden" in response.content.decode()


def test_waiting_is_counted_in_days(cast: Cast, waiting: StatusUpdate) -> None:
    found = queries.queue(desk_of(cast.reviewer), QueueFilters(), TODAY + datetime.timedelta(days=9))
    assert [(one.days, one.is_long) for one in found.waiting] == [(9, True)]


@pytest.mark.parametrize(("filters", "number"), [("amt={youth}", 1), ("feld={field}", 2), ("amt=0&feld=x", 2)])
def test_the_queue_filters_by_field_and_office(
    signed_in: Any, cast: Cast, three: Stage, filters: str, number: int
) -> None:
    field = three.youth_update.recommendation.goal.field_id
    query = filters.format(youth=cast.youth.pk, field=field)
    response = signed_in(cast.reviewer).get(f"{reverse('workflow:review-queue')}?{query}")
    assert len(response.context["queue"].waiting) == number


@pytest.mark.parametrize("number", [2, 20])
def test_queue_and_entry_cost_a_constant_number_of_queries(
    signed_in: Any, cast: Cast, number: int, django_assert_max_num_queries: Any
) -> None:
    edition = factories.edition()
    goal = factories.goal(edition)
    for place in range(number):
        factories.recommendation(goal, f"1.{place}", lead=cast.youth)
    cycle = factories.open_cycle(edition)
    for update in StatusUpdate.objects.filter(cycle=cycle):
        runs.hand_in(update.pk, by=cast.clerk, content=content(measures=(MeasureContent("Eins"),)), now=NOW)
    client = signed_in(cast.reviewer)
    with django_assert_max_num_queries(10):
        client.get(reverse("workflow:review-queue"))
    with django_assert_max_num_queries(20):
        client.get(address("review-detail", StatusUpdate.objects.latest("pk")))


# --- Deciding -------------------------------------------------------------------------------------------------------


def test_approving_goes_on_to_the_next(signed_in: Any, cast: Cast, three: Stage) -> None:
    client = signed_in(cast.reviewer)
    response = client.post(address("review-approve", three.youth_update), {"version": "1"})
    assert response.headers["Location"] == address("review-detail", three.school_update)
    response = client.post(address("review-approve", three.school_update), {"version": "1"}, follow=True)
    assert "Alles ist entschieden" in response.content.decode()
    three.youth_update.refresh_from_db()
    assert three.youth_update.state == UpdateState.APPROVED


def test_the_filter_stays_on_the_way(signed_in: Any, cast: Cast, three: Stage) -> None:
    field = three.youth_update.recommendation.goal.field_id
    response = signed_in(cast.reviewer).post(
        f"{address('review-approve', three.youth_update)}?feld={field}", {"version": "1"}
    )
    assert response.headers["Location"] == f"{address('review-detail', three.school_update)}?feld={field}"


def test_returning_keeps_each_comment_with_its_passage(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    signed_in(cast.reviewer).post(
        address("review-return", waiting),
        {"version": "1", "comment_done": "Wie viele Eltern?", "comment_whole": "Danke.", "comment_worked": " "},
    )
    waiting.refresh_from_db()
    assert waiting.state == UpdateState.RETURNED
    assert set(ReviewComment.objects.values_list("field", "text")) == {("", "Danke."), ("done", "Wie viele Eltern?")}


def test_returning_without_a_comment_is_explained(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    response = signed_in(cast.reviewer).post(address("review-return", waiting), {"version": "1"})
    assert response.status_code == 422
    assert "mindestens einen Kommentar" in response.content.decode()
    assert not Review.objects.exists()


def test_comments_are_not_thrown_away_by_approving(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    response = signed_in(cast.reviewer).post(
        address("review-approve", waiting), {"version": "1", "comment_done": "Wie viele Eltern?"}
    )
    assert response.status_code == 422
    assert "Wie viele Eltern?" in response.content.decode()
    assert not Review.objects.exists()


def test_a_stale_version_is_a_conflict_that_keeps_the_comments(
    signed_in: Any, cast: Cast, waiting: StatusUpdate
) -> None:
    runs.return_for_revision(
        waiting.pk, revision_number=1, by=cast.reviewer, comments=[CommentContent("Zahlen?")], now=NOW, today=TODAY
    )
    runs.hand_in(waiting.pk, by=cast.clerk, content=content(done="Sieben Schulen."), now=NOW)
    client = signed_in(cast.reviewer)
    response = client.post(address("review-return", waiting), {"version": "1", "comment_done": "Und wo genau?"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Und wo genau?" in page
    assert "Sieben" in page
    assert response.context["form"]["version"].value() == "2"
    assert Review.objects.count() == 1


def test_a_colleagues_decision_is_named_and_comments_stay(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    other = factories.member(Role.REVIEWER, cast.school, name="Arbeitsgruppe 40")
    runs.approve(waiting.pk, revision_number=1, by=other, now=NOW)
    response = signed_in(cast.reviewer).post(
        address("review-return", waiting), {"version": "1", "comment_done": "Wie viele Eltern?"}
    )
    page = response.content.decode()
    assert response.status_code == 403
    assert "Arbeitsgruppe 40" in page
    assert "Wie viele Eltern?" in page


def test_a_double_click_decides_once_and_goes_on(signed_in: Any, cast: Cast, three: Stage) -> None:
    client = signed_in(cast.reviewer)
    for _click in range(2):
        response = client.post(address("review-approve", three.youth_update), {"version": "1"})
        assert response.headers["Location"] == address("review-detail", three.school_update)
    assert Review.objects.count() == 1


def test_a_closed_cycle_waits_for_nobody(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    opening.close_cycle(waiting.cycle_id, by=cast.coordinator, now=NOW)
    client = signed_in(cast.reviewer)
    assert not client.get(reverse("workflow:review-queue")).context["queue"].total
    assert "Die Abfrage ist geschlossen" in client.get(address("review-detail", waiting)).content.decode()
    assert client.post(address("review-approve", waiting), {"version": "1"}).status_code == 403


# --- The page -------------------------------------------------------------------------------------------------------


def test_a_second_version_is_compared_with_the_first(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    runs.return_for_revision(
        waiting.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent("Zahl?", "done")],
        now=NOW,
        today=TODAY,
    )
    runs.hand_in(
        waiting.pk, by=cast.clerk, content=content(done="Sieben Schulen haben ein Elterncafé eröffnet."), now=NOW
    )
    page = signed_in(cast.reviewer).get(address("review-detail", waiting)).content.decode()
    assert "</span>Sechs<span" in page
    assert "</span>Sieben<span" in page
    assert "Zahl?" in page


@pytest.mark.parametrize("mode", ["vergleich", "neu", "nebeneinander", "unsinn"])
def test_each_way_of_showing_holds_the_whole_text(signed_in: Any, cast: Cast, waiting: StatusUpdate, mode: str) -> None:
    runs.return_for_revision(
        waiting.pk, revision_number=1, by=cast.reviewer, comments=[CommentContent("Zahl?")], now=NOW, today=TODAY
    )
    runs.hand_in(waiting.pk, by=cast.clerk, content=content(done="Neu geschrieben."), now=NOW)
    page = signed_in(cast.reviewer).get(f"{address('review-detail', waiting)}?ansicht={mode}").content.decode()
    assert "Neu geschrieben." in page


def test_nil_returns_and_confirmations_are_readable(signed_in: Any, cast: Cast, stage: Stage) -> None:
    runs.file_nil_return(stage.youth_update.pk, by=cast.clerk, reason="Die Stelle war nicht besetzt.", now=NOW)
    page = signed_in(cast.reviewer).get(address("review-detail", stage.youth_update)).content.decode()
    assert "Die Stelle war nicht besetzt." in page


def test_what_offices_write_is_never_markup(signed_in: Any, cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(done="<script>alert(1)</script>"), now=NOW)
    page = signed_in(cast.reviewer).get(address("review-detail", stage.youth_update)).content.decode()
    assert "<script>alert" not in page


# --- Mail -----------------------------------------------------------------------------------------------------------


def returned(cast: Cast, update: StatusUpdate) -> None:
    runs.return_for_revision(
        update.pk, revision_number=1, by=cast.reviewer, comments=[CommentContent("Zahl?", "done")], now=NOW, today=TODAY
    )


def test_every_clerk_of_the_office_hears_of_a_return(cast: Cast, waiting: StatusUpdate) -> None:
    returned(cast, waiting)
    mails = Mail.objects.filter(kind=MailKind.RETURNED)
    assert {mail.recipient for mail in mails} == {cast.clerk.email, cast.colleague.email}
    assert all("Zahl?" in mail.text and f"/sachstand/{waiting.pk}/" in mail.text for mail in mails)


def test_without_clerks_the_head_or_the_mailbox_hears(cast: Cast, waiting: StatusUpdate) -> None:
    Membership.objects.filter(role="clerk", office=cast.youth).update(valid_until=TODAY - datetime.timedelta(days=1))
    returned(cast, waiting)
    assert [mail.recipient for mail in Mail.objects.filter(kind=MailKind.RETURNED)] == [cast.head.email]


def test_without_anybody_the_mailbox_hears(cast: Cast, waiting: StatusUpdate) -> None:
    Membership.objects.filter(office=cast.youth).update(valid_until=TODAY - datetime.timedelta(days=1))
    returned(cast, waiting)
    assert [mail.recipient for mail in Mail.objects.filter(kind=MailKind.RETURNED)] == ["51@stadt.example"]


def test_a_refused_return_sends_nothing(signed_in: Any, cast: Cast, waiting: StatusUpdate) -> None:
    signed_in(cast.reviewer).post(address("review-return", waiting), {"version": "1"})
    assert not Mail.objects.filter(kind=MailKind.RETURNED).exists()
