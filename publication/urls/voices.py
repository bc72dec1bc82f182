"""What visitors said, on the coordinators' desk."""

from django.urls import URLPattern, URLResolver

app_name = "voices"

urlpatterns: list[URLPattern | URLResolver] = []
