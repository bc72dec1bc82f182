"""The test settings with a real broker: what a worker process of a test runs under."""

from config.env import env
from config.settings.test import *  # noqa: F403
from config.settings.test import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, REDIS_URL

DATABASES["default"]["NAME"] = env.str("TEST_DATABASE")
CELERY_TASK_ALWAYS_EAGER = False
if REDIS_URL:
    # The queues keep their names, and are nobody else's.
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"global_keyprefix": f"{env.str('TEST_QUEUE')}:"}
else:
    FOLDER = env.str("TEST_FOLDER")
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "data_folder_in": f"{FOLDER}/messages",
        "data_folder_out": f"{FOLDER}/messages",
        "control_folder": f"{FOLDER}/control",
    }
