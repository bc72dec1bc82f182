"""The demonstration's extra addresses, in front of the service's own."""

from config.urls import urlpatterns as service_urlpatterns

urlpatterns = [*service_urlpatterns]
