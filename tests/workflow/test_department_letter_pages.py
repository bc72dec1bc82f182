"""Letters to departments as coordinators see them: list, preview, release, refusal; and many who release at once."""

import datetime
import re

import pytest
import time_machine
from django.core.mail import EmailMessage

from notifications.models import Mail, MailKind
from notifications.services import delivery
from offices.errors import ConflictError
from offices.models import Office, OfficeKind, Person, Role
from tests import factories
from tests.conftest import Cast
from tests.workflow.conftest import Stage
from tests.workflow.steps import SignIn, text
from tests.workflow.test_concurrency import FEW, at_once
from tests.workflow.test_department_letters import LATE, WORDS, department, done, moment, only, propose, release
from workflow.access import NotAllowedError
from workflow.models import DepartmentLetter, Event, EventKind, LetterState
from workflow.services import department_letters as service
from workflow.services import history

__all__ = ["department"]

NOW = moment(LATE)


@pytest.fixture
def letter(department: Office) -> DepartmentLetter:
    propose()
    return only()


@pytest.fixture(autouse=True)
def that_day() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def items(page: str) -> list[str]:
    return re.findall(r'name="item" value="(\d+)"', page)


def typed(**more: object) -> dict[str, object]:
    return {"opening": "Sehr geehrte Frau Dezernentin,", "closing": "Herzlichen Dank", **more}


def test_board_menu_and_list_lead_to_what_waits(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn
) -> None:
    client = signed_in(cast.coordinator)
    board = text(client.get("/board/"))
    assert "1 Schreiben an ein Dezernat wartet auf Ihre Freigabe" in board
    assert re.search(r'href="/schreiben/">Schreiben <span class="count">', board)

    page = text(client.get("/schreiben/"))
    assert "1 Schreiben wartet auf Ihre Freigabe" in page
    assert "2 Aufgaben sind lange überfällig." in page
    assert f'href="/schreiben/{letter.pk}/"' in page

    service.decline(letter.pk, reason="Geklärt.", by=cast.coordinator, now=NOW)
    assert 'href="/schreiben/"' not in text(client.get("/board/"))
    assert "Kein Schreiben wartet auf Sie" in text(client.get("/schreiben/"))
    assert 'href="/schreiben/"' in text(client.get(f"/abfragen/{stage.cycle.pk}/"))


def test_the_proposal_shows_tasks_recipient_and_suggested_words(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn
) -> None:
    page = text(signed_in(cast.coordinator).get(f"/schreiben/{letter.pk}/"))

    for said in (
        "51 Jugendamt",
        "Empfehlung 1.1.1",
        "40 Amt für Schule und Bildung",
        "Abgabe war am 15.01.2027 fällig, seit 28 Tagen überfällig",
        "noch nicht",
        "An 2 Aufgaben wurde noch niemand erinnert.",
        "dezernat-v@stadt.example",
        "Sehr geehrte Damen und Herren, für den Berichtszeitraum 2025–2026 zu „Neue Akzente 2019“",
        "Mit freundlichen Grüßen Koordination",
    ):
        assert said in page
    assert "Empfehlung 1.1.3" not in page


