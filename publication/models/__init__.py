from publication.models.reports import ReportEdition

__all__ = ["ReportEdition"]
