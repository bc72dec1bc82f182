"""Settings that every environment shares.

Nothing here is a secret, and nothing here is unsafe in production; what differs stands in ``demo``, ``test`` and
``production``.
"""

from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.env import BASE_DIR, VAR_DIR, env
from config.settings.city import *  # noqa: F403
from config.settings.city import CITY_NAME, SERVICE_NAME

django_stubs_ext.monkeypatch()

# --- Django ---------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    # Only the engine: the Material frontend of django-viewflow and its middleware are not used.
    "viewflow.workflow",
    "offices",
    "notifications",
    "concept",
    "workflow",
    "publication",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside of what answers from a cache: a 304 renews headers, too.
    "publication.site.frames.FramesOfOthers",
    # Before everything that a page needs while it is made: its headers are kept with it.
    "publication.site.middleware.ReadyPages",
    "csp.middleware.CSPMiddleware",
    "publication.site.languages.LanguageOfTheAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*env.list("CITY_TEMPLATES", default=[]), BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.service",
                "workflow.context.navigation",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database: SQLite embedded by default, PostgreSQL in production ---------------------------------------------------


def database(default: str | None = None) -> dict[str, Any]:
    """Return the settings of the database that ``DATABASE_URL`` names, or of ``default``.

    SQLite runs with WAL and IMMEDIATE transactions, so that two writers wait for each other instead of failing.
    Raises ``ImproperlyConfigured`` when neither is given.
    """
    options: dict[str, Any] = env.db("DATABASE_URL", **({"default": default} if default else {}))
    if options["ENGINE"].endswith("sqlite3"):
        options.setdefault("OPTIONS", {}).update(
            transaction_mode="IMMEDIATE",
            timeout=20,
            init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        )
    else:
        options["CONN_MAX_AGE"] = 60
        options["CONN_HEALTH_CHECKS"] = True
    return options


DATABASES = {"default": database(f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}

# --- Language and time: German for people, UTC in storage -------------------------------------------------------------

LANGUAGE_CODE = "de"
# The public pages exist in both, by their address; everything else is German.
LANGUAGES = [("de", _("German")), ("en", _("English"))]
# In which a published entry may have a summary: "de-simple" is plain language; right-to-left ones are named below.
SUMMARY_LANGUAGES = env.list("SUMMARY_LANGUAGES", default=["de-simple", "en", "ar", "fa", "tr", "uk", "ru"])
RIGHT_TO_LEFT = ("ar", "fa", "he", "ku", "ps", "ur")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

# --- Static files -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Files that people upload or that the service builds; never served directly --------------------------------------

MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media")).root
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A coordinator may mark every card of a board of 3,000 runs.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- Cache and jobs: Redis carries work and caches, never state -------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")

CACHES: dict[str, Any] = {
    "default": (
        {
            "BACKEND": "config.caches.RedisOrMemory",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache"}
    ),
    # Of this process alone: what was read for a page and still holds. Nobody depends on it, so nothing can be away.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "OPTIONS": {"MAX_ENTRIES": 64},
    },
}

CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# Whatever delivers mails has a queue of its own: a sign-in code never waits behind a report or an import. A worker that
# is not told which queues are its own (-Q) takes from all of them, so that no mail is left lying.
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES: dict[str, dict[str, Any]] = {CELERY_TASK_DEFAULT_QUEUE: {}, "mail": {}}
CELERY_TASK_ROUTES = {"notifications.tasks.*": {"queue": "mail"}}

CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 3,
        "socket_timeout": 30,
    }
else:
    QUEUE_DIR = VAR_DIR / "queue"
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }

# --- Mail -------------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SERVICE_NAME} <sachstand@stadt.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
EMAIL_SUBJECT_PREFIX = ""
# Where mail servers return what they cannot deliver; empty: to the sender.
BOUNCE_EMAIL = env.str("BOUNCE_EMAIL", default="")
# How many mails the relay takes within a minute, over all workers; 0: as many as there are.
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", default=0)
# After so long without a word from its worker, a mail is sent by another one and marked as possibly double. Longer than
# a sweep may take (see notifications.tasks).
MAIL_CLAIM_SECONDS = env.int("MAIL_CLAIM_SECONDS", default=600)
# Where mails land that are written to files: in the demonstration and in a trial.
EMAIL_FILE_PATH = str(VAR_DIR / "mail")

# --- Sign-in: a code by mail; passkeys and OpenID Connect where configured --------------------------------------------

AUTH_USER_MODEL = "offices.Person"
# Authorisation only: no backend accepts a password, allauth's sign-in needs none.
AUTHENTICATION_BACKENDS = ["offices.backends.OfficeBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workflow:inbox"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

ACCOUNT_ADAPTER = "notifications.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "notifications.sign_in.SocialAccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "offices.forms.sign_in.RequestCodeForm",
    "confirm_login_code": "offices.forms.sign_in.EnterCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "publication:home"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,5/15m/key"}
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
# A plain link leads to the city's sign-in: a form would need the provider's address in the CSP.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A lost passkey is removed after signing in by code; asking for the passkey first would be a dead end.
MFA_REAUTHENTICATION_REQUIRED = False
MFA_FORMS = {
    "add_webauthn": "offices.forms.sign_in.AddPasskeyForm",
    "edit_webauthn": "offices.forms.sign_in.RenamePasskeyForm",
}

OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "stadt",
                "name": env.str("OIDC_NAME", default=f"Stadt {CITY_NAME}"),
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {
                    "server_url": OIDC_SERVER_URL,
                    "token_auth_method": "client_secret_basic",
                    "oauth_pkce_enabled": True,
                    # Some directories vouch for their addresses without saying so in each token.
                    "verified_email": env.bool("OIDC_EMAIL_IS_VERIFIED", default=False),
                },
            }
        ]
        if OIDC_SERVER_URL
        else []
    }
}

INVITATION_VALID_DAYS = 14

# --- Security headers -------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # KERN draws its icons as data URIs.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Whose websites may show the parts for embedding in a frame; "*": everybody's, as what is in them is public.
EMBED_ORIGINS = env.list("EMBED_ORIGINS", default=["*"])

# --- Logging: no personal data; the address and status of a request are enough ----------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "config.logging.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_secrets"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # It warns of every HEAD request that Django answers like a GET, and drops the body itself.
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "sachstand": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
