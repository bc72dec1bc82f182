"""House rules that no tool knows."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.test_tools import ROOT

LONGEST_FILE = 400
ROOMS = ("config", "offices", "concept", "workflow", "notifications", "publication", "typesetting")
ROOMS += ("tests", "scripts", "bench")
# Mails carry their style inline, because many mail programs know nothing else.
MAIL_TEMPLATES = "templates/notifications/mail/"


def files(*suffixes: str) -> list[Path]:
    """Every file of the project with one of these suffixes, generated and vendored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    names = listed or [
        str(path.relative_to(ROOT)) for room in (*ROOMS, "templates") for path in (ROOT / room).rglob("*")
    ]
    return [
        ROOT / name
        for name in names
        if name.endswith(suffixes) and "/migrations/" not in name and "vendor/" not in name and (ROOT / name).is_file()
    ]


def found(pattern: str, paths: list[Path]) -> list[str]:
    rule = re.compile(pattern, re.IGNORECASE)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if rule.search(line)
    ]


def templates() -> list[Path]:
    return [path for path in files(".html") if MAIL_TEMPLATES not in path.as_posix()]


def test_files_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in files(".py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    ]
    assert long == []


def test_silenced_types_name_what_they_silence() -> None:
    assert found(r"#\s*type:\s*ignore(?!\[)", files(".py")) == []


@pytest.mark.parametrize(
    "pattern",
    [r"<style\b", r"\sstyle\s*=", r"<script(?![^>]*\ssrc=)(?![^>]*application/(ld\+)?json)", r"\son[a-z]+\s*=\s*[\"']"],
    ids=["style element", "style attribute", "inline script", "event handler"],
)
def test_pages_keep_to_the_content_security_policy(pattern: str) -> None:
    assert found(pattern, templates()) == []


def test_templates_hold_no_german_of_their_own() -> None:
    """German stands in the catalogue; a word with an umlaut in a template has escaped it."""
    spoken = found(r"[äöüß]", [path for path in templates() if not path.name.startswith("4")])
    assert spoken == []


def test_views_build_no_querysets() -> None:
    views = [path for path in files(".py") if path.name == "views.py" or path.parent.name == "views"]
    assert found(r"\.objects\b", [path for path in views if "tests" not in path.parts]) == []


def test_nobody_reads_the_environment_but_the_settings() -> None:
    paths = [path for path in files(".py") if path.relative_to(ROOT).parts[0] in ROOMS[1:6]]
    assert found(r"\bos\.environ\b|\bgetenv\b", paths) == []


def test_nobody_asks_for_the_time_without_a_zone() -> None:
    paths = [path for path in files(".py") if path.relative_to(ROOT).parts[0] in ROOMS[:6]]
    assert found(r"datetime\.now\(\)|date\.today\(\)|utcnow\(", paths) == []


def test_lock_files_hold_no_address() -> None:
    assert found(r"(https?|file)://", sorted((ROOT / "requirements").glob("*.lock"))) == []


def test_every_pinned_package_has_a_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        pins = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert [pin.split()[0] for pin in pins if not pin.startswith("#") and "--hash=sha256:" not in pin] == []
