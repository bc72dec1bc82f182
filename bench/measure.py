"""Measures one database at one size and prints the results as JSON lines.

Called by ``python -m bench`` in a process of its own, with ``DATABASE_URL`` set; works on a test database that is
made for it and removed afterwards.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

REPEATS = 15
FULL_DESK = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--what", choices=["city", "mail", "public", "reminders", "report"], default="city")
    arguments = parser.parse_args()
    with database():
        for name, value, unit in measurements(arguments.what, arguments.size):
            json.dump({"name": name, "value": value, "unit": unit, "size": arguments.size}, sys.stdout)
            sys.stdout.write("\n")
            sys.stdout.flush()


@contextmanager
def database() -> Iterator[None]:
    """Set Django up on a test database, which is removed in the end."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

    import django  # noqa: PLC0415 - the settings must be named first

    django.setup()

    from django.conf import settings  # noqa: PLC0415
    from django.test.utils import get_runner, setup_test_environment  # noqa: PLC0415

    from config.settings import base  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.CACHES = {**settings.CACHES, "process": base.CACHES["process"]}
    # Tests tell PostgreSQL to do without statistics; here it has them.
    settings.DATABASES["default"].get("OPTIONS", {}).pop("options", None)
    setup_test_environment(debug=False)
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        yield
    finally:
        runner.teardown_databases(databases)


def measurements(what: str, size: int) -> list[tuple[str, float, str]]:
    """Return name, value and unit of everything that is measured at ``size`` recommendations.

    At ``FULL_DESK`` it is the inbox alone, of a clerk with so many tasks. ``mail`` is the delivery of so many mails,
    ``reminders`` the daily plan for so many open tasks, ``public`` the public pages in front of a server,
    ``report`` the files of a report on so many recommendations.
    """
    from bench import cases, data, mail, public, reminders, report  # noqa: PLC0415 - models need Django to be set up

    if what == "mail":
        return mail.mails(size)
    if what == "public":
        return public.pages(size)
    if what == "report":
        return report.files(size)
    if what == "reminders":
        return reminders.plan(size)
    if size == FULL_DESK:
        desk = data.full_desk(size)
        data.analyse()
        return cases.inbox(desk)
    city = data.build(size)
    data.analyse()
    return [
        *cases.board(city),
        *cases.inbox(city),
        *cases.public_pages(city),
        *cases.board_with_history(city),
        *cases.cycle_open(city),
    ]


def median_ms(action: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Return the median wall time of ``action`` in milliseconds, after one run that is not counted."""
    action()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        times.append((time.perf_counter() - begin) * 1000)
    return round(statistics.median(times), 2)


def alternating_ms(first: Callable[[], Any], second: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, float]:
    """Return the medians of two actions run in turn, so that a drift of the machine's speed meets both."""
    first(), second()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for action, into in zip((first, second), times, strict=True):
            begin = time.perf_counter()
            action()
            into.append((time.perf_counter() - begin) * 1000)
    return round(statistics.median(times[0]), 2), round(statistics.median(times[1]), 2)


if __name__ == "__main__":
    main()
