"""Take the pictures of the handbook from a freshly loaded demonstration: ``.venv/bin/python scripts/screenshots.py``.

Needs Debian's chromium and poppler-utils. Loads a database of its own and overwrites ``docs/screenshots/``, at 1280 and
at 320 px; ``report`` are two pages of the report's PDF. Names given as arguments (``board inbox``) take only those.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
ADDRESS = "127.0.0.1:8765"
START = 120.0
COLOURS = 192
MARGIN, GREY = 20, (225, 227, 234)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

Way = Callable[[Page], object]


@dataclass(frozen=True)
class Picture:
    """What ``person`` sees after ``way``; ``heights`` are those of the wide and of the narrow picture (0: none)."""

    name: str
    person: str
    way: Way
    heights: tuple[int, int] = (1180, 1180)

    def take(self, browser: Browser) -> None:
        for width, height in zip((1280, 320), self.heights, strict=True):
            if height:
                self._take(browser, width, height)

    def _take(self, browser: Browser, width: int, height: int) -> None:
        context = browser.new_context(
            base_url=f"http://{ADDRESS}",
            viewport={"width": width, "height": height},
            locale="de-DE",
            timezone_id="Europe/Berlin",
        )
        page = context.new_page()
        if self.person:
            page.goto("/anmelden/")
            # Most people are folded away behind "more people".
            page.locator("button", has_text=self.person).first.dispatch_event("click")
            page.wait_for_url(lambda address: "anmelden" not in address)
        self.way(page)
        page.wait_for_load_state()
        suffix = "" if width > 320 else "-320"  # noqa: PLR2004 - the two widths of the handbook
        path = PICTURES / f"{self.name}{suffix}.png"
        page.screenshot(path=path, animations="disabled")
        context.close()
        with Image.open(path) as taken:
            keep(taken, path)


def keep(taken: Image.Image, path: Path) -> None:
    """Write a picture with few colours: a quarter of its size, and nobody sees a difference."""
    small = taken.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def at(address: str) -> Way:
    return lambda page: page.goto(address)


def by_links(address: str, *names: str) -> Way:
    """Go to ``address`` and follow the links whose text holds these names."""

    def walk(page: Page) -> None:
        page.goto(address)
        for name in names:
            page.locator("main a", has_text=name).first.click()
            page.wait_for_load_state()

    return walk


def form(page: Page) -> None:
    """Open the form of the entry that is half written."""
    page.goto("/aufgaben/")
    page.locator("main a", has_text="Weiterschreiben").first.click()
    page.wait_for_load_state()


def sitting(page: Page) -> None:
    """Open a sitting with one member present."""
    page.goto("/sitzungen/")
    page.locator("main a", has_text="Sitzung eröffnen").first.click()
    page.get_by_label("Arbeitsgruppe, Jugend").check()
    page.get_by_role("button", name="Sitzung eröffnen").click()
    page.wait_for_url("**/sitzung/*/")


def calendar(page: Page) -> None:
    """Create the secret address of one's own calendar; the second time it is there."""
    page.goto("/kalender/")
    button = page.get_by_role("button", name="Adresse erstellen")
    if button.count():
        button.click()
    page.wait_for_load_state()


def foreword(page: Page) -> None:
    """Open the foreword of the report that is out."""
    page.goto("/berichte/")
    report = page.locator("section", has_text="Integrationsbericht 2023–2024")
    report.get_by_role("link", name="Vorwort und Einleitungen").click()
    page.locator("main a", has_text="Vorwort").first.click()
    page.wait_for_load_state()


def mail(page: Page) -> None:
    """Look at the mail that tells the coordinators what has been overdue for long."""
    page.goto("/post/?art=reminder")
    page.locator("tr", has_text="Hinweis an die Koordination").first.locator("a").first.click()
    page.wait_for_load_state()


def summary(page: Page) -> None:
    """Open the summary in plain language that is no longer up to date."""
    page.goto("/zusammenfassungen/?stand=veraltet")
    page.locator(".lines a", has_text="Einfache Sprache").first.click()
    page.wait_for_load_state()


def report_page(page: Page) -> None:
    """Read the newest report that is out."""
    page.goto("/")
    page.locator("#berichte a").first.click()
    page.wait_for_load_state()


def comparison(page: Page) -> None:
    """Look at what the newest version of the report says otherwise than the one before."""
    report_page(page)
    page.locator("main a", has_text="unterscheidet").first.click()
    page.wait_for_load_state()


