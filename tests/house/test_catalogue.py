"""German for people: the catalogue says everything that the sources ask for, and is compiled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.functional import Promise

from tests.house.catalogue import compiled, entries
from tests.house.test_tools import ROOT

PO = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
ROOMS = ["offices", "concept", "notifications", "workflow", "publication"]
SOURCES = ["config", *ROOMS, "templates"]


def test_every_message_has_its_german() -> None:
    missing = [message for message, said in entries(PO.read_text(encoding="utf-8")).items() if not all(said)]
    assert missing == []


def test_nothing_is_a_guess() -> None:
    assert "\n#, fuzzy" not in PO.read_text(encoding="utf-8")


def test_compiled_catalogue_is_the_written_one() -> None:
    assert compiled(PO.with_suffix(".mo")) == entries(PO.read_text(encoding="utf-8"))


def test_every_field_of_our_models_has_a_name_that_is_translated() -> None:
    ours = [model for app in ROOMS for model in apps.get_app_config(app).get_models()]
    columns = [field for model in ours for field in model._meta.local_fields if field.name != "id"]
    assert [str(field) for field in columns if not isinstance(field.verbose_name, Promise)] == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext's xgettext")
def test_catalogue_holds_exactly_what_the_sources_ask_for(tmp_path: Path) -> None:
    for source in SOURCES:
        shutil.copytree(ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    (tmp_path / "locale").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "de", "--no-location", "--no-wrap"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    asked = entries((tmp_path / "locale/de/LC_MESSAGES/django.po").read_text(encoding="utf-8")).keys()
    said = entries(PO.read_text(encoding="utf-8")).keys()
    assert sorted(asked - said) == [], "not in the catalogue"
    assert sorted(said - asked) == [], "no longer asked for"
