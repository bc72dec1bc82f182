"""Several confirmations at once: one import, and two people never import over each other unseen."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from django.db import connections

from concept.models import ConceptEdition, ConceptEvent, ImportUpload, Recommendation
from concept.services import uploads
from offices.errors import ConflictError
from tests.concept.tables import csv_file, row
from tests.conftest import Cast
from tests.factories import NOW, TODAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def at_once(actions: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run the actions in threads from one starting line and count how they ended."""
    line = threading.Barrier(len(actions))
    outcome: Counter[str] = Counter()

    def attempt(action: Callable[[], object]) -> None:
        try:
            line.wait(timeout=20)
            outcome["imported" if action() else "nothing to do"] += 1
        except ConflictError:
            outcome["refused"] += 1
        except Exception as error:  # noqa: BLE001 - the test reports whatever else happened
            outcome[repr(error)] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcome


def uploaded(cast: Cast, *rows: tuple[str, ...]) -> ImportUpload:
    return uploads.receive(csv_file(*rows), "x.csv", edition="Neu", end_missing=False, by=cast.coordinator)


def confirmation(cast: Cast, upload: ImportUpload) -> Callable[[], object]:
    fingerprint = uploads.plan_upload(upload, TODAY).fingerprint
    return lambda: uploads.confirm(upload.pk, fingerprint=fingerprint, by=cast.coordinator, today=TODAY, now=NOW)


def test_of_many_clicks_one_imports(cast: Cast) -> None:
    outcome = at_once([confirmation(cast, uploaded(cast, row("1"), row("2")))] * 6)
    assert outcome == {"imported": 1, "nothing to do": 5}
    assert Recommendation.objects.count() == 2
    assert ConceptEvent.objects.count() == 1


def test_of_two_files_for_one_new_edition_one_is_imported_and_the_other_is_shown_anew(cast: Cast) -> None:
    outcome = at_once([confirmation(cast, uploaded(cast, row("1", title=title))) for title in ("Eins", "Zwei")])
    assert outcome == {"imported": 1, "refused": 1}
    assert ConceptEdition.objects.count() == 1


def test_of_two_files_for_one_edition_the_second_is_shown_anew(cast: Cast) -> None:
    confirmation(cast, uploaded(cast, row("1")))()
    outcome = at_once([confirmation(cast, uploaded(cast, row("1", title=title))) for title in ("Eins", "Zwei")])
    assert outcome == {"imported": 1, "refused": 1}
    assert Recommendation.objects.get().title in {"Eins", "Zwei"}
