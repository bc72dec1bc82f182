from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from config.demo import services


class Command(BaseCommand):
    help = "Loads the demonstration into an empty database; changes nothing if there is something in it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if services.load(now=timezone.now()):
            self.stdout.write(_("The demonstration is loaded."))
        else:
            self.stdout.write(_("There is data already: nothing was loaded."))
