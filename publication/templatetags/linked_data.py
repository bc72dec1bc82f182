"""The block of data for search engines, in the head of every page for visitors."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from publication.models import ReportEdition
from publication.opendata import addresses, linked

register = template.Library()


@register.simple_tag(takes_context=True)
def linked_data(context: dict[str, Any]) -> SafeString:
    """Return what the page is, as schema.org says it: the site on its homepage, a report, the way to it, ``linked``."""
    request = context["request"]
    things = list(context.get("linked", ()))
    if request.resolver_match and request.resolver_match.view_name == "publication:home":
        things.insert(0, linked.website())
    report = context.get("report")
    if isinstance(report, ReportEdition) and report.is_final and report.released_at:
        things.append(
            linked.report(
                address=addresses.report(report.pk),
                period=report.cycle.period_label,
                number=report.number,
                released_on=timezone.localdate(report.released_at).isoformat(),
                change_note=report.change_note,
            )
        )
    if crumbs := context.get("crumbs"):
        things.append(linked.breadcrumbs(crumbs, request.path))
    return linked.block(things) if things else SafeString("")
