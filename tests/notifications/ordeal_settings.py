"""The settings of workers that are put to an ordeal: claims lapse soon, and the queue is one that may be emptied."""

from config.env import env
from tests.notifications.sweeper_settings import *  # noqa: F403
from tests.notifications.sweeper_settings import REDIS_URL

MAIL_CLAIM_SECONDS = env.int("TEST_CLAIM_SECONDS")
MAIL_PER_MINUTE = 0
# Nothing hangs here: who is slow is not given up.
EMAIL_TIMEOUT = 20
if REDIS_URL:
    # Of the databases that every Redis has, the one that no parallel runner uses.
    CELERY_BROKER_URL = f"{REDIS_URL.rpartition('/')[0]}/15"
