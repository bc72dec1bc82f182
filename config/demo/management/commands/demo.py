"""One command that runs the whole demonstration: web, workers and schedule."""

import errno
import fcntl
import os
import shutil
import socket
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections
from django.urls import reverse
from django.utils.translation import gettext as _

from concept.models import ConceptEdition
from config.demo.people import memberships
from config.demo.supervisor import Supervisor
from config.env import VAR_DIR
from offices.models import Person

HOST = "127.0.0.1"
WAIT = 60.0


class Command(BaseCommand):
    help = "Run the demonstration on 127.0.0.1: web, workers and schedule, until Ctrl-C."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--reset", action="store_true", help="Throw the demonstration's data away first, and stop.")

    def handle(self, *_args: Any, port: int, reset: bool, **_options: Any) -> None:
        VAR_DIR.mkdir(exist_ok=True)
        with self._only_one():
            if reset:
                self._reset()
            else:
                self._insist_on_free(port)
            self._migrate()
            live_at(port)
            if not ConceptEdition.objects.exists() and not Person.objects.exists():
                self.stdout.write(_("Loading the demonstration …"))
                call_command("demo_content")
            if not reset:
                self._serve(port)

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        with (VAR_DIR / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise CommandError(_("The demonstration is running already. End it with Ctrl-C first.")) from held
            yield

    def _insist_on_free(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                message = _("Another program uses %(address)s. End it, or choose another port: make run PORT=8001")
                raise CommandError(message % {"address": f"{HOST}:{port}"}) from error

    def _migrate(self) -> None:
        if not connection.introspection.table_names():
            # Each migration renders every model known so far: those with many steps go first, while few are known.
            call_command("migrate", "viewflow", verbosity=0)
            call_command("migrate", "socialaccount", verbosity=0)
        call_command("migrate", verbosity=0)

    def _reset(self) -> None:
        if connection.vendor == "sqlite":
            connections.close_all()
            database = settings.DATABASES["default"]["NAME"]
            for name in ("", "-wal", "-shm"):
                with_suffix = f"{database}{name}"
                if os.path.exists(with_suffix):  # noqa: PTH110 - the name may be a string
                    os.unlink(with_suffix)  # noqa: PTH108
        else:
            call_command("migrate", verbosity=0)
            self._insist_on_invented_people()
            call_command("flush", interactive=False, verbosity=0)
        for folder in ("queue", "mail", "media", "cache"):
            shutil.rmtree(VAR_DIR / folder, ignore_errors=True)
        for leftover in VAR_DIR.glob("beat-schedule*"):
            leftover.unlink()

    def _insist_on_invented_people(self) -> None:
        if Person.objects.exclude(email__iendswith=".example").exists():
            raise CommandError(_("This database knows real people, so it is not reset: %s") % connection.vendor)

    def _serve(self, port: int) -> None:
        started = time.monotonic()
        address = f"http://{HOST}:{port}"
        # Celery warns of running as root, which is how containers and fresh machines run a demonstration.
        os.environ.setdefault("PYTHONWARNINGS", "ignore::UserWarning:celery.platforms")
        connections.close_all()

        def announce(supervisor: Supervisor) -> None:
            if self._answers(f"{address}/health/ready", supervisor):
                self._introduce(address, time.monotonic() - started)

        Supervisor(commands(port), self._say_restart).run(announce)
        self.stdout.write(_("The demonstration has ended. Your data stays until “make reset”."))

    def _answers(self, address: str, supervisor: Supervisor) -> bool:
        until = time.monotonic() + WAIT
        while time.monotonic() < until and not supervisor.waits_in_vain():
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                    return True
            except (URLError, OSError):
                time.sleep(0.1)
        return False

    def _introduce(self, address: str, seconds: float) -> None:
        width = max((len(one.person.name) for one in memberships()), default=0)
        people = [
            f"  {one.person.name:{width}}  {one.get_role_display()}{f', {one.office}' if one.office else ''}"
            for one in memberships()
        ]
        lines = [
            "",
            _("The demonstration is ready (after %(seconds)s s): %(address)s")
            % {"seconds": f"{seconds:.1f}".replace(".", ","), "address": f"{address}/"},
            _("Sign in with one click: %s") % address + reverse("account_login"),
            _("Mails that were sent: %s") % f"{address}/demo/post/",
            "",
            _("People and their roles:"),
            *people,
            "",
            _("Ctrl-C ends everything. Your data stays until “make reset”."),
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def _say_restart(self, name: str, code: int | None) -> None:
        self.stderr.write(_("“%(name)s” ended (%(code)s) and is started again.") % {"name": name, "code": code})


def live_at(port: int) -> None:
    """Let the links in mails, also in those that are loaded, lead to where the demonstration runs."""
    settings.SITE_URL = os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")


def commands(port: int) -> dict[str, list[str]]:
    """Return the parts of the demonstration as modules with arguments.

    Mails have a worker of their own, as in production: a sign-in code does not wait for a report.
    The schedule is a process of its own: inside the worker it would survive a killed worker and run twice.
    """
    celery = ["celery", "--quiet", "-A", "config"]
    worker = [
        *[*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "warning"],
        *["--without-gossip", "--without-mingle", "--without-heartbeat"],
    ]
    return {
        "web": [
            *["gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--threads", "8"],
            *["--workers", "1", "--log-level", "warning", "--no-control-socket", "--graceful-timeout", "3"],
        ],
        "worker": [*worker, "--queues=celery"],
        "mailer": [*worker, "--queues=mail", "--hostname=mail@%h"],
        "schedule": [*celery, "beat", "--loglevel", "warning", "--pidfile="],
    }
