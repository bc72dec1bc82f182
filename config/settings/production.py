"""Production: refuses to start without secret, hosts, database, Redis, mail and address."""

from django.core.exceptions import ImproperlyConfigured

from config.env import env
from config.settings.base import *  # noqa: F403
from config.settings.base import MAIL_CLAIM_SECONDS, database

REQUIRED = {
    "SECRET_KEY": "at least 32 random characters",
    "ALLOWED_HOSTS": "the host names of the service, separated by commas",
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "REDIS_URL": "redis://host:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@relay:587, or filemail:///srv/mail for a trial",
    "DEFAULT_FROM_EMAIL": "the sender of every mail",
    "SITE_URL": "https://sachstand.example.de, the address in mails",
}

missing = [f"{name} ({meaning})" for name, meaning in REQUIRED.items() if not env.str(name, default="")]
if missing:
    raise ImproperlyConfigured(
        "Production does not start without these environment variables, each of which may also be given as the path "
        f"of a file in NAME_FILE: {'; '.join(missing)}."
    )

DEBUG = False
DEMONSTRATION = False

SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 32:  # noqa: PLR2004
    raise ImproperlyConfigured("SECRET_KEY must have at least 32 characters.")
if "*" in env.list("ALLOWED_HOSTS"):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' is not accepted.")
# The health checks inside the containers ask by the loopback address.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS"), "127.0.0.1"]
DATABASES = {"default": database()}

vars().update(env.email_url("EMAIL_URL"))
# The reader of the address drops the path's first slash.
EMAIL_FILE_PATH = f"/{vars()['EMAIL_FILE_PATH'].lstrip('/')}"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SITE_URL = env.str("SITE_URL").rstrip("/")
if MAIL_CLAIM_SECONDS < 300:  # noqa: PLR2004 - said in words below
    raise ImproperlyConfigured("MAIL_CLAIM_SECONDS must be at least 300: so long a worker may be busy with a mail.")

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
# How many proxies write X-Forwarded-For: rate limits count by visitor, not by proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
