from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("Reporting cycles")

    def ready(self) -> None:
        from workflow import flows  # noqa: F401, PLC0415 - registers the flow with the engine
