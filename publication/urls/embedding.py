"""Parts of the site for the city's own website: each as a page for a frame, and as a piece of HTML to put in."""

from django.urls import URLPattern, URLResolver, path

from publication.views import embedding

app_name = "embedding"

urlpatterns: list[URLPattern | URLResolver] = [
    path("einbetten/uebersicht/", embedding.overview_frame, name="overview"),
    path("einbetten/uebersicht.fragment", embedding.overview_fragment, name="overview-fragment"),
    # Numbers and ids are the city's own and may hold a slash.
    path("einbetten/feld/<slug:slug>/<path:number>/", embedding.field_frame, name="field"),
    path("einbetten/feld/<slug:slug>/<path:number>.fragment", embedding.field_fragment, name="field-fragment"),
    path("einbetten/empfehlung/<slug:slug>/<path:key>/", embedding.recommendation_frame, name="recommendation"),
    path(
        "einbetten/empfehlung/<slug:slug>/<path:key>.fragment",
        embedding.recommendation_fragment,
        name="recommendation-fragment",
    ),
]
