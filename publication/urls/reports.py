"""Report editions: the coordinators' pages, and the files that everybody may fetch once they are final."""

from django.urls import path

from publication.views import reports

app_name = "reports"

urlpatterns = [
    path("bericht/<int:pk>.pdf", reports.report_file, name="file"),
    path("berichte/", reports.report_list, name="list"),
    path("berichte/erstellen/<int:cycle>/", reports.report_request, name="request"),
    path("berichte/<int:pk>/veroeffentlichen/", reports.report_release, name="release"),
]
