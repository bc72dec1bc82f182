"""The Nu HTML checker finds nothing on any page for visitors, nor in the report as a web page.

It needs Java, and npm to fetch the checker once (``scripts/nu-check``). Where they are missing it is left out, except
where everything has to hold (``.ci/run``).
"""

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import Cast
from tests.house.test_tools import ROOT
from tests.publication import city, crawler
from tests.publication.crawler import Answer

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

CANNOT = {69, 70}
"""Exit statuses of the script where Java, npm or the checker cannot be had."""

# A part stands below a heading of the website that shows it.
PART = "<!doctype html><html lang='de'><head><title>Teil</title></head><body><h1>Seite der Stadt</h1>{}</body></html>"


def check(folder: Path, answers: Iterable[Answer]) -> list[str]:
    """Return what the checker says of the answers that are HTML, a line each with the address."""
    files = {}
    for number, one in enumerate(answers):
        text = one.body.decode()
        file = folder / f"{number:04}.html"
        file.write_text(text if "<html" in text else PART.format(text))
        files[file.name] = one.address
    command = [ROOT / "scripts/nu-check", *map(str, sorted(folder.iterdir()))]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode in CANNOT and not os.environ.get("CI"):
        pytest.skip(done.stderr.decode())
    assert done.returncode in {0, 1}, done.stderr.decode()
    found = json.loads(done.stdout)["messages"]
    assert bool(found) == bool(done.returncode) or all(one["type"] == "info" for one in found)
    return [_said(one, files) for one in found]


def _said(message: dict[str, object], files: dict[str, str]) -> str:
    address = files.get(Path(str(message.get("url", ""))).name, "")
    return f"{address}: {message['message']} {str(message.get('extract', '')).strip()!r}"


def test_the_checker_finds_nothing_on_any_page_for_visitors(cast: Cast, client: Client, tmp_path: Path) -> None:
    published = city.publish(city.build(cast), cast)
    read = [*city.everything(published, client), *(crawler.fetch(client, one) for one in city.by_link(published))]
    gone = (
        "/konzept/zukunft/",
        "/en/konzept/zukunft/",
        "/einbetten/feld/zukunft/1/",
        "/einbetten/feld/zukunft/1.fragment",
    )
    read += [crawler.fetch(client, one) for one in ("/gibt-es-nicht/", "/bericht/1/", *gone)]
    pages = {one.address: one for one in read if one.kind.startswith("text/html")}
    assert f"/bericht/{published.final.pk}.html" in pages
    assert "/en/" in pages
    found = check(tmp_path, pages.values())
    assert not found, "\n".join(found)


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = b"<!doctype html><html lang='de'><head><title>x</title></head><body><p><div>x</div></p></body></html>"
    assert check(tmp_path, [Answer("/", 200, "text/html", "", wrong, sets_cookie=False)])
