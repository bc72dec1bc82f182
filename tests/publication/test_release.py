"""What another release is: code, templates, words and settings, those of the city included."""

import copy
from pathlib import Path
from typing import Any

from publication.site.release import Release, release


def now() -> Release:
    """Return the release as a process finds it that starts now."""
    return release.__wrapped__()


def test_a_release_stays_what_it_is() -> None:
    assert now() == now() == release()


def test_another_template_of_the_city_is_another_release(settings: Any, tmp_path: Path) -> None:
    plain = now()
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [str(tmp_path), *settings.TEMPLATES[0]["DIRS"]]
    page = tmp_path / "publication" / "public" / "legal" / "imprint.html"
    page.parent.mkdir(parents=True)
    page.write_text("Stadt Nirgendwo", encoding="utf-8")
    first = now()
    page.write_text("Stadt Irgendwo", encoding="utf-8")
    second = now()
    page.rename(page.with_name("privacy.html"))
    assert len({one.id for one in (plain, first, second, now())}) == 4
    assert second.at >= first.at > plain.at


def test_a_setting_that_pages_speak_of_is_another_release_and_a_secret_is_not(settings: Any) -> None:
    settings.SECRET_KEY = "a-secret-of-at-least-32-characters-here"
    plain = now()
    settings.SECRET_KEY = "another-secret-of-at-least-32-characters"
    assert now() == plain
    settings.CITY_NAME = "Irgendwo"
    assert now().id != plain.id
