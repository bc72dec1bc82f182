"""Addresses of the service: public pages first, then the working group's."""

from django.contrib import admin
from django.urls import include, path

from config import views

urlpatterns = [
    path("health/alive", views.alive, name="alive"),
    path("health/ready", views.ready, name="ready"),
    path("", include("publication.urls")),
    path("", include("offices.urls")),
    path("", include("notifications.urls")),
    path("", include("concept.urls")),
    path("", include("workflow.urls")),
    path("anmelden/", include("offices.auth_urls")),
    path("verwaltung/", admin.site.urls),
]
