"""Where coordinators write: the report's chapters, and summaries of entries."""

from django.urls import path

from publication.views import report_texts, summaries

app_name = "texts"

urlpatterns = [
    path("berichte/<int:cycle>/texte/", report_texts.text_list, name="list"),
    path("berichte/<int:cycle>/texte/vorwort/", report_texts.text_edit, name="foreword"),
    path(
        "berichte/<int:cycle>/texte/vorwort/version/<int:number>/", report_texts.text_version, name="foreword-version"
    ),
    path("berichte/<int:cycle>/texte/feld/<int:field>/", report_texts.text_edit, name="introduction"),
    path(
        "berichte/<int:cycle>/texte/feld/<int:field>/version/<int:number>/",
        report_texts.text_version,
        name="introduction-version",
    ),
    path("zusammenfassungen/", summaries.summary_list, name="summary-list"),
    path("zusammenfassungen/<int:run>/<slug:language>/", summaries.summary_edit, name="summary-edit"),
]
