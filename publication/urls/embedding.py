"""Parts of the site for the city's own website."""

from django.urls import URLPattern, URLResolver

app_name = "embedding"

urlpatterns: list[URLPattern | URLResolver] = []
