"""Addresses of the service: public pages first, then the working group's."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("health/alive", views.alive, name="alive"),
    path("health/ready", views.ready, name="ready"),
    path("robots.txt", views.robots, name="robots"),
    *i18n_patterns(
        path("", include("publication.urls.pages")),
        path("", include("publication.urls.embedding")),
        prefix_default_language=False,
    ),
    path("", include("publication.urls.reports")),
    path("", include("publication.urls.data")),
    path("", include("publication.urls.texts")),
    path("", include("publication.urls.voices")),
    path("", include("publication.urls.editions")),
    path("", include("offices.urls")),
    path("", include("notifications.urls")),
    path("", include("concept.urls")),
    path("", include("workflow.urls")),
    path("anmelden/", include("offices.auth_urls")),
    path("verwaltung/", admin.site.urls),
]
