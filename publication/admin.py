"""Report editions in the back office; they are built and released on their own page."""

from django.contrib import admin

from offices.admin_base import ReadOnlyAdmin
from publication.models import ReportEdition


@admin.register(ReportEdition)
class ReportEditionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "built_at", "stage", "released_at")
    list_select_related = ("cycle__edition",)
    fields = (
        "cycle",
        "number",
        "stage",
        "document_sha256",
        "built_by",
        "built_at",
        "shared_by",
        "shared_at",
        "released_by",
        "released_at",
        "withdrawn_by",
        "withdrawn_at",
        "withdrawal_note",
    )