def test_preview_then_release_sends_one_mail_that_stands_in_every_history(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn, mailoutbox: list[EmailMessage]
) -> None:
    client = signed_in(cast.coordinator)
    page = text(client.post(f"/schreiben/{letter.pk}/", typed()))
    assert "Dieses Schreiben an V Dezernat V senden?" in page
    assert "Sehr geehrte Frau Dezernentin," in page
    assert "- 1.1.1 Empfehlung 1.1.1" in page
    assert not Mail.objects.filter(kind=MailKind.LETTER).exists()

    answer = client.post(f"/schreiben/{letter.pk}/freigeben/", typed(item=items(page)), follow=True)

    assert "Das Schreiben ist unterwegs." in text(answer)
    mail = Mail.objects.get(kind=MailKind.LETTER)
    assert (mail.recipient, mail.person, mail.reply_to) == ("dezernat-v@stadt.example", None, cast.coordinator.email)
    assert mail.subject == "Überfällige Sachstände 2025–2026: Wir bitten um Ihre Unterstützung"
    assert mail.text.startswith("Sehr geehrte Frau Dezernentin,")
    assert f"Schreiben Sie an {cast.coordinator.email}" in page
    assert f"Schreiben Sie an {cast.coordinator.email}" in mail.text
    assert cast.coordinator.email in mail.html
    assert "Abgabe war am 15.01.2027 fällig, seit 28 Tagen überfällig" in mail.text
    topics = set(mail.topics.values_list("topic", flat=True))
    assert topics == {f"letter:{letter.pk}", f"update:{stage.youth_update.pk}", f"update:{stage.school_update.pk}"}
    letter.refresh_from_db()
    assert (letter.state, letter.decided_by, letter.mail) == (LetterState.RELEASED, cast.coordinator, mail)
    assert letter.text == mail.text
    events = Event.objects.filter(kind=EventKind.LETTER_SENT)
    assert set(events.values_list("update", flat=True)) == {stage.youth_update.pk, stage.school_update.pk}
    assert list(history.verify()) == []
    story = text(client.get(f"/sachstand/{stage.youth_update.pk}/verlauf/"))
    assert "Schreiben an V Dezernat V gesendet, weil dies lange überfällig ist" in story
    delivery.sweep(clock=lambda: NOW)
    assert [one.to for one in mailoutbox if one.subject == mail.subject] == [["dezernat-v@stadt.example"]]
    shown = text(client.get(f"/schreiben/{letter.pk}/"))
    assert "Freigegeben von Koordination am 12.02.2027" in shown
    assert "Sehr geehrte Frau Dezernentin," in shown


def test_going_back_to_the_text_loses_nothing(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn
) -> None:
    page = text(signed_in(cast.coordinator).post(f"/schreiben/{letter.pk}/", typed(edit="1")))

    assert "Sehr geehrte Frau Dezernentin," in page
    assert "Herzlichen Dank" in page
    assert "Freigeben und senden" not in page


def test_a_text_that_is_too_long_is_refused_with_a_number_and_kept(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn
) -> None:
    long = "x" * 2_001
    page = text(signed_in(cast.coordinator).post(f"/schreiben/{letter.pk}/", typed(opening=long)))

    assert "Hier passen höchstens 2000 Zeichen hinein; Ihr Text hat 2001." in page
    assert long in page
    assert 'maxlength="2000"' not in page


def test_an_empty_text_is_asked_for(cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn) -> None:
    for page in ("", "freigeben/"):
        answer = signed_in(cast.coordinator).post(f"/schreiben/{letter.pk}/{page}", typed(opening=" "))
        assert answer.status_code == 422
        assert "Bitte schreiben Sie, worum es geht." in text(answer)
        assert "Herzlichen Dank" in text(answer)


def test_what_is_done_after_the_preview_drops_out_and_what_was_not_shown_is_not_sent(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn
) -> None:
    client = signed_in(cast.coordinator)
    shown = items(text(client.post(f"/schreiben/{letter.pk}/", typed())))
    done(stage.youth_update)

    client.post(f"/schreiben/{letter.pk}/freigeben/", typed(item=shown))

    mail = Mail.objects.get(kind=MailKind.LETTER)
    assert "1.1.2 Empfehlung" in mail.text
    assert "1.1.1 Empfehlung" not in mail.text
    assert Event.objects.filter(kind=EventKind.LETTER_SENT).count() == 1


def test_where_all_is_done_nothing_is_sent(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn
) -> None:
    client = signed_in(cast.coordinator)
    shown = items(text(client.post(f"/schreiben/{letter.pk}/", typed())))
    done(stage.youth_update)
    done(stage.school_update)

    answer = client.post(f"/schreiben/{letter.pk}/freigeben/", typed(item=shown), follow=True)

    assert "Es gibt nichts mehr zu schreiben." in text(answer)
    assert "Der Vorschlag erledigt sich am nächsten Arbeitstag von selbst." in text(answer)
    letter.refresh_from_db()
    assert letter.state == LetterState.PROPOSED
    assert not Mail.objects.filter(kind=MailKind.LETTER).exists()


def test_without_a_mailbox_the_heads_are_written_to_and_who_stands_in_for_them(
    cast: Cast, stage: Stage, letter: DepartmentLetter, department: Office
) -> None:
    Office.objects.filter(pk=department.pk).update(mailbox="")
    head = factories.member(Role.HEAD, department, name="Dezernentin")
    factories.absence(head, cast.school_clerk, last_day=LATE)

    release(letter, cast)

    mails = Mail.objects.filter(kind=MailKind.LETTER)
    assert set(mails.values_list("person", flat=True)) == {head.pk, cast.school_clerk.pk}
    assert "in Vertretung" not in mails.get(person=head).text
    assert "weil Sie Dezernentin vertreten" in mails.get(person=cast.school_clerk).text


