"""The demonstration and the developer's desk: runs from a fresh clone without any environment variable.

Never for real data: the secret is public, and the sign-in page lets everybody in as anybody.
"""

from config.env import VAR_DIR
from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS

DEBUG = False
DEMONSTRATION = True
SECRET_KEY = "demonstration-only-this-is-not-a-secret"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [*INSTALLED_APPS, "config.demo"]
ROOT_URLCONF = "config.demo.urls"

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(VAR_DIR / "mail")

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
