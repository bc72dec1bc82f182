"""Open data: the interface, tables, the feed and the catalogue."""

from django.urls import URLPattern, URLResolver

app_name = "opendata"

urlpatterns: list[URLPattern | URLResolver] = []
