from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PublicationConfig(AppConfig):
    name = "publication"
    verbose_name = _("Publication")

    def ready(self) -> None:
        from publication.services.withdrawals import PublishedOfEntries  # noqa: PLC0415 - apps are not ready before
        from publication.site import triggers  # noqa: PLC0415
        from workflow.services import withdrawal  # noqa: PLC0415

        withdrawal.register(PublishedOfEntries())
        post_migrate.connect(triggers.lay_after_migrate, sender=self)
