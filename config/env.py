"""The one place that reads the environment.

Every variable may also be given as ``NAME_FILE``, the path of a file that holds the value: that is how
containers receive secrets.
"""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.FileAwareEnv()
