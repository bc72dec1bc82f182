"""Cycles, status updates and their history in the back office: to look at. Drafts belong to their writers alone."""

from django.contrib import admin

from offices.admin_base import CoordinatorsOnlyAdmin, ReadOnlyAdmin
from workflow.models import Event, HistorySeal, ReportingCycle, Review, Revision, StatusUpdate, WorkItem


@admin.register(ReportingCycle)
class ReportingCycleAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "opens_on", "due_on", "closed_at")
    list_filter = ("state", "edition")
    list_select_related = ("edition",)


@admin.register(StatusUpdate)
class StatusUpdateAdmin(CoordinatorsOnlyAdmin):
    list_display = ("__str__", "lead_office_label", "state", "due_on")
    list_filter = ("state", "cycle")
    list_select_related = ("recommendation", "cycle")
    search_fields = ("recommendation__number", "recommendation__title", "lead_office_label")
    fields = ("cycle", "recommendation", "lead_office_label", "state", "state_since", "due_on", "approved_at")


@admin.register(Revision)
class RevisionAdmin(CoordinatorsOnlyAdmin):
    list_display = ("__str__", "kind", "implementation_status", "office_label", "submitted_at")
    list_filter = ("kind", "implementation_status")
    list_select_related = ("update__recommendation", "update__cycle")
    search_fields = ("update__recommendation__number", "update__recommendation__title", "office_label")


@admin.register(Review)
class ReviewAdmin(CoordinatorsOnlyAdmin):
    list_display = ("revision", "decision", "decided_by", "decided_at")
    list_filter = ("decision",)
    list_select_related = ("revision__update__recommendation", "revision__update__cycle", "decided_by")


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyAdmin):
    list_display = ("update", "step", "office", "due_on", "is_open")
    list_filter = ("is_open", "step", "office")
    list_select_related = ("update__recommendation", "update__cycle", "office")
    fields = ("update", "step", "office", "due_on", "is_open")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "update", "actor")
    list_filter = ("kind", "cycle")
    list_select_related = ("update__recommendation", "update__cycle", "actor")
    fields = ("at", "kind", "cycle", "update", "actor", "on_behalf_of", "sequence", "previous_hash", "hash")


@admin.register(HistorySeal)
class HistorySealAdmin(ReadOnlyAdmin):
    list_display = ("sealed_on", "chains")
