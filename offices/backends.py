"""Permissions computed from memberships, in the form the process engine asks for them."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from offices.access import desk_of
from offices.models import Person

REVIEW_PERMISSION = "workflow.review_statusupdate"
COSIGN_PERMISSION = "workflow.cosign_statusupdate"
MANAGE_PERMISSION = "workflow.manage_statusprocess"


def office_permission(office_id: int) -> str:
    """Return the permission to act for an office; the process engine keeps it on each task of that office."""
    return f"workflow.act_for_office_{office_id}"


def signing_permission(office_id: int) -> str:
    """Return the permission to sign for an office: its heads and their deputies have it."""
    return f"workflow.sign_for_office_{office_id}"


class OfficeBackend(ModelBackend):
    """Authorisation only: nobody signs in with a password."""

    def authenticate(self, *_args: Any, **_credentials: Any) -> None:
        return None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or isinstance(user_obj, AnonymousUser) or not isinstance(user_obj, Person):
            return set()
        desk = desk_of(user_obj)
        permissions = {office_permission(office) for office in desk.acting_for}
        permissions |= {signing_permission(office) for office in desk.signing_for}
        if desk.works_for_an_office:
            permissions.add(COSIGN_PERMISSION)
        if desk.is_reviewer:
            permissions.add(REVIEW_PERMISSION)
        if desk.is_coordinator:
            permissions.add(MANAGE_PERMISSION)
        return permissions

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_active) and perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, _user_obj: Any, _app_label: str) -> bool:
        return False
