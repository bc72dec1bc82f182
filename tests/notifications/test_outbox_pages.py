"""The page that shows the truth about mail."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.models import Mail, MailKind, MailState, MailTopic, Notice, NoticeKind
from notifications.reasons import step_words
from offices.models import Person
from tests.conftest import Cast
from tests.factories import NOW, TODAY
from tests.notifications.test_resending import mail_to
from tests.workflow.conftest import Stage, stage
from workflow.models import WorkItem

__all__ = ["stage"]

SignIn = Callable[[Person], Client]


def notice_in(mail: Mail, item: WorkItem, step: int = -3, **fields: object) -> Notice:
    values: dict[str, object] = {
        "kind": NoticeKind.TASK,
        "addressee": f"p:{mail.person_id}",
        "person": mail.person,
        "about": f"item:{item.pk}",
        "topic": f"update:{item.update_id}",
        "due_on": item.due_on,
        "step": step,
        "mail": mail,
        "created_at": NOW,
    }
    return Notice.objects.create(**{**values, **fields})


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_never_shows_what_mails_say(signed_in: SignIn, cast: Cast) -> None:
    mail_to(cast.clerk)
    page = shown(signed_in(cast.coordinator), "/post/")

    assert cast.clerk.email in page
    assert "ergänzen" not in page


@pytest.mark.parametrize(
    "query",
    [
        "stand=failed",
        "art=nudge",
        "q=kollege-51",
        "q=51/2",
        "q=Zweite",
        "thema=update:7",
        "von=2026-11-24",
        "bis=2026-11-24&von=2026-11-24",
    ],
)
def test_the_list_is_filtered_by_the_address(signed_in: SignIn, cast: Cast, query: str) -> None:
    mail_to(cast.school_clerk, created_at=datetime.datetime(2026, 11, 23, 22, 59, tzinfo=datetime.UTC))
    wanted = mail_to(
        cast.colleague,
        kind=MailKind.NUDGE,
        state=MailState.FAILED,
        subject="Zweite",
        created_at=datetime.datetime(2026, 11, 23, 23, 0, tzinfo=datetime.UTC),
    )
    MailTopic.objects.create(mail=wanted, topic="update:7")
    page = shown(signed_in(cast.coordinator), f"/post/?{query}")

    assert cast.colleague.email in page
    assert cast.school_clerk.email not in page


def test_the_mails_about_a_recommendation_are_found_by_its_number(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    reminder = mail_to(cast.clerk, kind=MailKind.REMINDER)
    notice_in(reminder, stage.youth_update.work_items.get(is_open=True))
    done_before = mail_to(cast.school_clerk, kind=MailKind.REMINDER)
    notice_in(done_before, stage.youth_update.work_items.get(is_open=True), dropped_at=NOW)
    Mail.objects.exclude(pk__in=[reminder.pk, done_before.pk]).update(subject="anderes")

    page = shown(signed_in(cast.coordinator), "/post/?vorgang=1.1.1&art=reminder")

    assert f"/post/{reminder.pk}/" in page
    assert f"/post/{done_before.pk}/" not in page


def test_what_came_back_is_found(signed_in: SignIn, cast: Cast) -> None:
    mail_to(cast.clerk)
    mail_to(cast.colleague, bounced_at=NOW)
    page = shown(signed_in(cast.coordinator), "/post/?stand=bounced")

    assert cast.colleague.email in page
    assert cast.clerk.email not in page


def test_nonsense_filters_nothing(signed_in: SignIn, cast: Cast) -> None:
    mail_to(cast.clerk)
    page = shown(signed_in(cast.coordinator), "/post/?stand=x&seite=zwölf&art=y&von=31.02.&thema=%00&bis=9999-12-31")

    assert cast.clerk.email in page


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("von=31.02.&bis=", "Das ist kein Tag: 31.02."),
        ("von=x&bis=y", "Das sind keine Tage: x, y."),
        ("von=2026-12-02&bis=2026-12-01", "„Von“ liegt nach „Bis“"),
    ],
)
def test_wrong_and_reversed_days_are_said(signed_in: SignIn, cast: Cast, days: str, said: str) -> None:
    page = shown(signed_in(cast.coordinator), f"/post/?{days}")

    assert said in page
    assert "kürzeres Wort" not in page


def test_a_shorter_word_is_suggested_only_where_words_were_searched(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)

    assert "kürzeres Wort" in shown(client, "/post/?q=Xaver")
    assert "kürzeres Wort" not in shown(client, "/post/?von=2026-12-01")


def test_the_list_says_why(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    mail = mail_to(cast.head, kind=MailKind.REMINDER)
    item = stage.youth_update.work_items.get(is_open=True)
    notice_in(mail, item, 7, kind=NoticeKind.HEAD, due_on=TODAY - datetime.timedelta(days=7))
    school = stage.school_update.work_items.get(is_open=True)
    notice_in(mail, school, -3, due_on=TODAY + datetime.timedelta(days=3))
    late, early = mail_to(cast.clerk, kind=MailKind.REMINDER), mail_to(cast.colleague, kind=MailKind.REMINDER)
    notice_in(late, item, -7, due_on=TODAY + datetime.timedelta(days=1))
    notice_in(early, item, -3, about="item:0", due_on=TODAY + datetime.timedelta(days=5))
    mail_to(cast.clerk, resend_of=mail_to(cast.clerk), wanted_by=cast.coordinator)
    page = shown(signed_in(cast.administrator), "/post/")

    assert "7 Tage überfällig, Hinweis an die Amtsleitung<br>3 Tage vor der Frist" in page
    assert "1 Tag vor der Frist (nachgeholt: 7 Tage vor der Frist)" in page
    assert "5 Tage vor der Frist (vorgezogen: 3 Tage vor der Frist)" in page
    assert "noch einmal gesendet auf Wunsch von Koordination" in page
    assert "Ein Text wurde zurückgegeben." in page


@pytest.mark.parametrize(
    ("kind", "step", "words"),
    [
        (NoticeKind.TASK, -30, "30 Tage vor der Frist"),
        (NoticeKind.TASK, -1, "1 Tag vor der Frist"),
        (NoticeKind.TASK, 0, "am Tag der Frist"),
        (NoticeKind.TASK, 1, "1 Tag überfällig"),
        (NoticeKind.COORDINATION, 14, "14 Tage überfällig, Hinweis an die Koordination"),
        (NoticeKind.QUEUE, 7, "Prüfung, ältester Text: 7 Tage überfällig"),
        (NoticeKind.NEWS, 0, "Neuigkeiten des Tages"),
        (NoticeKind.LETTER, 28, "ein Schreiben an ein Dezernat ist vorgeschlagen"),
    ],
)
def test_each_reason_has_its_words(kind: str, step: int, words: str) -> None:
    assert step_words(kind, step) == words


def test_the_list_costs_the_same_with_two_mails_and_with_twenty(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    client = signed_in(cast.coordinator)
    item = stage.youth_update.work_items.get(is_open=True)

    def more(number: int) -> None:
        for _one in range(number):
            notice_in(mail_to(cast.clerk), item, about=f"item:{Mail.objects.count()}")
            mail_to(cast.colleague, resend_of=mail_to(cast.colleague), wanted_by=cast.coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(client, "/post/?von=2026-11-01&vorgang=1")
            shown(client, "/post/")
        return len(captured)

    more(1)
    few = queries()
    more(10)
    assert queries() == few


# --- One mail ---------------------------------------------------------------------------------------------------------


def test_a_mail_shows_everything_that_it_bundles(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    mail = mail_to(cast.colleague, kind=MailKind.REMINDER, attempts=3, possibly_double=True, last_error="421 später")
    item = stage.youth_update.work_items.get(is_open=True)
    notice_in(mail, item, -3, for_whom=cast.clerk)
    notice_in(mail, stage.school_update.work_items.get(is_open=True), 21, repeat=1, dropped_at=NOW)
    notice_in(mail, item, 0, kind=NoticeKind.NEWS, about="returned:9", line="Neues von nebenan", due_on=TODAY)
    page = shown(signed_in(cast.coordinator), f"/post/{mail.pk}/")

    for words in (
        "3 Anlässe für diese Mail",
        "in Vertretung von Sachbearbeitung 51",
        "Sachstand schreiben, 51 Jugendamt",
        f'<a href="/sachstand/{stage.youth_update.pk}/">1.1.1 Empfehlung 1.1.1 (2025–2026)</a>',
        "Wiederholung Nr. 1",
        "weggelassen: vor dem Senden erledigt (23.11.2026 10:00)",
        "Neues von nebenan",
        "3 Versuche",
        "vielleicht doppelt verschickt",
        "421 später",
    ):
        assert words in page


def test_coordinators_read_what_was_sent_and_administrators_do_not(signed_in: SignIn, cast: Cast) -> None:
    mail = mail_to(cast.clerk)

    assert "Bitte ergänzen Sie die Zahlen." in shown(signed_in(cast.coordinator), f"/post/{mail.pk}/")
    assert "Bitte ergänzen" not in shown(signed_in(cast.administrator), f"/post/{mail.pk}/")


def test_nobody_reads_a_secret(signed_in: SignIn, cast: Cast) -> None:
    mail = mail_to(cast.clerk, kind=MailKind.SIGN_IN_CODE, secret=True, state=MailState.DUE, text="123456")

    assert "123456" not in shown(signed_in(cast.coordinator), f"/post/{mail.pk}/")


def test_a_mail_that_does_not_exist_is_not_found(signed_in: SignIn, cast: Cast) -> None:
    client = signed_in(cast.coordinator)

    assert client.get("/post/99999/").status_code == 404
    assert client.post("/post/99999/noch-einmal/").status_code == 404


def test_a_mail_costs_the_same_with_two_notices_and_with_twenty(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    client = signed_in(cast.coordinator)
    mail = mail_to(cast.clerk, kind=MailKind.REMINDER)
    item = stage.youth_update.work_items.get(is_open=True)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(client, f"/post/{mail.pk}/")
        return len(captured)

    def more(first: int, last: int) -> None:
        for step in range(first, last):
            notice_in(mail, item, step, for_whom=cast.colleague)
            mail_to(cast.clerk, resend_of=mail, wanted_by=cast.coordinator)

    more(0, 2)
    few = queries()
    more(2, 20)
    assert queries() == few


# --- Sending once more ------------------------------------------------------------------------------------------------


def test_a_failed_mail_is_sent_once_more_from_the_page(signed_in: SignIn, cast: Cast) -> None:
    mail = mail_to(cast.clerk, state=MailState.FAILED)
    client = signed_in(cast.coordinator)
    asked = shown(client, f"/post/{mail.pk}/noch-einmal/")
    answer = client.post(f"/post/{mail.pk}/noch-einmal/", {"bisher": "0"})

    again = Mail.objects.get(resend_of=mail)
    assert 'name="trotzdem"' not in asked
    assert answer["Location"] == f"/post/{again.pk}/"
    assert "auf Wunsch von Koordination" in shown(client, f"/post/{mail.pk}/")
    assert f'href="/post/{mail.pk}/">Die erste Mail' in shown(client, f"/post/{again.pk}/")


def test_a_mail_that_was_sent_is_asked_about_first(signed_in: SignIn, cast: Cast) -> None:
    mail = mail_to(cast.clerk)
    client = signed_in(cast.coordinator)

    assert "obwohl sie gesendet ist?" in shown(client, f"/post/{mail.pk}/noch-einmal/")
    client.post(f"/post/{mail.pk}/noch-einmal/", {"bisher": "0"})
    assert Mail.objects.count() == 1
    client.post(f"/post/{mail.pk}/noch-einmal/", {"bisher": "0", "trotzdem": "1"})
    client.post(f"/post/{mail.pk}/noch-einmal/", {"bisher": "0", "trotzdem": "1"})
    client.post(f"/post/{mail.pk}/noch-einmal/", {"bisher": "x", "trotzdem": "1"})
    assert Mail.objects.filter(resend_of=mail).count() == 1


def test_the_page_says_why_a_mail_cannot_be_sent_again(signed_in: SignIn, cast: Cast) -> None:
    mail = mail_to(cast.clerk, obsolete_at=NOW)
    client = signed_in(cast.coordinator)

    assert client.get(f"/post/{mail.pk}/noch-einmal/")["Location"] == f"/post/{mail.pk}/"
    page = shown(client, f"/post/{mail.pk}/")
    assert "Der Tag dieser Mail ist vorbei." in page
    assert f"/post/{mail.pk}/noch-einmal/" not in page


def test_the_history_of_a_run_leads_to_its_mails(signed_in: SignIn, cast: Cast, stage: Stage) -> None:
    about = mail_to(cast.clerk)
    MailTopic.objects.create(mail=about, topic=f"update:{stage.youth_update.pk}")
    other = mail_to(cast.clerk)
    client = signed_in(cast.coordinator)
    address = f"/post/?thema=update:{stage.youth_update.pk}"

    assert f'href="{address}"' in shown(client, f"/sachstand/{stage.youth_update.pk}/verlauf/")
    assert f'href="{address}"' not in shown(signed_in(cast.clerk), f"/sachstand/{stage.youth_update.pk}/verlauf/")
    page = shown(signed_in(cast.coordinator), address)
    assert f"/post/{about.pk}/" in page
    assert f"/post/{other.pk}/" not in page
    assert "1.1.1 Empfehlung 1.1.1 (2025–2026)" in page
