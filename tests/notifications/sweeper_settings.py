"""The test settings for a process of its own that delivers a test's mails to the test's mail server."""

from config.env import env
from tests.config.broker_settings import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = env.int("TEST_SMTP_PORT")
