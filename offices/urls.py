"""Addresses of people and offices."""

from django.urls import path

from offices.views import account

app_name = "offices"
urlpatterns = [
    path("konto/", account.account, name="account"),
]
