"""Open data: the interface, tables, the feed, the catalogue and the sitemap."""

from django.urls import path, re_path

from publication.opendata import interface
from publication.views import data

app_name = "opendata"

TABLE = r"(?P<table>[a-z]+)\.(?P<ending>csv|xlsx)"

urlpatterns = [
    path("api/v1/", interface.urls()),
    re_path(rf"^daten/{TABLE}$", data.table, name="table"),
    re_path(rf"^daten/(?P<edition>[-a-zA-Z0-9_]+)/{TABLE}$", data.table, name="table-of-edition"),
    re_path(r"^daten/(?P<table>[a-z]+)\.csv-metadata\.json$", data.metadata, name="table-metadata"),
    re_path(r"^daten/katalog\.(?P<ending>ttl|rdf|jsonld)$", data.catalogue, name="catalogue"),
    path("feed.atom", data.feed, name="feed"),
    # A field's number is the city's own and may hold a slash.
    path("feed/<slug:edition>/<path:number>.atom", data.feed, name="feed-field"),
    path("sitemap.xml", data.sitemap, name="sitemap"),
]
