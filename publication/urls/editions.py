"""Editions of the concept, where more than the concept goes with them: taking a publication back."""

from django.urls import path

from publication.views import edition_withdrawal

app_name = "editions"

urlpatterns = [
    path("konzepte/<int:pk>/zuruecknehmen/", edition_withdrawal.edition_withdraw, name="withdraw"),
]
