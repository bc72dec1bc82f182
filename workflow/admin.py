"""Cycles, status updates and their history in the back office: to look at. Drafts belong to their writers alone."""

from django.contrib import admin

from offices.admin_base import CoordinatorsOnlyAdmin, ReadOnlyAdmin
from workflow.models import (
    BulkAction,
    Contribution,
    CoSignature,
    DeadlineExtension,
    DepartmentLetter,
    Event,
    HistorySeal,
    Reassignment,
    ReminderPolicy,
    ReportingCycle,
    Review,
    ReviewVote,
    Revision,
    SavedView,
    SignOff,
    Sitting,
    StatusUpdate,
    WorkItem,
)


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


@admin.register(Contribution)
class ContributionAdmin(CoordinatorsOnlyAdmin):
    list_display = ("__str__", "kind", "office_label", "written_by", "written_at")
    list_filter = ("kind",)
    list_select_related = ("participation", "written_by")
    search_fields = ("participation__update__recommendation__number", "office_label")


@admin.register(CoSignature)
class CoSignatureAdmin(CoordinatorsOnlyAdmin):
    list_display = ("revision", "office_label", "state", "due_on", "answered_by", "answered_at")
    list_filter = ("state",)
    list_select_related = ("revision__update__recommendation", "revision__update__cycle", "answered_by")


@admin.register(SignOff)
class SignOffAdmin(CoordinatorsOnlyAdmin):
    list_display = ("revision", "decision", "decided_by", "on_behalf_of", "decided_at")
    list_filter = ("decision",)
    list_select_related = (
        "revision__update__recommendation",
        "revision__update__cycle",
        "decided_by",
        "on_behalf_of",
    )


@admin.register(ReviewVote)
class ReviewVoteAdmin(CoordinatorsOnlyAdmin):
    list_display = ("revision", "person", "decision", "voted_at")
    list_filter = ("decision",)
    list_select_related = ("revision__update__recommendation", "revision__update__cycle", "person")


@admin.register(Sitting)
class SittingAdmin(CoordinatorsOnlyAdmin):
    list_display = ("held_on", "cycle", "chaired_by", "closed_at")
    list_filter = ("cycle",)
    list_select_related = ("cycle__edition", "chaired_by")
    fields = ("cycle", "held_on", "chaired_by", "participants", "opened_at", "closed_at", "minutes_sha256")


@admin.register(DeadlineExtension)
class DeadlineExtensionAdmin(CoordinatorsOnlyAdmin):
    list_display = ("update", "office", "state", "before", "wanted_on", "granted_on", "requested_by")
    list_filter = ("state", "office")
    list_select_related = ("update__recommendation", "update__cycle", "office", "requested_by")


@admin.register(Reassignment)
class ReassignmentAdmin(CoordinatorsOnlyAdmin):
    list_display = ("update", "from_office", "to_office", "state", "proposed_by", "proposed_at")
    list_filter = ("state",)
    list_select_related = ("update__recommendation", "update__cycle", "from_office", "to_office", "proposed_by")


@admin.register(BulkAction)
class BulkActionAdmin(CoordinatorsOnlyAdmin):
    list_display = ("done_at", "kind", "cycle", "done_by", "undone_at")
    list_filter = ("kind", "cycle")
    list_select_related = ("cycle__edition", "done_by")
    fields = ("kind", "done_by", "done_at", "cycle", "undone_by", "undone_at")


@admin.register(SavedView)
class SavedViewAdmin(CoordinatorsOnlyAdmin):
    list_display = ("name", "owner", "shared")
    list_filter = ("shared",)
    list_select_related = ("owner",)


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


@admin.register(ReminderPolicy)
class ReminderPolicyAdmin(ReadOnlyAdmin):
    list_display = ("cycle", "changed_at", "changed_by")
    list_select_related = ("cycle__edition", "changed_by")


@admin.register(DepartmentLetter)
class DepartmentLetterAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "proposed_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("department", "office", "cycle__edition")
