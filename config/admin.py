"""The back office: Django's admin for administrators and coordinators."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from offices.access import desk_of
from offices.models import Person


class BackOffice(AdminSite):
    """Open to administrators and coordinators; what each may change stands with each model's admin."""

    site_header = _("Back office")
    site_title = _("Back office")
    index_title = _("Master data")

    def has_permission(self, request: HttpRequest) -> bool:
        if not isinstance(request.user, Person):
            return False
        desk = desk_of(request.user)
        return desk.is_administrator or desk.is_coordinator
