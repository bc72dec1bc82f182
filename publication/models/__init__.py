from publication.models.reports import PENDING_STATES, ReportEdition, ReportState

__all__ = ["PENDING_STATES", "ReportEdition", "ReportState"]
