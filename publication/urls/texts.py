"""Where coordinators write: the report's chapters, and summaries of entries."""

from django.urls import URLPattern, URLResolver

app_name = "texts"

urlpatterns: list[URLPattern | URLResolver] = []
