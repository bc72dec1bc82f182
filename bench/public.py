"""The public pages in front of a real server: made anew, kept ready, unchanged; beside a bare view and nginx.

One run, one gunicorn with the settings of production, one page: the list of all recommendations, in brotli. The bare
view (in the service, and once more without any middleware) and nginx answer the very bytes of that page. Needs
PostgreSQL, and Debian's wrk and nginx.
"""

import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.cache import cache as shared
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from bench import data
from publication.queries import site
from publication.site import cache, version

Result = tuple[str, float, str]

ROOT = Path(__file__).resolve().parent.parent
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
CONNECTIONS = 8
REPEATS = 15
NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port};
    root {folder};
    location / {{ default_type text/html; add_header Content-Encoding br; }}
  }}
}}
"""


def pages(size: int) -> list[Result]:
    """Return the figures of the list of ``size`` recommendations; of other pages, what making them costs."""
    for program in ("wrk", "nginx"):
        if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
            sys.exit(f"{program} is missing (Debian: apt-get install {program}).")
    city = data.build(size)
    # As it is on the morning after: the nightly job has put the changes together.
    version.put_together()
    data.analyse()
    address = f"/konzept/{city.edition.slug}/"
    results: list[Result] = []
    for name, path in {
        "home_": "/",
        "field_": f"{address}feld/1/",
        "office_": f"/aemter/{city.office.pk}/",
        "": address,
    }.items():
        page, queries, cpu = _in_this_process(path)
        results += [
            (f"public.{name}uncached_queries", queries, "queries"),
            (f"public.{name}uncached_cpu_ms", cpu, "ms"),
            (f"public.{name}page_kb", round(len(page.content) / 1024, 1), "kB"),
        ]
    body, tag = page.content, page["ETag"]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        (Path(folder) / "page").write_bytes(body)
        # Workers of nginx are other users.
        Path(folder).chmod(0o755)
        own = servers.enter_context(_gunicorn(Path(folder) / "page"))
        nginx = servers.enter_context(_nginx(folder))
        _warm(own, address)
        results += [
            ("public.uncached_rps", _rate(own, f"/bench/uncached{address}"), "requests/s"),
            ("public.cached_rps", _rate(own, address), "requests/s"),
            ("public.not_modified_rps", _rate(own, address, {"If-None-Match": tag}), "requests/s"),
            ("public.bare_view_rps", _rate(own, "/bench/view"), "requests/s"),
            ("public.bare_view_without_middleware_rps", _rate(own, "/bench/bare"), "requests/s"),
            ("public.nginx_static_rps", _rate(nginx, "/page"), "requests/s"),
        ]
    return results


def _in_this_process(address: str) -> tuple[HttpResponse, int, float]:
    """Return a page in brotli, with the queries and milliseconds of CPU that making it anew takes.

    Not by Django's test client, which copies what every template was given.
    """
    service = BaseHandler()
    service.load_middleware()

    def made() -> HttpResponse:
        site.KEPT.clear()
        cache.PAGES.clear()
        shared.clear()
        response = service.get_response(RequestFactory(headers={"accept-encoding": "br"}).get(address))
        assert response.status_code == 200, (address, response.status_code)  # noqa: PLR2004 - OK, as everybody knows it
        return response

    made()
    with CaptureQueriesContext(connection) as captured:
        page = made()
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        made()
        times.append((time.process_time() - begin) * 1000)
    return page, len(captured), round(statistics.median(times), 1)


@contextmanager
def _gunicorn(page: Path) -> Iterator[int]:
    """Run the service with production's settings on this very database; return its port."""
    port = _free_port()
    named = connection.settings_dict
    connection.close()
    database = f"postgres://{named['USER']}:{named['PASSWORD']}@{named['HOST']}:{named['PORT']}/{named['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "BENCH_BYTES": str(page),
        "DATABASE_URL": database,
        "SECRET_KEY": "only-for-measuring-and-never-kept-0000",
        "ALLOWED_HOSTS": "127.0.0.1",
        # Named because production asks for it; see bench.wsgi.
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "dummymail://",
        "DEFAULT_FROM_EMAIL": "sachstand@stadt.example",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "HTTPS": "false",
        # One process, as nginx has one: with two, chance decides how many of the connections each of them gets.
        "WEB_WORKERS": "1",
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=ROOT, env=environment, check=True, stdout=sys.stderr,
    )  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "bench.wsgi"]
    command += ["--bind", f"127.0.0.1:{port}", "--max-requests", "0"]
    with _running(command, port, environment):
        yield port


@contextmanager
def _nginx(folder: str) -> Iterator[int]:
    port = _free_port()
    settings = Path(folder) / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
    with _running(
        [shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx", "-c", str(settings)], port, dict(os.environ)
    ):
        yield port


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sys.stderr)
    try:
        for _ in range(300):
            if server.poll() is not None:
                sys.exit(f"{command[0]} did not start.")
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def _warm(port: int, address: str) -> None:
    """Let every worker and thread have made the page once."""
    for _ in range(40):
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        asked.request("GET", address, headers={"Accept-Encoding": "br"})
        answer = asked.getresponse()
        assert answer.status == 200, answer.status  # noqa: PLR2004 - as above
        answer.read()
        asked.close()


def _rate(port: int, address: str, headers: dict[str, str] | None = None) -> float:
    """Return how many requests per second are answered, over connections that stay open."""
    given = {"Accept-Encoding": "br", **(headers or {})}
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
        + [part for name, value in given.items() for part in ("-H", f"{name}: {value}")]
        + [f"http://127.0.0.1:{port}{address}"],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert "Non-2xx" not in done.stdout, done.stdout
    assert "Socket errors" not in done.stdout, done.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found, done.stdout
    return round(float(found[1]), 1)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
