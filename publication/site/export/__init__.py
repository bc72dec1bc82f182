"""The whole public site as static files; ``build.py`` tells in which order it comes about."""

from publication.site.export.build import Exported, Options, export_site
from publication.site.export.folder import ExportError

__all__ = ["ExportError", "Exported", "Options", "export_site"]
