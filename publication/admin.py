"""Report editions in the back office; they are built and released on their own page."""

from django.contrib import admin

from offices.admin_base import ReadOnlyAdmin
from publication.models import ReportEdition


@admin.register(ReportEdition)
class ReportEditionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "built_at", "released_at", "size")
    list_select_related = ("cycle__edition",)
    fields = ("cycle", "number", "size", "sha256", "built_by", "built_at", "released_by", "released_at")
