"""The one place that reads the environment.

Every variable may also be given as ``NAME_FILE``, the path of a file that holds the value: that is how
containers receive secrets. A line break at the file's end is not part of the value.
"""

from pathlib import Path

import environ
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


class _Files(FileAwareMapping):
    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).rstrip("\r\n")


class _Env(environ.Env):
    def __init__(self) -> None:
        super().__init__()
        self.ENVIRON = _Files()


env = _Env()
