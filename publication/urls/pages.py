"""What visitors read, in every language of the service."""

from django.urls import path

from publication.views import editions, embedding_guide, public

app_name = "publication"

urlpatterns = [
    path("", public.home, name="home"),
    path("konzept/<slug:slug>/", public.edition, name="edition"),
    # Numbers and ids are the city's own and may hold a slash.
    path("konzept/<slug:slug>/feld/<path:number>/", public.field, name="field"),
    path("konzept/<slug:slug>/empfehlung/<path:key>/", public.recommendation, name="recommendation"),
    path("bericht/<int:pk>/", editions.report, name="report"),
    path("berichte/vergleich/<int:first>/<int:second>/", editions.report_diff, name="report-diff"),
    path("einbetten/", embedding_guide.guide, name="embedding"),
]
