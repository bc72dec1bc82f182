"""Addresses of people and offices."""

from django.urls import path

from offices.views import account, closures, people

app_name = "offices"
urlpatterns = [
    path("konto/", account.account, name="account"),
    path("menschen/", people.person_list, name="person-list"),
    path("schliesszeiten/", closures.closure_list, name="closure-list"),
    path("schliesszeiten/<int:pk>/beenden/", closures.closure_end, name="closure-end"),
]
