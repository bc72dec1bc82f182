"""A published entry is corrected by a new text, and whoever decides on it reads what visitors will read."""

import datetime

import pytest

from offices.errors import DomainError
from tests.conftest import Cast
from tests.factories import NOW, TODAY, content
from tests.workflow.conftest import Stage
from tests.workflow.steps import SignIn, text, with_earlier_entry
from workflow import runs
from workflow.models import StatusUpdate

NOTE = "Die Zahl der Kurse war falsch."


def corrected(cast: Cast, update: StatusUpdate) -> StatusUpdate:
    runs.hand_in(update.pk, by=cast.clerk, content=content(), now=NOW)
    runs.approve(update.pk, revision_number=1, by=cast.reviewer, now=NOW)
    due = TODAY + datetime.timedelta(days=30)
    runs.start_correction(update.pk, by=cast.clerk, note=NOTE, due_on=due, now=NOW)
    return update


def test_last_periods_text_is_no_correction(cast: Cast, signed_in: SignIn) -> None:
    update = corrected(cast, with_earlier_entry(cast))
    with pytest.raises(DomainError):
        runs.confirm_unchanged(update.pk, by=cast.clerk, now=NOW)
    with pytest.raises(DomainError):
        runs.file_nil_return(update.pk, by=cast.clerk, reason="Nichts.", now=NOW)
    form = text(signed_in(cast.clerk).get(f"/sachstand/{update.pk}/schreiben/"))
    assert "/unveraendert/" not in form
    assert "/fehlanzeige/" not in form
    for page in ("unveraendert", "fehlanzeige"):
        answer = signed_in(cast.clerk).get(f"/sachstand/{update.pk}/{page}/")
        assert answer["Location"] == f"/sachstand/{update.pk}/schreiben/"


def test_whoever_reviews_a_correction_reads_its_public_note(cast: Cast, stage: Stage, signed_in: SignIn) -> None:
    update = corrected(cast, stage.youth_update)
    runs.hand_in(update.pk, by=cast.clerk, content=content(done="Es waren 17."), now=NOW)
    assert NOTE in text(signed_in(cast.reviewer).get(f"/pruefung/{update.pk}/"))
