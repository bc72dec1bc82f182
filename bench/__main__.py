"""``python -m bench``: measures on SQLite and PostgreSQL, prints a table and writes ``bench/results.json``.

Each size runs in a process of its own, so that one does not warm the other. PostgreSQL is the one that
``DATABASE_URL`` names; ``make bench`` starts Debian's where it is unset.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = (30, 300, 3000, 10_000)
MAILS = 3000
TASKS = (10_000, 100_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", default=",".join(map(str, SIZES)), help="recommendations, by comma; 10000: tasks on one desk"
    )
    parser.add_argument("--out", type=Path, default=HERE / "results.json")
    arguments = parser.parse_args()
    postgresql = os.environ.get("DATABASE_URL", "")
    if not postgresql.startswith("postgres"):
        sys.stderr.write("DATABASE_URL names no PostgreSQL database; `make bench` starts one.\n")
        return 2
    sizes = [int(size) for size in arguments.sizes.split(",")]
    results: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for database, url in (("sqlite", f"sqlite:///{scratch}/bench.sqlite3"), ("postgresql", postgresql)):
            for size in sizes:
                results += [{**one, "database": database} for one in measure(url, size)]
            if MAILS in sizes:
                results += [{**one, "database": database} for one in measure(url, MAILS, "mail")]
                for tasks in TASKS:
                    results += [{**one, "database": database} for one in measure(url, tasks, "reminders")]
    # Those of the run with injected faults come from `make faults`.
    former = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else []
    results += [one for one in former if str(one["name"]).startswith("faults.")]
    arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print_table(results, sorted({*sizes, *TASKS} if MAILS in sizes else sizes))
    return 0


def measure(url: str, size: int, what: str = "city") -> list[dict[str, object]]:
    """Return the results of one database at one size."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.measure", "--what", what, "--size", str(size)],
        env={**os.environ, "DATABASE_URL": url},
        cwd=HERE.parent,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def print_table(results: list[dict[str, object]], sizes: list[int]) -> None:
    """Print one row per figure, one column per database and size."""
    columns = [(database, size) for database in ("sqlite", "postgresql") for size in sizes]
    names = list(dict.fromkeys((str(one["name"]), str(one["unit"])) for one in results))
    values = {(one["name"], one["database"], one["size"]): one["value"] for one in results}
    print(f"{'':32}" + "".join(f"{f'{database[:8]} {size}':>17}" for database, size in columns))
    for name, unit in names:
        cells = (values.get((name, database, size), "") for database, size in columns)
        print(f"{f'{name} ({unit})':32}" + "".join(f"{cell!s:>17}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
