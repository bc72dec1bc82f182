from django.urls import URLPattern, path

from concept.views import crosswalk, editions, imports

app_name = "concept"

edition_urls: list[URLPattern] = [
    path("konzepte/", editions.edition_list, name="edition-list"),
    path("konzepte/<int:pk>/veroeffentlichen/", editions.edition_publish, name="edition-publish"),
    path("konzepte/<int:pk>/export.xlsx", editions.edition_export_xlsx, name="edition-export-xlsx"),
    path("konzepte/<int:pk>/export.csv", editions.edition_export_csv, name="edition-export-csv"),
]

import_urls: list[URLPattern] = [
    path("konzepte/import/", imports.import_start, name="import-start"),
    path("konzepte/import/vorlage.xlsx", editions.import_template, name="import-template"),
    path("konzepte/import/<int:pk>/", imports.import_preview, name="import-preview"),
    path("konzepte/import/<int:pk>/spalten/", imports.import_columns, name="import-columns"),
    path("konzepte/import/<int:pk>/uebernehmen/", imports.import_confirm, name="import-confirm"),
]

PAIR = "konzepte/<int:older>/ueberleitung/<int:newer>"

crosswalk_urls: list[URLPattern] = [
    path(f"{PAIR}/", crosswalk.crosswalk_detail, name="crosswalk-detail"),
    path(f"{PAIR}/verknuepfung/", crosswalk.crosswalk_link, name="crosswalk-link"),
    path(f"{PAIR}/verknuepfung/<int:pk>/zurueckziehen/", crosswalk.crosswalk_withdraw, name="crosswalk-withdraw"),
    path(f"{PAIR}/export.xlsx", crosswalk.crosswalk_export_xlsx, name="crosswalk-export-xlsx"),
    path(f"{PAIR}/export.csv", crosswalk.crosswalk_export_csv, name="crosswalk-export-csv"),
    path(f"{PAIR}/import/", crosswalk.crosswalk_import, name="crosswalk-import"),
    path("konzepte/ueberleitung/import/<int:pk>/", crosswalk.crosswalk_preview, name="crosswalk-preview"),
    path("konzepte/ueberleitung/import/<int:pk>/uebernehmen/", crosswalk.crosswalk_confirm, name="crosswalk-confirm"),
]

urlpatterns = [*edition_urls, *import_urls, *crosswalk_urls]
