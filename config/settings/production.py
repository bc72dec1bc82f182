"""Production: refuses to start without secret, hosts, database and mail."""

from django.core.exceptions import ImproperlyConfigured

from config.env import env
from config.settings.base import *  # noqa: F403
from config.settings.base import REDIS_URL, database

DEBUG = False
DEMONSTRATION = False

SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 32:  # noqa: PLR2004
    raise ImproperlyConfigured("SECRET_KEY must have at least 32 characters.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' is not accepted.")
DATABASES = {"default": database()}
if not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL is missing.")

# EMAIL_URL, for example smtp+tls://user:password@relay:587 or filemail:///var/mail for a local trial.
vars().update(env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
SITE_URL = env.str("SITE_URL").rstrip("/")

# The reverse proxy ends TLS. A local trial over plain HTTP switches this off knowingly.
HTTPS = env.bool("HTTPS", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
