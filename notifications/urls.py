"""Addresses of mail, invitations, deputies and the people of an office."""

from django.urls import path

from notifications.views import absences, invitations, members, outbox, preferences

app_name = "notifications"
urlpatterns = [
    path("post/", outbox.outbox_list, name="outbox"),
    path("post/adresse/<int:pk>/wieder-zustellen/", outbox.address_resume, name="outbox-address-resume"),
    path("post/adressen/wieder-zustellen/", outbox.addresses_resume, name="outbox-addresses-resume"),
    path("post/<int:pk>/", outbox.outbox_detail, name="outbox-detail"),
    path("post/<int:pk>/noch-einmal/", outbox.outbox_send_again, name="outbox-send-again"),
    path("einladungen/", invitations.invitation_list, name="invitation-list"),
    path("einladungen/neu/", invitations.invitation_create, name="invitation-create"),
    path("einladungen/<int:pk>/wiederholen/", invitations.invitation_repeat, name="invitation-repeat"),
    path("einladungen/<int:pk>/zuruecknehmen/", invitations.invitation_withdraw, name="invitation-withdraw"),
    path("einladung/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    path("abwesenheit/", absences.absence_list, name="absence-list"),
    path("abwesenheit/eintragen/", absences.absence_create, name="absence-create"),
    path("abwesenheit/eintragen/<int:person_id>/", absences.absence_create, name="absence-create-for"),
    path("abwesenheit/<int:pk>/beenden/", absences.absence_end, name="absence-end"),
    path("meine-mails/", preferences.preferences, name="preferences"),
    path("abbestellen/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("amt/", members.office_own, name="office-own"),
    path("amt/<int:pk>/menschen/", members.office_people, name="office-people"),
    path("amt/<int:pk>/menschen/einladen/", members.office_invite, name="office-invite"),
    path("amt/<int:pk>/menschen/<int:member>/beenden/", members.office_member_end, name="office-member-end"),
]
