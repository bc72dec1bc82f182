"""The folder of an export: written beside the old one, and put in its place in one step when it is whole."""

import ctypes
import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

MANIFEST = "sachstand-export.json"
"""Lists the files with their SHA-256; a folder that has it is one of ours."""

FORMAT = "sachstand-export/1"
_AT_FDCWD = -100
_EXCHANGE = 2


class ExportError(Exception):
    """An export that did not come about; ``code`` is 2 for an unusable call, 1 for everything else."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Fresh:
    """A new folder that nobody sees yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.sums: dict[str, str] = {}
        self.size = 0

    def write(self, name: str, content: bytes) -> None:
        """Write a file; ``name`` is relative to the folder and never leads out of it."""
        path = self._folder / name
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise ExportError(f"{name!r} leads out of the folder.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.sums[name] = hashlib.sha256(content).hexdigest()
        self.size += len(content)

    def empty(self) -> None:
        """Begin anew."""
        for one in self._folder.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        self.sums, self.size = {}, 0

    def finish(self, **about: Any) -> None:
        """Write the manifest; the same files give the same manifest."""
        listed = {"format": FORMAT, **about, "files": dict(sorted(self.sums.items()))}
        text = json.dumps(listed, ensure_ascii=False, indent=1)
        (self._folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


@contextmanager
def replacing(target: Path) -> Iterator[Fresh]:
    """Give a fresh folder that takes the place of ``target`` if all goes well; otherwise ``target`` stays as it was.

    Raises :class:`ExportError` if ``target`` is somebody else's folder or a file, or cannot be written beside.
    """
    target = target.resolve()
    refuse_foreign(target)
    parent = target.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(parent, os.O_RDONLY)
    except OSError as error:
        raise _unwritable(parent, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ExportError(_("Another export is being written into “%(folder)s”.") % {"folder": parent}) from error
        fresh = _beside(target, "new")
        try:
            yield Fresh(fresh)
            _put(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    finally:
        os.close(lock)


def refuse_foreign(target: Path) -> None:
    """Raise :class:`ExportError` unless ``target`` is missing, empty, or an export of ours."""
    if not target.exists():
        return
    if not target.is_dir():
        raise ExportError(_("“%(folder)s” is a file, not a folder.") % {"folder": target}, 2)
    if any(target.iterdir()) and manifest(target) is None:
        message = _(
            "“%(folder)s” holds other files and stays as it is. Please name an empty folder, a new one, or one that "
            "was written by this command before."
        )
        raise ExportError(message % {"folder": target}, 2)


def manifest(folder: Path) -> dict[str, Any] | None:
    """Return what the manifest in ``folder`` says, or None if there is none of ours."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("format") == FORMAT else None


def _beside(target: Path, what: str) -> Path:
    """Make an empty folder beside ``target``; one that an interrupted export left behind goes (the lock is held)."""
    folder = target.with_name(f".{target.name}.{what}")
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    return folder


def _put(fresh: Path, target: Path) -> None:
    """Put ``fresh`` where ``target`` is; what was there is in ``fresh`` afterwards, or gone."""
    if not target.exists():
        fresh.rename(target)
        return
    shutil.copymode(target, fresh)
    if _exchange(fresh, target):
        return
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _unwritable(folder: Path, error: OSError) -> ExportError:
    message = _("“%(folder)s” cannot be written to: %(error)s. The export is made beside the old one.")
    return ExportError(message % {"folder": folder, "error": error.strerror}, 2)
