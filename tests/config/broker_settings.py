"""The test settings with a real broker: what a worker process of a test runs under."""

from config.env import env
from config.settings.test import *  # noqa: F403
from config.settings.test import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, REDIS_URL

DATABASES["default"]["NAME"] = env.str("TEST_DATABASE")
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_DEFAULT_QUEUE = env.str("TEST_QUEUE")
if not REDIS_URL:
    FOLDER = env.str("TEST_FOLDER")
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "data_folder_in": f"{FOLDER}/messages",
        "data_folder_out": f"{FOLDER}/messages",
        "control_folder": f"{FOLDER}/control",
    }
