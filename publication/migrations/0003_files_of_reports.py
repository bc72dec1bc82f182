import hashlib
import json

from django.db import migrations


def move(apps, schema_editor):
    edition = apps.get_model("publication", "ReportEdition")
    file = apps.get_model("publication", "ReportFile")
    for report in edition.objects.filter(state="ready").iterator(chunk_size=1):
        if report.content is not None:
            file.objects.create(
                edition=report, kind="pdf", content=report.content, sha256=report.sha256, size=report.size
            )
        text = json.dumps(report.document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        report.document_sha256 = hashlib.sha256(text.encode()).hexdigest()
        report.progress = 100
        report.stage = "final" if report.released_at else "draft"
        report.save(update_fields=["document_sha256", "progress", "stage"])


class Migration(migrations.Migration):
    """A report has several files now: the one that it had becomes its PDF."""

    dependencies = [("publication", "0002_editions_and_voices")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
