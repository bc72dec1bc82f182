"""Addresses of mail and invitations."""

from django.urls import path

from notifications.views import invitations, outbox

app_name = "notifications"
urlpatterns = [
    path("post/", outbox.outbox_list, name="outbox"),
    path("post/<int:pk>/noch-einmal/", outbox.outbox_send_again, name="outbox-send-again"),
    path("einladungen/", invitations.invitation_list, name="invitation-list"),
    path("einladungen/neu/", invitations.invitation_create, name="invitation-create"),
    path("einladungen/<int:pk>/wiederholen/", invitations.invitation_repeat, name="invitation-repeat"),
    path("einladungen/<int:pk>/zuruecknehmen/", invitations.invitation_withdraw, name="invitation-withdraw"),
    path("einladung/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
]
