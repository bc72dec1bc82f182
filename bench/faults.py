"""``python -m bench.faults``: 1,000 reminders, workers killed 20 times, Redis emptied 5 times, a moody mail server.

Tasks are done while nobody knows whether their mail arrived. Prints what became of the mails and writes it into
``bench/results.json``; ends with an error if one was lost, if there are more doubles after kills than kills, or after
lost answers than lost answers, if a double says something else than the first, or if the outbox does not tell the truth
about each. Needs PostgreSQL or SQLite by ``DATABASE_URL``, and ``REDIS_URL``, whose database 15 it empties;
``make faults`` starts both. Takes minutes: after a refusal a mail waits as long as it would in real life.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from bench.measure import database

HERE = Path(__file__).resolve().parent
MAILS, KILLS, FLUSHES = 1000, 20, 5
CLAIM_SECONDS = 10
LONGEST_SECONDS = 1800


def main() -> int:
    if not os.environ.get("REDIS_URL"):
        sys.stderr.write("REDIS_URL names no Redis; `make faults` starts one.\n")
        return 2
    with database(), tempfile.TemporaryDirectory() as folder:
        from django.db import connection  # noqa: PLC0415 - Django has just been set up

        from bench import people  # noqa: PLC0415 - models need Django to be set up
        from tests.notifications.ordeal import Faults, Ordeal  # noqa: PLC0415 - as above

        people.with_reminders(MAILS)
        faults = Faults(greylisted=0.05, busy=0.02, lost=0.01, slow=0.3)
        ordeal = Ordeal(
            Path(folder), kills=KILLS, flushes=FLUSHES, faults=faults, claim=CLAIM_SECONDS, done=people.does_everything
        )
        outcome = ordeal.go(seconds=LONGEST_SECONDS)
        vendor = connection.vendor
    figures = {
        "mails": outcome.mails,
        "kills": outcome.kills,
        "flushes": outcome.flushes,
        "lost_answers": outcome.lost_answers.total(),
        "doubles": outcome.doubles,
        "doubles_by_kills": outcome.doubles_by_kills,
        "doubles_by_lost_answers": outcome.doubles_by_lost_answers,
        "changed": len(outcome.changed),
        "lost": outcome.lost,
        "marked": outcome.marked,
        "untrue": len(outcome.lies()),
    }
    for name, value in figures.items():
        print(f"faults.{name:24}{value:>8}")
    print("\n".join(outcome.lies()))
    record(
        [{"name": f"faults.{name}", "value": value, "unit": "", "size": MAILS} for name, value in figures.items()],
        vendor,
    )
    held = (outcome.mails, outcome.kills, outcome.flushes) == (MAILS, KILLS, FLUSHES)
    return 0 if held and outcome.holds else 1


def record(figures: list[dict[str, object]], vendor: str, file: Path = HERE / "results.json") -> None:
    """Put the figures in the place of those of the last run."""
    results = json.loads(file.read_text(encoding="utf-8"))
    kept = [one for one in results if not (one["name"].startswith("faults.") and one["database"] == vendor)]
    file.write_text(
        json.dumps([*kept, *({**one, "database": vendor} for one in figures)], indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
