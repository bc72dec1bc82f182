from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PublicationConfig(AppConfig):
    name = "publication"
    verbose_name = _("Publication")

    def ready(self) -> None:
        from notifications import subjects  # noqa: PLC0415 - apps are not ready before
        from notifications.models import MailKind  # noqa: PLC0415
        from notifications.services import readers  # noqa: PLC0415
        from publication.queries import mail_subjects  # noqa: PLC0415
        from publication.services.withdrawals import PublishedOfEntries  # noqa: PLC0415
        from publication.site import triggers  # noqa: PLC0415
        from workflow.queries import mail_readers  # noqa: PLC0415
        from workflow.services import withdrawal  # noqa: PLC0415

        subjects.register(mail_subjects)
        readers.register(MailKind.VOICE, mail_readers.of_coordinators)
        withdrawal.register(PublishedOfEntries())
        post_migrate.connect(triggers.lay_after_migrate, sender=self)
