"""Addresses of people and offices."""

from django.urls import path

from offices.views import account, people

app_name = "offices"
urlpatterns = [
    path("konto/", account.account, name="account"),
    path("menschen/", people.person_list, name="person-list"),
]
