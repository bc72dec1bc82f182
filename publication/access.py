"""Who may read a report."""

from django.http import HttpRequest

from offices.access import request_desk
from offices.models import Person
from publication.models import ReportEdition


def may_read_report(request: HttpRequest, report: ReportEdition) -> bool:
    """Everybody reads what is final; before, coordinators and the Arbeitsgruppe; what is withdrawn nobody."""
    if report.is_withdrawn:
        return False
    return report.is_final or _is_in_the_working_group(request)


def may_know_report(request: HttpRequest, report: ReportEdition) -> bool:
    """Who may see that there is, or was, such a report: those who read it, and once it was public everybody."""
    return report.is_final or report.released_at is not None or _is_in_the_working_group(request)


def _is_in_the_working_group(request: HttpRequest) -> bool:
    if not isinstance(request.user, Person):
        return False
    desk = request_desk(request)
    return desk.is_coordinator or desk.is_reviewer
