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
PUBLIC = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", default=",".join(map(str, SIZES)), help="recommendations, by comma; 10000: tasks on one desk"
    )
    parser.add_argument(
        "--only", choices=["city", "mail", "public", "reminders", "report"], help="measure this alone; the rest stays"
    )
    parser.add_argument("--out", type=Path, default=HERE / "results.json")
    arguments = parser.parse_args()
    postgresql = os.environ.get("DATABASE_URL", "")
    if not postgresql.startswith("postgres"):
        sys.stderr.write("DATABASE_URL names no PostgreSQL database; `make bench` starts one.\n")
        return 2
    sizes = [int(size) for size in arguments.sizes.split(",")]
    runs = [("city", size) for size in sizes]
    if MAILS in sizes:
        runs += [("mail", MAILS), *(("reminders", tasks) for tasks in TASKS)]
    if PUBLIC in sizes:
        runs += [("public", PUBLIC), ("report", PUBLIC)]
    runs = [one for one in runs if arguments.only in {None, one[0]}]
    results: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for database, url in (("sqlite", f"sqlite:///{scratch}/bench.sqlite3"), ("postgresql", postgresql)):
            for what, size in runs:
                if what == "public" and database == "sqlite":
                    continue  # What a server does is measured on the database of production.
                results += [{**one, "database": database} for one in measure(url, size, what)]
    record(results, arguments.out, keep_all=bool(arguments.only))
    print_table(results, sorted({size for _what, size in runs}))
    return 0


def record(results: list[dict[str, object]], out: Path, *, keep_all: bool) -> None:
    """Write the results; of former ones those of `make faults` stay, or all that were not measured anew."""
    former = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    new = {(one["name"], one["size"], one["database"]) for one in results}
    kept = [one for one in former if (one["name"], one["size"], one["database"]) not in new]
    results = [*results, *(one for one in kept if keep_all or str(one["name"]).startswith("faults."))]
    out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def measure(url: str, size: int, what: str) -> list[dict[str, object]]:
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
