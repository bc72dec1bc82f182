"""A process that sweeps the outbox once, at the moment that is its argument: one that a test may kill."""

import datetime
import sys

import django

import config  # noqa: F401 - as in a worker, the queue is set up before the settings that build on it are read

if __name__ == "__main__":
    django.setup()

    from notifications.services import delivery

    moment = datetime.datetime.fromisoformat(sys.argv[1])
    delivery.sweep(clock=lambda: moment)
