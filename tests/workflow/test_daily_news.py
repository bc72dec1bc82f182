"""What happens in a run, as one line for those who want their news once a day."""

import datetime
from collections.abc import Callable

import pytest

from notifications.models import Delivery, Mail, MailPreference, NewsKind, Notice, NoticeKind
from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from workflow import runs
from workflow.content import CommentContent
from workflow.models import Reassignment, ReportingCycle, StatusUpdate

TITLE = "1.1.1 Empfehlung 1.1.1"
LATER = TODAY + datetime.timedelta(days=80)

Play = Callable[[Cast, StatusUpdate], object]


def returned(cast: Cast, update: StatusUpdate) -> None:
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    comments = [CommentContent("Wie viele?"), CommentContent("Seit wann?")]
    runs.return_for_revision(update.pk, revision_number=1, by=cast.reviewer, comments=comments, now=NOW, today=TODAY)


def asked_to_sign(cast: Cast, update: StatusUpdate) -> None:
    ReportingCycle.objects.update(sign_off=True)
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)


def unsigned(cast: Cast, update: StatusUpdate) -> None:
    asked_to_sign(cast, update)
    runs.return_unsigned(update.pk, revision_number=1, by=cast.head, reason="Bitte mit Zahlen.", now=NOW, today=TODAY)


def granted(cast: Cast, update: StatusUpdate) -> None:
    asked = runs.ask_for_extension(update.pk, by=cast.clerk, reason="Ferien", wanted_on=LATER, now=NOW, today=TODAY)
    runs.grant_extension(asked.pk, by=cast.coordinator, granted_on=LATER, now=NOW, today=TODAY)


def not_granted(cast: Cast, update: StatusUpdate) -> None:
    asked = runs.ask_for_extension(update.pk, by=cast.clerk, reason="Ferien", wanted_on=LATER, now=NOW, today=TODAY)
    runs.refuse_extension(asked.pk, by=cast.coordinator, answer="Geht nicht.", now=NOW, today=TODAY)


def offered(cast: Cast, update: StatusUpdate) -> Reassignment:
    return runs.propose_reassignment(
        update.pk, by=cast.clerk, to_office_id=cast.school.pk, reason="Ihr Thema.", now=NOW
    )


def refused(cast: Cast, update: StatusUpdate) -> None:
    offer = offered(cast, update)
    runs.refuse_reassignment(offer.pk, by=cast.school_clerk, answer="Nein.", now=NOW)


def cancelled(cast: Cast, update: StatusUpdate) -> None:
    runs.cancel(update.pk, by=cast.coordinator, reason="Entfällt.", now=NOW)


def reopened(cast: Cast, update: StatusUpdate) -> None:
    cancelled(cast, update)
    runs.reopen(update.pk, by=cast.coordinator, reason="Doch.", due_on=LATER, now=NOW)


@pytest.mark.parametrize(
    ("play", "who", "line", "page"),
    [
        (returned, "clerk", f"{TITLE}: zurückgegeben mit 2 Kommentaren", "/schreiben/"),
        (asked_to_sign, "head", f"{TITLE}: bitte bis 22.01.2027 zeichnen", "/zeichnen/"),
        (unsigned, "clerk", f"{TITLE}: kommt ohne Zeichnung von der Amtsleitung zurück", "/schreiben/"),
        (granted, "clerk", f"{TITLE}: mehr Zeit, bis 11.02.2027", "/"),
        (
            not_granted,
            "clerk",
            f"{TITLE}: keine Verlängerung, fällig am 15.01.2027",
            "/",
        ),
        (offered, "school_clerk", f"{TITLE}: 51 Jugendamt fragt, ob Ihr Amt übernimmt", "#entscheiden"),
        (refused, "clerk", f"{TITLE}: 40 Amt für Schule und Bildung übernimmt nicht", "/"),
        (cancelled, "clerk", f"{TITLE}: entfällt, nichts mehr zu tun", "/"),
        (reopened, "clerk", f"{TITLE}: wieder offen, fällig am 11.02.2027", "/schreiben/"),
    ],
)
def test_each_event_is_one_line_and_no_mail(
    cast: Cast, stage: Stage, play: Play, who: str, line: str, page: str
) -> None:
    person = getattr(cast, who)
    for kind in NewsKind:
        MailPreference.objects.create(person=person, news=kind, delivery=Delivery.DAILY)
    play(cast, stage.youth_update)

    assert not Mail.objects.filter(person=person).exists()
    notice = Notice.objects.filter(kind=NoticeKind.NEWS, person=person).latest("pk")
    assert (notice.line, notice.topic) == (line, f"update:{stage.youth_update.pk}")
    assert notice.link.endswith(page)
    assert notice.link.startswith("http")


def test_a_deputys_line_says_for_whom(cast: Cast, stage: Stage) -> None:
    factories.absence(cast.head, cast.school_clerk)
    MailPreference.objects.create(person=cast.school_clerk, news=NewsKind.SIGNATURE, delivery=Delivery.DAILY)
    asked_to_sign(cast, stage.youth_update)

    assert Notice.objects.get(person=cast.school_clerk).for_whom == cast.head
