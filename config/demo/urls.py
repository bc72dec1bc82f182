"""The demonstration's extra addresses, in front of the service's own."""

from django.urls import include, path

from config.demo import views
from config.urls import urlpatterns as service_urlpatterns

demo = (
    [
        path("spielen/<int:pk>/", views.play, name="play"),
        path("post/", views.post, name="post"),
        path("post/<str:key>/", views.post_mail, name="mail"),
    ],
    "demo",
)

urlpatterns = [path("demo/", include(demo)), *service_urlpatterns]
