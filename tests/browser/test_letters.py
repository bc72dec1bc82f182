"""A letter to a department in a real browser: from the board to the history of a task; its text outlives the page."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from offices.models import Office, OfficeKind, Person, Role
from offices.working_days import working_days
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.workflow.conftest import Stage, stage
from workflow.models import DepartmentLetter, WorkItem
from workflow.services import department_letters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["stage"]

SignIn = Callable[[Page, Person], Page]


def proposed(cast: Cast) -> DepartmentLetter:
    department = factories.office("V", "Jugend", kind=OfficeKind.DEPARTMENT, mailbox="v@stadt.example")
    Office.objects.filter(pk=cast.youth.pk).update(parent=department)
    now = timezone.now()
    today = working_days().on_or_after(timezone.localdate(now))
    WorkItem.objects.filter(office=cast.youth).update(due_on=today - datetime.timedelta(days=40))
    assert department_letters.propose(today=today, now=now) == 1
    return DepartmentLetter.objects.get()


def test_a_letter_is_read_changed_released_and_stands_in_the_history(
    cast: Cast, stage: Stage, open_page: Opener, sign_in: SignIn
) -> None:
    proposed(cast)
    page = sign_in(open_page(javascript=False), cast.coordinator)
    page.goto("/board/")
    page.get_by_role("link", name="1 Schreiben an ein Dezernat wartet auf Ihre Freigabe").click()
    page.get_by_role("link", name="Ansehen: V Jugend, 2025–2026").click()
    page.get_by_label("Text vor der Liste").fill("Liebe Frau Dezernentin,")
    page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_text("Liebe Frau Dezernentin,")).to_be_visible()
    page.get_by_role("button", name="Text ändern").click()
    expect(page.get_by_label("Text vor der Liste")).to_have_value("Liebe Frau Dezernentin,")
    page.get_by_role("button", name="Vorschau").click()
    page.get_by_role("button", name="Freigeben und senden").click()

    expect(page.get_by_text("Das Schreiben ist unterwegs.")).to_be_visible()
    expect(page.get_by_role("link", name="v@stadt.example")).to_be_visible()
    page.goto(f"/sachstand/{stage.youth_update.pk}/verlauf/")
    expect(page.get_by_text("Schreiben an V Jugend gesendet, weil dies lange überfällig ist")).to_be_visible()


OPENING = "Text vor der Liste"


def test_a_text_outlives_its_page_until_the_letter_is_sent(
    cast: Cast, stage: Stage, open_page: Opener, sign_in: SignIn, axe: Callable[[Page], None]
) -> None:
    letter = proposed(cast)
    page = sign_in(open_page(), cast.coordinator)
    where = f"/schreiben/{letter.pk}/"
    page.goto(where)
    expect(page.get_by_text("Dieser Browser hebt")).to_have_count(0)
    page.get_by_label(OPENING).fill("Liebe Frau Dezernentin,")
    expect(page.get_by_text("Dieser Browser hebt Ihren Text auf")).to_be_visible()
    page.goto("/board/")

    page.goto(where)
    expect(page.get_by_label(OPENING)).to_have_value("Liebe Frau Dezernentin,")
    expect(page.get_by_text("Ihr Text ist wieder da.")).to_be_visible()
    axe(page)
    # The preview, and the way back from it, show the same; so does a page that is left from the preview.
    page.get_by_role("button", name="Vorschau").click()
    expect(page.get_by_text("Liebe Frau Dezernentin,")).to_be_visible()
    page.get_by_role("button", name="Text ändern").click()
    page.get_by_label(OPENING).fill("Liebe Frau Bürgermeisterin,")
    page.get_by_role("button", name="Vorschau").click()
    page.get_by_role("link", name="Abbrechen").click()
    page.get_by_role("link", name="Ansehen: V Jugend").click()
    expect(page.get_by_label(OPENING)).to_have_value("Liebe Frau Bürgermeisterin,")

    page.get_by_role("button", name="Vorschau").click()
    page.get_by_role("button", name="Freigeben und senden").click()
    expect(page.get_by_text("Das Schreiben ist unterwegs.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('schreiben-'))") == []


def test_the_suggested_text_comes_back_and_nobody_else_reads_the_copy(
    cast: Cast, stage: Stage, open_page: Opener, sign_in: SignIn
) -> None:
    letter = proposed(cast)
    other = factories.member(Role.COORDINATOR, email="koordination-2@stadt.example", name="Zweite Koordination")
    page = sign_in(open_page(), cast.coordinator)
    where = f"/schreiben/{letter.pk}/"
    page.goto(where)
    suggested = page.get_by_label(OPENING).input_value()
    page.get_by_label(OPENING).fill("Liebe Frau Dezernentin,")
    sign_in(page, other).goto(where)
    expect(page.get_by_label(OPENING)).to_have_value(suggested)

    sign_in(page, cast.coordinator).goto(where)
    expect(page.get_by_label(OPENING)).to_have_value("Liebe Frau Dezernentin,")
    page.get_by_role("button", name="Zurück zum Vorschlag").click()
    expect(page.get_by_label(OPENING)).to_have_value(suggested)
    page.goto(where)
    expect(page.get_by_label(OPENING)).to_have_value(suggested)
    expect(page.get_by_role("button", name="Zurück zum Vorschlag")).to_have_count(0)


def test_what_somebody_else_has_settled_is_forgotten(
    cast: Cast, stage: Stage, open_page: Opener, sign_in: SignIn
) -> None:
    letter = proposed(cast)
    page = sign_in(open_page(), cast.coordinator)
    page.goto(f"/schreiben/{letter.pk}/")
    page.get_by_label(OPENING).fill("Liebe Frau Dezernentin,")
    page.goto("/schreiben/")
    assert page.evaluate("localStorage.length") == 1
    department_letters.decline(letter.pk, reason="Geklärt.", by=cast.coordinator, now=timezone.now())
    page.goto("/schreiben/")
    assert page.evaluate("localStorage.length") == 0


def test_what_was_left_for_a_month_is_forgotten(cast: Cast, stage: Stage, open_page: Opener, sign_in: SignIn) -> None:
    letter = proposed(cast)
    page = sign_in(open_page(), cast.coordinator)
    where = f"/schreiben/{letter.pk}/"
    page.goto(where)
    suggested = page.get_by_label(OPENING).input_value()
    for days, kept in ((29, "Liebe Frau Dezernentin,"), (31, suggested)):
        page.get_by_label(OPENING).fill("Liebe Frau Dezernentin,")
        page.evaluate(
            """(days) => {
                 const [key] = Object.keys(localStorage);
                 const { typed } = JSON.parse(localStorage.getItem(key));
                 localStorage.setItem(key, JSON.stringify({ at: Date.now() - days * 864e5, typed }));
               }""",
            days,
        )
        page.goto(where)
        expect(page.get_by_label(OPENING)).to_have_value(kept)
