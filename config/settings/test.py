"""The test suite: SQLite unless ``DATABASE_URL`` names another database, no network, no waiting."""

import os
import tempfile
from pathlib import Path

from config.env import env
from config.settings.base import *  # noqa: F403
from config.settings.base import CACHES, REDIS_URL, database

DEBUG = False
DEMONSTRATION = False
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": database("sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, not in memory: threads and the live server get connections of their own and wait for each other.
    # Django removes it at the end.
    TEST_FILE = Path(tempfile.gettempdir()) / f"sachstand-test-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_FILE)}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    # Tests fill tables within transactions, of which the planner has no statistics, or those of an empty table: it
    # would join them row by row, for minutes or hours. A statement that takes long all the same fails and is named.
    PLANNING = "-c enable_nestloop=off -c enable_seqscan=off -c jit=off -c statement_timeout=120s"
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = PLANNING
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if REDIS_URL:
    # Each parallel runner clears a Redis database of its own.
    RUNNER = env.str("PYTEST_XDIST_WORKER", default="gw0").removeprefix("gw")
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rpartition('/')[0]}/{RUNNER}"
else:
    CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Tests roll the database back under it; those about it ask for a real one.
CACHES = {**CACHES, "process": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
