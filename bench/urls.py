"""The service's addresses, and one of a bare view that answers ready bytes."""

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as of_the_service

BYTES = Path(os.environ["BENCH_BYTES"]).read_bytes()


def bare_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(BYTES, headers={"Content-Encoding": "br"})


urlpatterns = [path("bench/bare", bare_view), path("bench/view", bare_view), *of_the_service]
