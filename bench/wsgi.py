"""The service as production serves it, with addresses beside it that exist in the benchmark alone.

``/bench/view`` is a Django view that answers ready bytes, ``/bench/bare`` the same without any middleware.
``/bench/uncached/…`` answers what stands behind it after forgetting all that was kept for it. What processes share
is kept here by each for itself: to empty Redis might take somebody's jobs away.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
service = get_wsgi_application()

from django.core.cache import cache as shared  # noqa: E402 - Django is set up by the line above
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from publication.queries import site  # noqa: E402
from publication.site import cache  # noqa: E402

UNCACHED = "/bench/uncached"

settings.ROOT_URLCONF = "bench.urls"
settings.MIDDLEWARE = []
bare = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    asked = environ["PATH_INFO"]
    if asked == "/bench/bare":
        return bare(environ, start_response)
    if asked.startswith(UNCACHED):
        environ["PATH_INFO"] = asked.removeprefix(UNCACHED)
        site.KEPT.clear()
        cache.PAGES.clear()
        shared.clear()
    return service(environ, start_response)
