from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("Reporting cycles")

    def ready(self) -> None:
        from notifications import subjects  # noqa: PLC0415 - models are there only now
        from notifications.models import MailKind  # noqa: PLC0415
        from notifications.services import composing, readers  # noqa: PLC0415
        from offices import closing_effects  # noqa: PLC0415 - as above, and below
        from workflow import flows  # noqa: F401, PLC0415 - registers the flow with the engine
        from workflow.queries import mail_readers, mail_subjects, moved_reminders  # noqa: PLC0415 - read models
        from workflow.services.daily_mail import DailyMail  # noqa: PLC0415

        closing_effects.register(moved_reminders)
        subjects.register(mail_subjects)
        composing.register(MailKind.REMINDER, DailyMail())
        readers.register(MailKind.MENTION, mail_readers.of_mentions)
        readers.register(MailKind.WEEKLY, mail_readers.of_coordinators)