def test_without_anybody_the_page_says_what_is_missing(
    cast: Cast, stage: Stage, letter: DepartmentLetter, department: Office, signed_in: SignIn
) -> None:
    Office.objects.filter(pk=department.pk).update(mailbox="")
    client = signed_in(cast.coordinator)

    page = text(client.get(f"/schreiben/{letter.pk}/"))
    assert "Das Dezernat hat weder ein Postfach noch eine Leitung mit Zugang" in page
    assert ">Vorschau<" not in page

    answer = client.post(f"/schreiben/{letter.pk}/freigeben/", typed(item=letter.items), follow=True)
    assert "Es gibt niemanden, an den das Schreiben gehen kann." in text(answer)
    letter.refresh_from_db()
    assert letter.state == LetterState.PROPOSED


def test_an_office_without_a_department_is_explained(
    cast: Cast, stage: Stage, department: Office, signed_in: SignIn
) -> None:
    Office.objects.filter(pk=cast.health.pk).update(kind=OfficeKind.JOINT_BODY)
    propose()
    orphan = DepartmentLetter.objects.get(department__isnull=True)

    page = text(signed_in(cast.coordinator).get(f"/schreiben/{orphan.pk}/"))

    # A hint, and no letter that waits: there is nobody to write to.
    orphans = DepartmentLetter.objects.filter(state=LetterState.PROPOSED, department__isnull=True).count()
    assert orphans == DepartmentLetter.objects.filter(state=LetterState.PROPOSED).count() - 1 == 1
    listed = text(signed_in(cast.coordinator).get("/schreiben/"))
    assert "1 Schreiben wartet auf Ihre Freigabe" in listed
    assert "Für dieses Amt ist kein Dezernat hinterlegt" in page
    assert f'href="/verwaltung/offices/office/{cast.health.pk}/change/"' in page
    assert "Kein Schreiben senden" in page


def test_declining_needs_a_reason_which_is_kept(
    cast: Cast, stage: Stage, letter: DepartmentLetter, signed_in: SignIn
) -> None:
    client = signed_in(cast.coordinator)
    address = f"/schreiben/{letter.pk}/ablehnen/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 422

    client.post(address, {"reason": "Ist telefonisch geklärt."})

    page = text(client.get(f"/schreiben/{letter.pk}/"))
    assert "Ist telefonisch geklärt." in page
    assert client.get(address)["Location"] == f"/schreiben/{letter.pk}/"
    assert not Mail.objects.filter(kind=MailKind.LETTER).exists()


def test_only_coordinators_release_or_decline(cast: Cast, stage: Stage, letter: DepartmentLetter) -> None:
    with pytest.raises(NotAllowedError):
        service.release(letter.pk, shown=letter.items, words=WORDS, by=cast.head, now=NOW, today=LATE)
    with pytest.raises(NotAllowedError):
        service.decline(letter.pk, reason="Nein", by=cast.head, now=NOW)


def test_a_letter_is_decided_on_once(cast: Cast, stage: Stage, letter: DepartmentLetter) -> None:
    release(letter, cast)

    with pytest.raises(ConflictError):
        release(letter, cast)
    with pytest.raises(ConflictError):
        service.decline(letter.pk, reason="Doch nicht", by=cast.coordinator, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_of_many_who_release_at_once_one_sends_the_letter(cast: Cast, stage: Stage, letter: DepartmentLetter) -> None:
    def click() -> None:
        release(letter, Cast(**{**cast.__dict__, "coordinator": Person.objects.get(pk=cast.coordinator.pk)}))

    assert at_once(click, FEW) == {"ok": 1, "refused": FEW - 1}
    assert Mail.objects.filter(kind=MailKind.LETTER).count() == 1
    assert Event.objects.filter(kind=EventKind.LETTER_SENT).count() == 2
    assert list(history.verify()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_of_many_planners_at_once_one_proposes(cast: Cast, stage: Stage, department: Office) -> None:
    def plan() -> None:
        propose()

    assert at_once(plan, FEW) == {"ok": FEW}
    assert DepartmentLetter.objects.count() == 1
    assert datetime.date.fromisoformat(next(iter(only().due_dates.values()))) < LATE
