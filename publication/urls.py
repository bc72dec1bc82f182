from django.urls import path

from publication.views import public, reports

app_name = "publication"

public_urlpatterns = [
    path("", public.home, name="home"),
    path("konzept/<slug:slug>/", public.edition, name="edition"),
    # Numbers and ids are the city's own and may hold a slash.
    path("konzept/<slug:slug>/feld/<path:number>/", public.field, name="field"),
    path("konzept/<slug:slug>/empfehlung/<path:key>/", public.recommendation, name="recommendation"),
]

report_urlpatterns = [
    path("bericht/<int:pk>.pdf", reports.report_file, name="report-file"),
    path("berichte/", reports.report_list, name="reports"),
    path("berichte/erstellen/<int:cycle>/", reports.report_request, name="report-request"),
    path("berichte/<int:pk>/veroeffentlichen/", reports.report_release, name="report-release"),
]

urlpatterns = [*public_urlpatterns, *report_urlpatterns]
