"""Report editions: the coordinators' pages, and the files that everybody may fetch once they are final."""

from django.urls import path

from publication.models import FileKind
from publication.views import editions, reports

app_name = "reports"

urlpatterns = [
    path("bericht/<int:pk>.pdf", editions.report_file, name="file"),
    path("bericht/<int:pk>.docx", editions.report_file, {"kind": FileKind.WORD}, name="word"),
    path("bericht/<int:pk>.html", editions.report_file, {"kind": FileKind.HTML}, name="html"),
    path("bericht/<int:pk>/kurz.pdf", editions.report_file, {"kind": FileKind.SHORT_PDF}, name="short"),
    # Whoever knows the secret part reads the draft, without signing in.
    path("bericht/entwurf/<str:token>/", editions.shared, name="shared"),
    path("bericht/entwurf/<str:token>/bericht.<str:ending>", editions.shared_file, name="shared-file"),
    path("berichte/", reports.report_list, name="list"),
    path("berichte/erstellen/<int:cycle>/", reports.report_request, name="request"),
    path("berichte/<int:pk>/runder-tisch/", reports.report_share, name="share"),
    path("berichte/<int:pk>/veroeffentlichen/", reports.report_release, name="release"),
    path("berichte/<int:pk>/zurueckziehen/", reports.report_withdraw, name="withdraw"),
]
