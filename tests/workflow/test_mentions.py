"""Somebody whom a comment names with @ hears of it, if they may read it."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.models import Delivery, Mail, MailKind, MailPreference, NewsKind, Notice
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import mentions, runs
from workflow.content import CommentContent
from workflow.mentions import Nameable
from workflow.models import ReviewComment, StatusUpdate

SignIn = Callable[[Person], Client]

ROSTER = [
    Nameable(1, ("Anna Berg", "51 Jugendamt", "Jugendamt", "51")),
    Nameable(2, ("Anna Bergmann", "40 Schulamt", "Schulamt", "40")),
    Nameable(3, ("Cem Öz", "40 Schulamt", "Schulamt", "40")),
]


@pytest.mark.parametrize(
    ("text", "people", "ambiguous", "unknown"),
    [
        ("@Anna Berg, bitte ansehen.", [1], [], []),
        ("@anna bergmann?", [2], [], []),
        ("@Anna Bergm", [2], [], []),
        ("@Anna bitte", [], ["Anna"], []),
        ("@Cem und @51", [3, 1], [], []),
        ("(@Jugend)", [1], [], []),
        ("@Schulamt", [], ["Schulamt"], []),
        ("@Öz", [], [], ["Öz"]),
        ("@C", [], [], ["C"]),
        ("anna@berg.example und a.b@Cem", [], [], []),
        ("@Cem @Cem @Cem", [3], [], []),
        ("@Niemand-51", [], [], ["Niemand-51"]),
        ("@ Cem, @", [], [], []),
        ("@Anna Winter", [], [], ["Anna Winter"]),
        ("@Anna 7, bitte", [], [], ["Anna 7"]),
        ("@Cem-Ali", [], [], ["Cem-Ali"]),
        ("@Cem Öz Können Sie?", [3], [], []),
        ("@Jugendamt 51", [1], [], []),
    ],
)
def test_the_beginning_of_a_name_or_an_office_names_somebody(
    text: str, people: list[int], ambiguous: list[str], unknown: list[str]
) -> None:
    found = mentions.read(text, ROSTER)

    assert (found.people, list(found.ambiguous), found.unknown) == (people, ambiguous, unknown)


def told() -> dict[str, Mail]:
    return {mail.recipient: mail for mail in Mail.objects.filter(kind=MailKind.MENTION)}


def returned(cast: Cast, update: StatusUpdate, *texts: str) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.return_for_revision(
        update.pk,
        revision_number=1,
        by=cast.reviewer,
        comments=[CommentContent(text) for text in texts],
        now=NOW,
        today=TODAY,
    )


def test_a_comment_that_names_somebody_is_one_mail_with_all_that_names_them(cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, "@Leitung 51, stimmt das?", "Ohne Namen.", "Und hier, @Leitung?")

    mail = told()[cast.head.email]
    assert set(told()) == {cast.head.email}
    assert mail.subject == "Ein Kommentar nennt Sie: 1.1.1 Empfehlung 1.1.1"
    assert "stimmt das?" in mail.text
    assert "Und hier" in mail.text
    assert "Ohne Namen." not in mail.text
    assert f"/kommentar/{ReviewComment.objects.earliest('pk').pk}/antworten/" in mail.text


@pytest.mark.parametrize("name", ["Sachbearbeitung 40", "Lesende Person", "Administration", "Ohne Rolle"])
def test_nobody_hears_of_what_they_may_not_read(cast: Cast, stage: Stage, name: str) -> None:
    returned(cast, stage.youth_update, f"@{name}, bitte.")

    assert told() == {}


def test_nobody_hears_of_their_own_words(cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, "Das sagt @Arbeitsgruppe 53.")

    assert told() == {}


def test_the_office_does_not_learn_which_member_names_somebody_and_the_arbeitsgruppe_does(
    cast: Cast, stage: Stage
) -> None:
    second = factories.member(
        Role.HEAD, stage.youth_update.lead_office, name="Zweite Leitung", email="zweite@stadt.example"
    )
    MailPreference.objects.create(person=second, news=NewsKind.MENTION, delivery=Delivery.DAILY)
    returned(cast, stage.youth_update, "@Leitung 51, @Zweite Leitung und @Vorsitz: woher ist das bekannt?")

    for_head, for_chair = told()[cast.head.email], told()[cast.chair.email]
    notice = Notice.objects.get()
    assert cast.reviewer.name not in for_head.subject + for_head.text + for_head.html + notice.line
    assert "die Arbeitsgruppe hat Sie in einem Kommentar" in for_head.text
    assert notice.line == "1.1.1 Empfehlung 1.1.1: die Arbeitsgruppe nennt Sie in einem Kommentar"
    assert for_chair.subject == "Arbeitsgruppe 53 nennt Sie: 1.1.1 Empfehlung 1.1.1"


def test_an_answer_names_somebody_too(cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, "Wie viele?")
    comment = ReviewComment.objects.get()
    runs.answer_comment(comment.pk, by=cast.clerk, text="Sechs, @Arbeitsgruppe 53 & @Vorsitz.", now=NOW)

    assert set(told()) == {cast.reviewer.email, cast.chair.email}


def test_the_office_does_not_learn_which_member_names_somebody_in_an_answer(cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, "Wie viele?")
    text = "@Leitung 51 und @Vorsitz: bitte."
    runs.answer_comment(ReviewComment.objects.get().pk, by=cast.reviewer, text=text, now=NOW)

    for_head, for_chair = told()[cast.head.email], told()[cast.chair.email]
    assert cast.reviewer.name not in for_head.subject + for_head.text + for_head.html
    assert for_chair.subject == "Arbeitsgruppe 53 nennt Sie: 1.1.1 Empfehlung 1.1.1"


def test_a_deputy_hears_of_it_unless_they_may_not_read_it(cast: Cast, stage: Stage) -> None:
    deputy = factories.member(Role.CLERK, factories.office("32", "Ordnungsamt"), name="Sachbearbeitung 32")
    factories.absence(cast.head, deputy)
    factories.absence(cast.coordinator, cast.school_clerk)
    returned(cast, stage.youth_update, "@Leitung und @Koordination, bitte.")

    assert set(told()) == {cast.head.email, deputy.email, cast.coordinator.email}
    assert f"weil Sie {cast.head.name} vertreten" in told()[deputy.email].text


def test_the_form_says_that_a_name_fits_several_people(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    address = f"/pruefung/{stage.youth_update.pk}/zurueckgeben/"
    answer = signed_in(cast.reviewer).post(address, {"version": "1", "comment_whole": "@Jugendamt, bitte."})

    assert answer.status_code == 422
    page = answer.content.decode()
    (meant,) = re.findall(r"@Jugendamt passt auf mehrere Menschen: ([^<.]+)\.", page)[:1]
    assert {cast.head.name, cast.clerk.name, cast.colleague.name} <= set(meant.split(", "))
    assert "Wen Sie nennen können" in page
    assert "@Jugendamt, bitte." in answer.content.decode()
    assert not ReviewComment.objects.exists()


def test_the_page_says_that_a_name_fits_nobody_and_keeps_the_comment(
    signed_in: SignIn, cast: Cast, stage: Stage
) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    address = f"/pruefung/{stage.youth_update.pk}/zurueckgeben/"
    page = signed_in(cast.reviewer).post(address, {"version": "1", "comment_whole": "@Xaver, bitte."}, follow=True)

    assert "@Xaver nennt niemanden, der diesen Kommentar lesen darf." in page.content.decode()
    assert ReviewComment.objects.get().text == "@Xaver, bitte."


@pytest.mark.parametrize(
    ("said", "warning"),
    [
        ("@Sachbearbeitung 40, bitte.", "@Sachbearbeitung 40 nennt niemanden"),
        ("@Xaver und @Yusuf, bitte.", "@Xaver, @Yusuf nennen niemanden"),
    ],
)
def test_a_name_fits_as_far_as_it_is_written(
    signed_in: SignIn, cast: Cast, stage: Stage, said: str, warning: str
) -> None:
    runs.hand_in(stage.youth_update.pk, by=cast.clerk, content=content(), now=NOW)
    address = f"/pruefung/{stage.youth_update.pk}/zurueckgeben/"
    page = signed_in(cast.reviewer).post(address, {"version": "1", "comment_whole": said}, follow=True)

    assert warning in page.content.decode()
    assert told() == {}


def test_whoever_gets_the_return_with_the_comment_gets_no_other_mail_about_it(cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, f"@{cast.clerk.name} und @{cast.head.name}, bitte.")

    assert set(told()) == {cast.head.email}
    assert Mail.objects.filter(kind=MailKind.RETURNED, recipient=cast.clerk.email).exists()


def test_the_form_says_who_can_be_named(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, "Wie viele?")
    page = signed_in(cast.clerk).get(f"/kommentar/{ReviewComment.objects.get().pk}/antworten/").content.decode()

    assert "Wen Sie nennen können" in page
    for person in (cast.head, cast.chair, cast.coordinator):
        assert person.name in page
    assert cast.school_clerk.name not in page


def test_an_answer_to_several_people_is_refused_with_the_text_kept(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, "Wie viele?")
    address = f"/kommentar/{ReviewComment.objects.get().pk}/antworten/"
    answer = signed_in(cast.clerk).post(address, {"text": "@Arbeitsgruppe?"})

    assert answer.status_code == 422
    assert "passt auf mehrere Menschen" in answer.content.decode()


@pytest.mark.parametrize(("delivery", "mails", "notices"), [(Delivery.DAILY, 0, 1), (Delivery.OFF, 0, 0)])
def test_it_comes_as_everybody_wants(cast: Cast, stage: Stage, delivery: Delivery, mails: int, notices: int) -> None:
    MailPreference.objects.create(person=cast.head, news=NewsKind.MENTION, delivery=delivery)
    returned(cast, stage.youth_update, "@Leitung 51, stimmt das?")

    assert (len(told()), Notice.objects.count()) == (mails, notices)


def test_a_comment_without_a_name_costs_nothing_more(cast: Cast, stage: Stage) -> None:
    returned(cast, stage.youth_update, "Wie viele?")
    comment = ReviewComment.objects.get()
    with CaptureQueriesContext(connection) as captured:
        runs.answer_comment(comment.pk, by=cast.clerk, text="Sechs.", now=NOW)

    assert not [query for query in captured if "notifications_" in query["sql"]]