def spread(pdf: bytes, *words: str) -> Image.Image:
    """Return the pages of a PDF on which these words stand first, contents apart, side by side on grey."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.pdf"
        file.write_bytes(pdf)
        texts = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout.split("\f")
        sheets = []
        for word in words:
            number = next(n for n, text in enumerate(texts, start=1) if word in text and "Inhalt" not in text)
            only = ["-f", str(number), "-l", str(number), "-r", "80", "-png", "-singlefile"]
            subprocess.run(["pdftoppm", *only, file, file.with_suffix("")], check=True, stderr=subprocess.DEVNULL)
            with Image.open(file.with_suffix(".png")) as sheet:
                sheets.append(sheet.convert("RGB"))
    width, height = sheets[0].size
    picture = Image.new("RGB", (len(sheets) * (width + MARGIN) + MARGIN, height + 2 * MARGIN), GREY)
    for place, sheet in enumerate(sheets):
        picture.paste(sheet, (MARGIN + place * (width + MARGIN), MARGIN))
    return picture


def report_pdf(browser: Browser) -> None:
    """Take two pages of the newest report's PDF: how the whole stands, and a recommendation."""
    context = browser.new_context(base_url=f"http://{ADDRESS}")
    page = context.new_page()
    page.goto("/")
    address = page.locator("#berichte a[href$='.pdf']").first.get_attribute("href")
    pdf = context.request.get(str(address)).body()
    context.close()
    keep(spread(pdf, "Stand nach Handlungsfeldern", "Schulung für Mietlotsen"), PICTURES / "report.png")


PAGES = [
    Picture("home", "", at("/")),
    Picture("search", "", at("/suche/?q=Deutschkurse")),
    Picture("recommendation", "", at("/konzept/neue-akzente-2019/empfehlung/1.01/"), (1500, 1500)),
    Picture("report-page", "", report_page, (1180, 0)),
    Picture("comparison", "", comparison, (1300, 0)),
    Picture("data", "", at("/daten/"), (1180, 0)),
    Picture("english", "", at("/en/"), (1000, 0)),
    Picture("inbox", "Sachbearbeitung 51", at("/aufgaben/"), (1180, 1400)),
    Picture("form", "Sachbearbeitung 51", form, (1500, 1500)),
    Picture("sign", "Amtsleitung 53", by_links("/aufgaben/", "Zeichnen"), (1180, 0)),
    Picture("review", "Arbeitsgruppe, Bildung", by_links("/pruefung/", "Ausbildung bei der Stadt"), (1180, 1700)),
    Picture("board", "Koordination", at("/board/"), (1400, 2900)),
    Picture("timeline", "Koordination", at("/board/?ansicht=zeitleiste"), (1180, 0)),
    Picture("history", "Koordination", by_links("/sachstaende/", "2.06 Familienzentren", "Der ganze Verlauf")),
    Picture("policy", "Koordination", by_links("/abfragen/", "2025–2026", "Erinnerungen ansehen"), (1700, 1500)),
    Picture("post", "Koordination", at("/post/"), (1400, 1500)),
    Picture("mail", "Koordination", mail, (1500, 0)),
    Picture("forecast", "Koordination", at("/post/vorschau/"), (1500, 1300)),
    Picture("letter", "Koordination", by_links("/schreiben/", "Ansehen"), (1480, 0)),
    Picture("reports", "Koordination", at("/berichte/"), (1500, 1900)),
    Picture("foreword", "Koordination", foreword, (1300, 0)),
    Picture("summary", "Koordination", summary, (1400, 0)),
    Picture("barrier", "Koordination", by_links("/barrieren/", "Beantworten"), (1180, 0)),
    Picture("preferences", "Sachbearbeitung 51", at("/meine-mails/"), (1700, 1500)),
    Picture("calendar", "Sachbearbeitung 51", calendar, (1300, 1500)),
    Picture("sitting", "Arbeitsgruppe, Bildung", sitting, (1000, 0)),
]


@contextmanager
def demonstration() -> Iterator[None]:
    """Serve a freshly loaded demonstration until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
            "SITE_URL": f"http://{ADDRESS}",
        }
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
        subprocess.run([*manage, "demo_content"], cwd=ROOT, env=env, check=True)
        serve = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", ADDRESS, "--threads", "4"]
        server = subprocess.Popen([*serve, "--log-level", "warning", "--no-control-socket"], cwd=ROOT, env=env)
        try:
            _wait()
            yield
        finally:
            server.terminate()
            server.wait()


def _wait() -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}/health/ready", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The demonstration does not answer.")


def main(names: list[str]) -> None:
    with demonstration(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for picture in PAGES:
            if not names or picture.name in names:
                print(picture.name)
                picture.take(browser)
        if not names or "report" in names:
            print("report")
            report_pdf(browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
