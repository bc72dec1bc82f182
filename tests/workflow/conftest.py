"""A small concept and an open cycle: one recommendation led by 51, one by 40, one by 53."""

import re
from dataclasses import dataclass

import pytest

from concept.models import ConceptEdition
from tests import factories
from tests.conftest import Cast
from workflow.models import ReportingCycle, StatusUpdate


@dataclass
class Stage:
    """``youth_update`` is led by 51 with 40 contributing (nobody waits for it); the others have no contributors."""

    edition: ConceptEdition
    cycle: ReportingCycle
    youth_update: StatusUpdate
    school_update: StatusUpdate
    health_update: StatusUpdate


@pytest.fixture
def stage(cast: Cast) -> Stage:
    edition = factories.edition()
    goal = factories.goal(edition)
    factories.recommendation(goal, "1.1.1", lead=cast.youth, contributing=(cast.school,))
    factories.recommendation(goal, "1.1.2", lead=cast.school)
    factories.recommendation(goal, "1.1.3", lead=cast.health)
    cycle = factories.open_cycle(edition, by=cast.coordinator)
    updates = {one.recommendation.number: one for one in StatusUpdate.objects.select_related("recommendation")}
    return Stage(edition, cycle, updates["1.1.1"], updates["1.1.2"], updates["1.1.3"])


def without_nameable(html: str) -> str:
    """Return a page without the list of those whom a comment may name; to stand there says nothing."""
    return re.sub(r"<details[^>]*>\s*<summary>Wen Sie nennen können</summary>.*?</details>", "", html, flags=re.DOTALL)
