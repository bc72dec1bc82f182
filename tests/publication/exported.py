"""The static export, for tests: written into a folder, and read back file by file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from publication.site.export import Options, export_site


def export(folder: Path, **options: Any) -> Path:
    """Write the site into ``folder`` and return it."""
    export_site(Options(folder, **options))
    return folder


def files(folder: Path, **options: Any) -> Iterator[tuple[str, bytes]]:
    """Write the site into ``folder`` and yield each file with its bytes, the manifest included."""
    export(folder, **options)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
