"""What an entry is compared with: the version before or the public text; who signed; the recommendation's wording."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from workflow import opening, runs
from workflow.content import CommentContent, ContributionContent
from workflow.models import Participation, ReportingCycle, StatusUpdate
from workflow.queries import review as queries


@pytest.fixture
def update(cast: Cast) -> StatusUpdate:
    """A second version of 51 waits; the period before has an approved text."""
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    earlier = factories.open_cycle(
        edition, period_from=datetime.date(2023, 1, 1), period_until=datetime.date(2024, 12, 31)
    )
    old = earlier.updates.get()
    runs.hand_in(old.pk, by=cast.clerk, content=content(done="Eine Schule macht mit."), now=NOW)
    runs.approve(old.pk, revision_number=1, by=cast.reviewer, now=NOW)
    opening.close_cycle(earlier.pk, by=None, now=NOW)
    made = factories.open_cycle(edition, contributions=True).updates.get()
    runs.hand_in(made.pk, by=cast.clerk, content=content(done="Zwei Schulen machen mit."), now=NOW, without=asked(made))
    runs.return_for_revision(
        made.pk, revision_number=1, by=cast.reviewer, comments=[CommentContent("Zahl?")], now=NOW, today=TODAY
    )
    runs.hand_in(made.pk, by=cast.clerk, content=content(done="Drei Schulen machen mit."), now=NOW)
    return StatusUpdate.objects.get(pk=made.pk)


def asked(update: StatusUpdate) -> list[int]:
    return list(Participation.objects.filter(update=update).values_list("pk", flat=True))


def shown(client: Any, update: StatusUpdate, query: str = "") -> str:
    return client.get(reverse("workflow:review-detail", args=[update.pk]) + query).content.decode()  # type: ignore[no-any-return]


def test_the_version_before_is_the_first_choice_and_the_public_text_the_other(
    signed_in: Any, cast: Cast, update: StatusUpdate
) -> None:
    client = signed_in(cast.reviewer)
    first = shown(client, update)
    assert "Verglichen mit Version 1" in first
    assert "</span>Zwei<span" in first
    other = shown(client, update, "?gegen=veroeffentlicht")
    assert "Verglichen mit dem freigegebenen Text von 2023–2024" in other
    assert "</span>Eine Schule macht<span" in other
    assert "gegen=version" in other


def test_side_by_side_shows_the_chosen_text(signed_in: Any, cast: Cast, update: StatusUpdate) -> None:
    page = shown(signed_in(cast.reviewer), update, "?gegen=veroeffentlicht&ansicht=nebeneinander")
    assert "Eine Schule macht mit." in page
    assert "Zwei Schulen machen mit." not in page


def test_a_correction_is_compared_with_the_text_of_this_run_that_is_public(cast: Cast, update: StatusUpdate) -> None:
    runs.approve(update.pk, revision_number=2, by=cast.reviewer, now=NOW)
    runs.start_correction(update.pk, by=cast.clerk, note="Die Zahl war falsch.", due_on=TODAY, now=NOW)
    for number in (3, 4):
        runs.hand_in(update.pk, by=cast.clerk, content=content(done=f"{number} Schulen machen mit."), now=NOW)
        fresh = StatusUpdate.objects.select_related("cycle", "recommendation").get(pk=update.pk)
        sheet = queries.sheet(fresh, queries.PUBLISHED)
        if number == 3:
            assert [one.revision.number for one in sheet.choices] == [2]
            runs.return_for_revision(
                update.pk, revision_number=3, by=cast.reviewer, comments=[CommentContent("Ja?")], now=NOW, today=TODAY
            )
    assert [(one.kind, one.revision.number) for one in sheet.choices] == [("version", 3), ("veroeffentlicht", 2)]
    assert sheet.chosen is not None
    assert sheet.chosen.revision.number == 2


def test_the_wording_of_the_recommendation_stands_on_the_page(signed_in: Any, cast: Cast, update: StatusUpdate) -> None:
    assert update.recommendation.text in shown(signed_in(cast.reviewer), update)


def test_who_has_signed_stands_among_the_details(signed_in: Any, cast: Cast) -> None:
    edition = factories.edition()
    factories.recommendation(factories.goal(edition), lead=cast.youth, contributing=(cast.school,))
    made = factories.open_cycle(edition, contributions=True).updates.get()
    ReportingCycle.objects.update(co_sign=True, sign_off=True)
    theirs = ContributionContent(done="Das Schulamt hat vier Sprachkurse an Grundschulen eingerichtet.")
    runs.contribute(asked(made)[0], by=cast.school_clerk, content=theirs, now=NOW)
    both = content(done=f"Eigener Absatz der Federführung.\n\n{theirs.done}")
    runs.hand_in(made.pk, by=cast.clerk, content=both, now=NOW)
    runs.co_sign(made.pk, cast.school.pk, by=cast.school_clerk, now=NOW)
    runs.sign(made.pk, by=cast.head, now=NOW)
    page = shown(signed_in(cast.reviewer), made)
    assert "Gezeichnet" in page
    assert "Leitung 51 (Schlusszeichnung), 23.11.2026" in page
    assert "40 Amt für Schule und Bildung" in page
    assert "(Absatz 2)" in page
