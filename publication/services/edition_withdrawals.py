"""Taking the publication of an edition of the concept back, with all that was made of it for visitors.

Pages, files, feeds and interfaces show nothing of it from the commit on, because they ask for public editions alone.
Reports that are public are frozen and tell what the edition says, so they are withdrawn in the same transaction, as
they are with an entry. What the Runder Tisch reads by its link was never tied to publication: it stays.
"""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from concept.models import ConceptEdition
from concept.services.editions import take_back_edition
from offices.errors import ConflictError
from offices.models import Person
from publication.queries.edition_withdrawal import public_reports_on, stamp
from publication.services.report_stages import withdraw_report
from workflow import access
from workflow.models import ReportingCycle


@transaction.atomic
def withdraw_edition(edition_id: int, *, seen: str, note: str, by: Person, now: datetime.datetime) -> ConceptEdition:
    """Take an edition back together with its public reports; ``note`` is what visitors read.

    ``seen`` is the stamp of what the coordinator was shown. Raises ``ConflictError`` if the edition was taken back or
    published anew meanwhile, or if other reports are public now; and ``DomainError`` as ``take_back_edition``.
    """
    access.require_coordinator(by)
    # Whoever releases a report holds its cycle: it is public before and is found here, or waits and is refused.
    list(ReportingCycle.objects.select_for_update(no_key=True).filter(edition=edition_id).order_by("pk"))
    reports = public_reports_on(edition_id)
    before = ConceptEdition.objects.filter(pk=edition_id).first()
    if before is None:
        raise ConflictError(_("There is no such edition any more."))
    if before.published_at is None:
        raise ConflictError(_("This edition is not published any more. Please load the page again."))
    if seen != stamp(before, reports):
        raise ConflictError(_("Something has changed meanwhile. Please read again what goes off the pages."))
    edition = take_back_edition(edition_id, note=note, by=by, now=now)
    said = _("The edition of the concept “%(name)s” was taken back: %(note)s") % {
        "name": edition.name,
        "note": note.strip(),
    }
    for report in reports:
        withdraw_report(report.pk, by=by, note=said, now=now)
    return edition
