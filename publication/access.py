"""Who may read a report."""

from django.http import HttpRequest

from offices.access import request_desk
from offices.models import Person
from publication.models import ReportEdition


def may_read_report(request: HttpRequest, report: ReportEdition) -> bool:
    """Everybody reads what is released; before, only coordinators and the Arbeitsgruppe."""
    if report.is_final:
        return True
    if not isinstance(request.user, Person):
        return False
    if report.is_withdrawn:
        return False
    desk = request_desk(request)
    return desk.is_coordinator or desk.is_reviewer
