from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    """Django's admin, with our own site: who may enter follows from memberships."""

    default_site = "config.admin.BackOffice"
