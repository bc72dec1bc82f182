"""The demonstration: one click signs in, every mail can be read, and one command holds its processes together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.test import Client, override_settings

from config.demo.management.commands.demo import live_at
from config.settings.demo import INSTALLED_APPS
from config.settings.demo import TEMPLATES as DEMO_TEMPLATES
from tests.conftest import Cast

MAIL = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def demo(tmp_path: Path) -> Client:  # type: ignore[misc]
    """A visitor of the service under the demonstration's addresses."""
    with override_settings(
        ROOT_URLCONF="config.demo.urls",
        INSTALLED_APPS=INSTALLED_APPS,
        TEMPLATES=DEMO_TEMPLATES,
        DEMONSTRATION=True,
        EMAIL_FILE_PATH=str(tmp_path),
    ):
        yield Client()


def sent(folder: Path, subject: str, body: str = "Guten Tag", to: str = "51@stadt.example") -> None:
    connection = get_connection(MAIL, file_path=str(folder))
    EmailMessage(subject, body, "Sachstand <sachstand@stadt.example>", [to], connection=connection).send()


def test_one_click_signs_in_as_the_person(demo: Client, cast: Cast) -> None:
    answer = demo.post(f"/demo/spielen/{cast.clerk.pk}/")
    assert answer.status_code == 302
    assert demo.session["_auth_user_id"] == str(cast.clerk.pk)


def test_one_click_leads_back_to_the_page_that_asked(demo: Client, cast: Cast) -> None:
    answer = demo.post(f"/demo/spielen/{cast.clerk.pk}/", {"next": "/board/"})
    assert answer.headers["Location"] == "/board/"


def test_one_click_never_leads_to_another_site(demo: Client, cast: Cast) -> None:
    answer = demo.post(f"/demo/spielen/{cast.clerk.pk}/", {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"].startswith("/")


def test_signing_in_needs_a_click_and_an_active_person(demo: Client, cast: Cast) -> None:
    assert demo.get(f"/demo/spielen/{cast.clerk.pk}/").status_code == 405
    cast.clerk.is_active = False
    cast.clerk.save()
    assert demo.post(f"/demo/spielen/{cast.clerk.pk}/").status_code == 404


def test_mails_are_listed_newest_first_with_decoded_subjects(demo: Client, tmp_path: Path, db: None) -> None:
    sent(tmp_path, "Älteste Erinnerung")
    time.sleep(1.1)  # the date of a mail counts in seconds
    sent(tmp_path, "Ihr Code für den Sachstand")
    page = demo.get("/demo/post/").content.decode()
    assert page.index("Ihr Code für den Sachstand") < page.index("Älteste Erinnerung")


def test_a_mail_shows_its_text_with_links_and_without_markup(demo: Client, tmp_path: Path, db: None) -> None:
    sent(tmp_path, "Erinnerung", "Öffnen: http://127.0.0.1:8000/aufgaben/ <script>alert(1)</script>")
    key = next(tmp_path.glob("*.log")).stem + "-0"
    page = demo.get(f"/demo/post/{key}/").content.decode()
    assert '<a href="http://127.0.0.1:8000/aufgaben/"' in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("key", ["nothing", "..%2F..%2Fetc%2Fpasswd", "..", "%2Fetc%2Fpasswd"])
def test_no_other_file_can_be_read(demo: Client, key: str, db: None) -> None:
    assert demo.get(f"/demo/post/{key}/").status_code == 404


def test_the_sign_in_page_offers_the_people(demo: Client, cast: Cast) -> None:
    page = demo.get(settings.LOGIN_URL if settings.LOGIN_URL.startswith("/") else "/anmelden/", follow=True)
    assert f"/demo/spielen/{cast.coordinator.pk}/" in page.content.decode()


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


SUPERVISE = """
from config.demo.supervisor import Supervisor
def say(name, code): print("restarted", name, flush=True)
def first(supervisor): print("first started alone:", supervisor.children[1].process is None, flush=True)
Supervisor({"one": ["tests.config.sleeper"], "two": ["tests.config.sleeper"]}, say).run(first)
"""


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def supervised():  # type: ignore[no-untyped-def]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE],
        env=environment,
        cwd=settings.BASE_DIR if hasattr(settings, "BASE_DIR") else Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "first started alone: True\n"
    wait_for(lambda: len(children_of(process.pid)) == 2)
    children = children_of(process.pid)
    time.sleep(1.0)  # until each has asked to end with its parent
    yield process, children
    process.kill()
    process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
class TestSupervisor:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
    def test_no_process_is_left_however_it_ends(self, supervised, number: signal.Signals) -> None:  # type: ignore[no-untyped-def]
        process, children = supervised
        process.send_signal(number)
        process.wait(15)
        wait_for(lambda: not any(alive(pid) for pid in children))
        assert [pid for pid in children if alive(pid)] == []

    def test_a_killed_child_is_started_again(self, supervised) -> None:  # type: ignore[no-untyped-def]
        process, children = supervised
        os.kill(children[0], signal.SIGKILL)
        assert process.stdout.readline().strip() == "restarted one"
        assert alive(children[1])


def test_links_in_mails_lead_to_the_port_on_which_the_demonstration_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    with override_settings(SITE_URL="http://127.0.0.1:8000"):
        live_at(8123)
        assert settings.SITE_URL == "http://127.0.0.1:8123"
