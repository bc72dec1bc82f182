"""Check the history: ``manage.py verify_history``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.models import Event, HistorySeal
from workflow.services import history


class Command(BaseCommand):
    """Name every place where the history is not what it was. Exit codes: 0 unbroken, 1 faults."""

    help = "Checks that no event of the history and no text that was handed in was changed, removed or reordered."

    def handle(self, *_args: Any, **_options: Any) -> None:
        faults = 0
        for fault in history.verify():
            faults += 1
            self.stdout.write(f"{fault.where}: {fault.what}")
        if faults:
            found = ngettext("%(number)s fault in the history.", "%(number)s faults in the history.", faults)
            raise CommandError(found % {"number": faults}, returncode=1)
        values = {"events": Event.objects.count(), "seals": HistorySeal.objects.count()}
        self.stdout.write(_("The history is unbroken: %(events)s events, %(seals)s daily seals.") % values)
