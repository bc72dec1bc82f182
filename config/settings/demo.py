"""The demonstration and the developer's desk: runs from a fresh clone without any environment variable.

Never for real data: the secret is public, and the sign-in page lets everybody in as anybody.
"""

from typing import Any

from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS, TEMPLATES

DEBUG = False
DEMONSTRATION = True
SECRET_KEY = "demonstration-only-this-is-not-a-secret"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [*INSTALLED_APPS, "config.demo"]
ROOT_URLCONF = "config.demo.urls"


def with_people(template_settings: dict[str, Any]) -> dict[str, Any]:
    """Return the template settings with the people whom the sign-in page offers."""
    options = template_settings["OPTIONS"]
    processors = [*options["context_processors"], "config.demo.context.people"]
    return template_settings | {"OPTIONS": options | {"context_processors": processors}}


TEMPLATES = [with_people(one) for one in TEMPLATES]

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
