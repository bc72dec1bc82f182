"""The outbox in the back office: what went to whom and when, never what it says."""

from django.contrib import admin

from notifications.models import Mail, Notice, PausedAddress
from offices.admin_base import ReadOnlyAdmin


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ("subject", "recipient", "kind", "state", "created_at", "sent_at")
    list_filter = ("state", "kind")
    search_fields = ("recipient",)
    fields = (
        "kind", "recipient", "person", "subject", "state", "attempts", "last_error", "created_at", "next_try_at",
        "obsolete_at", "sent_at", "possibly_double", "message_id",
    )  # fmt: skip


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("about", "kind", "person", "due_on", "step", "repeat", "created_at", "dropped_at")
    list_filter = ("kind",)
    list_select_related = ("person",)


@admin.register(PausedAddress)
class PausedAddressAdmin(ReadOnlyAdmin):
    list_display = ("address", "reason", "since", "ended_at")
