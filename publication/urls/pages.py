"""What visitors read, in every language of the service."""

from django.urls import path

from publication.views import (
    charts,
    data,
    editions,
    embedding_guide,
    fields,
    legal,
    measures,
    news,
    offices,
    public,
    search,
    voices,
)

app_name = "publication"

urlpatterns = [
    path("", public.home, name="home"),
    path("daten/", data.about, name="data"),
    path("daten/schnittstelle/", data.interface, name="data-api"),
    path("konzept/", news.editions, name="editions"),
    path("konzept/<slug:slug>/", public.edition, name="edition"),
    # Numbers and ids are the city's own and may hold a slash; see fields.goal.
    path("konzept/<slug:slug>/feld/<path:number>/ziel/<path:goal>/", fields.goal, name="goal"),
    path("konzept/<slug:slug>/feld/<path:number>/", fields.field, name="field"),
    path("konzept/<slug:slug>/empfehlung/<path:key>/", public.recommendation, name="recommendation"),
    path("bericht/<int:pk>/", editions.report, name="report"),
    path("berichte/vergleich/<int:first>/<int:second>/", editions.report_diff, name="report-diff"),
    path("einbetten/", embedding_guide.guide, name="embedding"),
    path("rueckmeldung/danke/<slug:slug>/<path:key>/", voices.feedback_thanks, name="feedback-thanks"),
    path("rueckmeldung/<slug:slug>/<path:key>/", voices.feedback, name="feedback"),
    path("barriere-melden/", voices.barrier, name="barrier"),
    path("barriere-melden/danke/<str:receipt>/", voices.barrier_thanks, name="barrier-thanks"),
    path("barrierefreiheit/", voices.accessibility, name="accessibility"),
    path("impressum/", legal.imprint, name="imprint"),
    path("datenschutz/", legal.privacy, name="privacy"),
    path("suche/", search.search, name="search"),
    path("massnahmen/", measures.measures, name="measures"),
    path("aemter/", offices.office_list, name="offices"),
    path("aemter/<int:pk>/", offices.office, name="office"),
    path("neu/", news.news, name="news"),
    path("neu/<int:year>/", news.news, name="news-year"),
    path("bild/<slug:name>.svg", charts.drawing, name="chart"),
    path("bild/<slug:name>.csv", charts.figures, name="chart-figures"),
]
