"""Which code, templates, words and settings speak: a new release makes another page of the same content."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

_SECRET = ("SECRET", "PASSWORD", "TOKEN", "KEY", "DATABASE", "CACHE", "REDIS", "BROKER", "SOCIALACCOUNT", "LOGGING")
_PLAIN = (str, int, bool, float, type(None))


@dataclass(frozen=True, slots=True)
class Release:
    """``id`` is the same in every process of the same release; ``at`` is when its youngest file was written."""

    id: str
    at: datetime.datetime


@cache
def release() -> Release:
    """Return the release of this process, read once from its files and settings."""
    digest = hashlib.blake2b(digest_size=8)
    youngest = 0.0
    base = Path(__file__).resolve().parents[2]
    for folder, path in [*((base, path) for path in sorted(_files(base))), *_of_the_city(base)]:
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
        youngest = max(youngest, path.stat().st_mtime)
    for name, value in sorted(_spoken_settings()):
        digest.update(f"{name}={value!r}".encode())
    return Release(digest.hexdigest(), datetime.datetime.fromtimestamp(youngest, tz=datetime.UTC))


def _files(base: Path) -> Iterator[Path]:
    own = [Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == base]
    for folder in {*own, base / "config", base / "typesetting"}:
        yield from (path for path in folder.rglob("*.py") if "migrations" not in path.parts)
    yield from (path for path in (base / "templates").rglob("*") if path.is_file())
    yield from (path for path in (base / "static").rglob("*") if path.is_file())
    yield from (base / "locale").rglob("*.mo")
    yield from (base / "requirements").glob("*.lock")


def _of_the_city(base: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the city's own templates, each with its folder, in the order in which the folders are looked at."""
    for engine in settings.TEMPLATES:
        for folder in map(Path, engine["DIRS"]):
            if folder.resolve() != base / "templates":
                yield from ((folder, path) for path in sorted(folder.rglob("*")) if path.is_file())


def _spoken_settings() -> Iterator[tuple[str, object]]:
    """Yield the settings that a page may speak of; never a secret."""
    for name in dir(settings):
        if name.isupper() and not any(part in name for part in _SECRET):
            value = getattr(settings, name)
            if isinstance(value, _PLAIN) or (
                isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
            ):
                yield name, value
