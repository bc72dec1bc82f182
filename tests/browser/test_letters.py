"""A letter to a department in a real browser, without scripts: from the board to the history of a task."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from offices.models import Office, OfficeKind, Person
from offices.working_days import working_days
from tests import factories
from tests.browser.conftest import Opener
from tests.conftest import Cast
from tests.workflow.conftest import Stage, stage
from workflow.models import WorkItem
from workflow.services import department_letters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["stage"]

SignIn = Callable[[Page, Person], Page]


def test_a_letter_is_read_changed_released_and_stands_in_the_history(
    cast: Cast, stage: Stage, open_page: Opener, sign_in: SignIn
) -> None:
    department = factories.office("V", "Jugend", kind=OfficeKind.DEPARTMENT, mailbox="v@stadt.example")
    Office.objects.filter(pk=cast.youth.pk).update(parent=department)
    now = timezone.now()
    today = working_days().on_or_after(timezone.localdate(now))
    WorkItem.objects.filter(office=cast.youth).update(due_on=today - datetime.timedelta(days=40))
    assert department_letters.propose(today=today, now=now) == 1

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
