"""What somebody wants to hear of: at once, once a day, or not at all."""

import datetime
import email
import email.policy
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from notifications.models import (
    REQUIRED_NEWS,
    Delivery,
    Mail,
    MailKind,
    MailPreference,
    NewsKind,
    Notice,
    NoticeKind,
)
from notifications.services import messages, outbox, preferences
from notifications.services.outbox import Letter, News
from offices.access import desk_of
from offices.errors import DomainError
from offices.models import Person, Role
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY

SignIn = Callable[[Person], Client]

OPTIONAL = [kind for kind in NewsKind if kind not in REQUIRED_NEWS and kind != NewsKind.WEEKLY]


def letter(person: Person | None, kind: NewsKind = NewsKind.APPROVED, key: str = "approved:1") -> Letter:
    news = News(kind, "1.1.1 Elterncafés: freigegeben", "https://sachstand.example/sachstaende/1/")
    return Letter(
        kind=MailKind.APPROVED,
        recipient=person.email if person else "51@stadt.example",
        key=key,
        template="passkey_added",
        context={"person_name": person.name if person else ""},
        person=person,
        topics=("update:1",),
        news=news,
    )


def want(person: Person, kind: NewsKind, delivery: Delivery) -> None:
    MailPreference.objects.update_or_create(person=person, news=kind, defaults={"delivery": delivery})


def token_of(person: Person, kind: NewsKind) -> str:
    return preferences.unsubscribe_url(person, kind).removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize("kind", [kind for kind in NewsKind if kind != NewsKind.WEEKLY])
def test_without_a_choice_every_kind_comes_at_once(cast: Cast, kind: NewsKind) -> None:
    outbox.queue_many([letter(cast.clerk, kind)], now=NOW)

    assert (Mail.objects.count(), Notice.objects.count()) == (1, 0)


@pytest.mark.parametrize("kind", [kind for kind in NewsKind if kind != NewsKind.WEEKLY])
def test_once_a_day_every_kind_waits_for_the_daily_mail(cast: Cast, kind: NewsKind) -> None:
    want(cast.clerk, kind, Delivery.DAILY)
    outbox.queue_many([letter(cast.clerk, kind)], now=NOW)

    notice = Notice.objects.get()
    assert not Mail.objects.exists()
    assert (notice.kind, notice.addressee, notice.about) == (NoticeKind.NEWS, f"p:{cast.clerk.pk}", "approved:1")
    assert (notice.due_on, notice.topic, notice.mail) == (TODAY, "update:1", None)
    assert notice.line == "1.1.1 Elterncafés: freigegeben"


