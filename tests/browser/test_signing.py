"""Signatures in a real browser: co-signing, objecting, silence, the head's signature and its return."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from offices.models import Person, Role
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.factories import NOW, content
from workflow import runs, tasks
from workflow.content import ContributionContent
from workflow.models import CoSignature, Event, Participation, StatusUpdate, UpdateState
from workflow.services import history

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, Person], Page]
Axe = Callable[[Page], None]
Narrow = Callable[[Page], Page]

THEIRS = ContributionContent(done="Das Schulamt hat vier Sprachkurse eingerichtet.")


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """Led by 51; 40 has contributed, 53 has not; offices co-sign, silence counts, then the head signs."""
    edition = factories.edition()
    factories.recommendation(
        factories.goal(edition), lead=cast.youth, contributing=(cast.school, cast.health), title="Elterncafés"
    )
    factories.open_cycle(edition, contributions=True, co_sign=True, silence_is_consent=True, sign_off=True)
    update = StatusUpdate.objects.get()
    asked = Participation.objects.get(office=cast.school)
    runs.contribute(asked.pk, by=cast.school_clerk, content=THEIRS, now=NOW)
    return update


def hand_in(cast: Cast, update: StatusUpdate, text: str) -> None:
    late = Participation.objects.filter(update=update).values_list("pk", flat=True)
    runs.hand_in(update.pk, by=cast.clerk, content=content(done=text), now=NOW, without=late)


def state(update: StatusUpdate) -> str:
    return StatusUpdate.objects.get(pk=update.pk).state


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says ``words``; fail if nothing on the page does."""
    said = "(e => (e.innerText || '') + ' ' + (e.labels ? [...e.labels].map(l => l.innerText).join() : ''))"
    for _press in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate(f"{said}(document.activeElement)"):
            return
    pytest.fail(f"The keyboard does not reach “{words}” on {page.url}.")


def test_an_objection_a_silence_a_return_and_a_signature(
    cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn, axe: Axe, narrow: Narrow
) -> None:
    hand_in(cast, update, "Das Schulamt hat fünf Sprachkurse eingerichtet.")
    school, head, clerk = (sign_in(open_page(), one) for one in (cast.school_clerk, cast.head, cast.clerk))

    # 40 reads what became of its text, and objects.
    school.goto("/aufgaben/")
    school.locator(f"a[href='/sachstand/{update.pk}/zeichnen/']").first.click()
    expect(school.locator("p.prose.diff del")).to_contain_text("vier")
    school.get_by_text("Stattdessen Einwand erheben").click()
    school.get_by_role("textbox", name="Was soll sich ändern?").fill("Es waren vier Kurse.")
    school.get_by_role("button", name="Einwand erheben").click()
    expect(school.locator("main")).to_contain_text("Ihr Einwand ist da")
    clerk.goto(f"/sachstand/{update.pk}/schreiben/")
    expect(clerk.locator("main")).to_contain_text("Es waren vier Kurse.")

    # Corrected: 40 co-signs, 53 says nothing until the job counts that as consent.
    hand_in(cast, update, THEIRS.done)
    school.goto(f"/sachstand/{update.pk}/zeichnen/")
    expect(school.locator("main")).to_contain_text("Alles wurde so übernommen")
    school.get_by_role("button", name="Mitzeichnen").click()
    expect(school.locator("main")).to_contain_text("Als Nächstes zeichnen mit: 53")
    CoSignature.objects.filter(state="asked").update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    tasks.lapse_co_signatures()
    assert CoSignature.objects.get(revision__number=2, office=cast.health).state == "silent"

    # The head returns it, the next version is signed.
    head.goto("/aufgaben/")
    head.locator(f"a[href='/sachstand/{update.pk}/zeichnen/']").first.click()
    axe(head)
    axe(narrow(head))
    head.get_by_text("Stattdessen zurückgeben").click()
    head.get_by_role("button", name="Zurückgeben").click()
    expect(head.get_by_role("alert")).to_contain_text("Bitte schreiben Sie, was sich ändern soll.")
    axe(head)
    head.get_by_role("textbox", name="Was soll sich ändern?").fill("Bitte auch den Ort nennen.")
    head.get_by_role("button", name="Zurückgeben").click()
    assert state(update) == UpdateState.RETURNED
    hand_in(cast, update, f"{THEIRS.done} In der Nordstadt.")
    clerk.goto(f"/sachstand/{update.pk}/")
    for _office in (cast.school, cast.health):
        clerk.get_by_text("Ohne diese Mitzeichnung weitermachen").first.click()
        clerk.get_by_role("textbox", name="Warum machen Sie ohne sie weiter?").fill("Nur ein Ort kam dazu.")
        clerk.get_by_role("button", name="Ohne sie weitermachen").click()
    head.goto(f"/sachstand/{update.pk}/zeichnen/")
    head.get_by_role("button", name="Zeichnen", exact=True).click()
    expect(head.locator("main")).to_contain_text("Als Nächstes prüft ihn die Arbeitsgruppe")

    # The history tells all of it.
    clerk.get_by_role("link", name="Der ganze Verlauf").click()
    for said in (
        "erhebt Einwand gegen Version 1",
        "gilt als Zustimmung",
        "Version 2 ungezeichnet",
        "Version 3 gezeichnet",
    ):
        expect(clerk.locator("main")).to_contain_text(said)
    clerk.get_by_text("Was sich seit Version 1 geändert hat").click()
    expect(clerk.locator(".log p.prose.diff del").first).to_contain_text("fünf")
    axe(clerk)
    axe(narrow(clerk))
    assert list(history.verify()) == []


def test_the_keyboard_alone_is_enough(cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn) -> None:
    deputy = factories.member(Role.CLERK, factories.office("33", "Bürgeramt"), name="Sachbearbeitung 33")
    factories.absence(cast.head, deputy)
    hand_in(cast, update, THEIRS.done)

    page = sign_in(open_page(), cast.school_clerk)
    page.goto(f"/sachstand/{update.pk}/zeichnen/")
    tab_to(page, "Stattdessen Einwand erheben")
    page.keyboard.press("Enter")
    tab_to(page, "Was soll sich ändern?")
    page.keyboard.type("Der Ort fehlt.")
    tab_to(page, "Einwand erheben")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Ihr Einwand ist da")

    hand_in(cast, update, f"{THEIRS.done} In der Nordstadt.")
    page.goto(f"/sachstand/{update.pk}/zeichnen/")
    tab_to(page, "Mitzeichnen")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Danke, Ihre Mitzeichnung ist da.")
    runs.go_on_without_co_signature(update.pk, cast.health.pk, by=cast.clerk, reason="Urlaub", now=NOW)

    page = sign_in(open_page(), deputy)
    page.goto(f"/sachstand/{update.pk}/zeichnen/")
    tab_to(page, "Zeichnen")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Danke, der Sachstand ist gezeichnet.")
    signed = Event.objects.get(kind="signed")
    assert (signed.actor, signed.on_behalf_of) == (deputy, cast.head)


def test_signing_works_without_javascript(cast: Cast, update: StatusUpdate, open_page: Opener, sign_in: SignIn) -> None:
    hand_in(cast, update, THEIRS.done)
    page = sign_in(open_page(javascript=False), cast.school_clerk)
    page.goto(f"/sachstand/{update.pk}/zeichnen/")
    page.get_by_role("button", name="Mitzeichnen").click()
    expect(page.locator("main")).to_contain_text("Danke, Ihre Mitzeichnung ist da.")