@pytest.mark.parametrize("kind", OPTIONAL)
def test_what_is_switched_off_does_not_come(cast: Cast, kind: NewsKind) -> None:
    want(cast.clerk, kind, Delivery.OFF)
    outbox.queue_many([letter(cast.clerk, kind)], now=NOW)

    assert (Mail.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.parametrize("kind", REQUIRED_NEWS)
def test_what_the_process_needs_comes_even_if_a_row_says_otherwise(cast: Cast, kind: NewsKind) -> None:
    want(cast.clerk, kind, Delivery.OFF)
    outbox.queue_many([letter(cast.clerk, kind)], now=NOW)

    assert Mail.objects.count() + Notice.objects.count() == 1


def test_one_persons_choice_is_not_anothers(cast: Cast) -> None:
    want(cast.clerk, NewsKind.APPROVED, Delivery.OFF)
    want(cast.clerk, NewsKind.PUBLISHED, Delivery.DAILY)
    outbox.queue_many([letter(cast.clerk), letter(cast.colleague)], now=NOW)

    assert [mail.person for mail in Mail.objects.all()] == [cast.colleague]


def test_a_mailbox_always_hears_at_once(cast: Cast) -> None:
    outbox.queue_many([letter(None)], now=NOW)

    assert "Postfach Ihres Amtes" in Mail.objects.get().text


@pytest.mark.parametrize("first", [Delivery.AT_ONCE, Delivery.DAILY])
@pytest.mark.parametrize("then", [Delivery.AT_ONCE, Delivery.DAILY])
def test_whoever_was_told_once_is_not_told_again_in_another_way(cast: Cast, first: Delivery, then: Delivery) -> None:
    want(cast.clerk, NewsKind.APPROVED, first)
    outbox.queue_many([letter(cast.clerk)], now=NOW)
    want(cast.clerk, NewsKind.APPROVED, then)
    outbox.queue_many([letter(cast.clerk)], now=NOW + datetime.timedelta(days=1))

    assert Mail.objects.count() + Notice.objects.count() == 1


@pytest.mark.parametrize("number", [2, 40])
def test_many_people_cost_a_constant_number_of_queries(
    cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [factories.person(f"{one}@stadt.example", f"Person {one}") for one in range(number)]
    want(people[0], NewsKind.APPROVED, Delivery.DAILY)
    with django_assert_num_queries(7):
        outbox.queue_many([letter(one) for one in people], now=NOW)

    assert (Mail.objects.count(), Notice.objects.count()) == (number - 1, 1)


def test_a_mail_says_why_it_comes_and_where_to_change_that(cast: Cast) -> None:
    outbox.queue_many([letter(cast.clerk), letter(cast.clerk, NewsKind.RETURNED, "returned:1")], now=NOW)

    optional, required = Mail.objects.order_by("key")
    assert "„Ein Text von uns ist freigegeben“" in optional.text
    assert "/meine-mails/" in optional.text
    assert optional.unsubscribe_url in optional.text
    assert optional.unsubscribe_url in optional.html
    assert "gehört zum Verfahren" in required.text
    assert required.unsubscribe_url == ""
    assert "/abbestellen/" not in required.text + required.html


def test_mail_programs_learn_how_to_switch_off_what_may_be_switched_off(cast: Cast) -> None:
    outbox.queue_many([letter(cast.clerk), letter(cast.clerk, NewsKind.RETURNED, "returned:1")], now=NOW)

    optional, required = (
        email.message_from_bytes(messages.as_bytes(mail, now=NOW), policy=email.policy.default)
        for mail in Mail.objects.order_by("key")
    )
    mail = Mail.objects.get(key="approved:1")
    assert optional["List-Unsubscribe"] == f"<{mail.unsubscribe_url}>"
    assert optional["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert required["List-Unsubscribe"] is None


# --- The page -------------------------------------------------------------------------------------------------------


def test_somebody_chooses_what_comes_at_once_daily_or_not_at_all(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.clerk)
    data = {kind.value: Delivery.AT_ONCE.value for kind in NewsKind if kind != NewsKind.WEEKLY}
    data |= {"approved": "off", "returned": "daily"}

    page = client.post("/meine-mails/", data, follow=True).content.decode()

    assert "Ihre Auswahl ist gespeichert." in page
    chosen = preferences.deliveries_of(cast.clerk, [NewsKind.APPROVED, NewsKind.RETURNED, NewsKind.MENTION])
    assert list(chosen.values()) == [Delivery.OFF, Delivery.DAILY, Delivery.AT_ONCE]


@pytest.mark.parametrize("kind", REQUIRED_NEWS)
def test_nobody_switches_off_what_the_process_needs_not_even_by_a_forged_form(
    signed_in: SignIn, cast: Cast, kind: NewsKind
) -> None:
    data = {one.value: Delivery.AT_ONCE.value for one in NewsKind} | {kind.value: Delivery.OFF.value}
    answer = signed_in(cast.clerk).post("/meine-mails/", data)

    assert answer.status_code == 422
    assert not MailPreference.objects.exists()
    with pytest.raises(DomainError):
        preferences.choose(by=cast.clerk, wanted={kind: Delivery.OFF})


def test_the_page_says_what_cannot_be_switched_off_and_why(signed_in: SignIn, cast: Cast) -> None:
    page = signed_in(cast.clerk).get("/meine-mails/").content.decode()

    assert page.count("Gehört zum Verfahren und lässt sich deshalb nicht abbestellen.") == len(REQUIRED_NEWS)
    assert "Erinnerungen an Fristen, höchstens eine Mail am Tag." in page


def test_everybody_is_offered_what_concerns_them(cast: Cast) -> None:
    offered = {who: preferences.news_for(desk_of(getattr(cast, who), TODAY)) for who in ("clerk", "reviewer", "reader")}

    assert NewsKind.WEEKLY not in offered["clerk"]
    assert offered["reviewer"] == [NewsKind.MENTION]
    assert offered["reader"] == []
    assert NewsKind.WEEKLY in preferences.news_for(desk_of(cast.coordinator, TODAY))


# --- The link in a mail ---------------------------------------------------------------------------------------------


def test_opening_the_link_asks_and_switches_nothing_off(client: Client, cast: Cast) -> None:
    page = client.get(token_of(cast.clerk, NewsKind.APPROVED)).content.decode()

    assert "Diese Mails abbestellen?" in page
    assert not MailPreference.objects.exists()


@pytest.mark.parametrize("data", [{}, {"List-Unsubscribe": "One-Click"}], ids=["button", "mail program"])
def test_the_link_switches_one_kind_off_without_signing_in_and_without_a_token_of_a_form(
    cast: Cast, data: dict[str, str]
) -> None:
    client = Client(enforce_csrf_checks=True)
    want(cast.clerk, NewsKind.APPROVED, Delivery.DAILY)
    for _time in range(2):
        answer = client.post(token_of(cast.clerk, NewsKind.APPROVED), data)

        assert answer.status_code == 200
        assert "Diese Mails sind abbestellt" in answer.content.decode()
    assert [(one.person, one.news, one.delivery) for one in MailPreference.objects.all()] == [
        (cast.clerk, NewsKind.APPROVED, Delivery.OFF)
    ]


def test_opened_again_the_link_says_what_is_off_already_and_for_whom(client: Client, cast: Cast) -> None:
    asked = client.get(token_of(cast.clerk, NewsKind.APPROVED)).content.decode()
    assert f"Es geht um Mails an {cast.clerk.email[0]}…@stadt.example" in asked
    assert cast.clerk.email not in asked
    assert "Lieber einmal am Tag" in asked

    client.post(token_of(cast.clerk, NewsKind.APPROVED))
    again = client.get(token_of(cast.clerk, NewsKind.APPROVED)).content.decode()
    assert "bekommen Sie schon jetzt nicht mehr" in again
    assert "<button" not in again.split("<main", 1)[1].split("</main>")[0]


def test_once_a_day_is_offered_only_where_it_exists(client: Client, cast: Cast) -> None:
    assert "einmal am Tag" not in client.get(token_of(cast.coordinator, NewsKind.WEEKLY)).content.decode()
    outbox.queue_many([letter(cast.coordinator, NewsKind.WEEKLY), letter(cast.clerk, key="b")], now=NOW)
    weekly, other = Mail.objects.order_by("pk")
    assert "Seltener" not in weekly.text + weekly.html
    assert "Seltener oder gar nicht" in other.text


def test_a_forged_or_shortened_link_changes_nothing_and_says_so_kindly(client: Client, cast: Cast) -> None:
    good = token_of(cast.clerk, NewsKind.APPROVED)
    other = good.replace(f"{cast.clerk.pk}-", f"{cast.colleague.pk}-", 1)
    required = good.replace("approved", "returned", 1)
    for address in (good[:-4] + "/", other, required, "/abbestellen/unsinn/"):
        answer = client.post(address)

        assert answer.status_code == 404
        assert "Dieser Link passt nicht" in answer.content.decode()
    assert not MailPreference.objects.exists()


def test_the_link_of_somebody_who_left_does_nothing(client: Client, cast: Cast) -> None:
    somebody = factories.member(Role.CLERK, cast.youth, email="fort@stadt.example")
    address = token_of(somebody, NewsKind.APPROVED)
    Person.objects.filter(pk=somebody.pk).update(is_active=False)

    assert client.post(address).status_code == 404
