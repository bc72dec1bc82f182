"""An edition of the concept is public once it has been published; those that were public before stay public."""

import datetime

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def keep_public(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Until now, an edition was public as soon as it was there, or on the day of its adoption."""
    now = timezone.now()
    for edition in apps.get_model("concept", "ConceptEdition").objects.all():
        day = edition.adopted_on or now.date()
        edition.published_at = min(now, timezone.make_aware(datetime.datetime.combine(day, datetime.time(12))))
        edition.save(update_fields=["published_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("concept", "0003_import_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="conceptedition",
            name="published_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="published"),
        ),
        migrations.AlterField(
            model_name="conceptevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("imported", "Concept imported"),
                    ("published", "Concept published"),
                    ("crosswalk_imported", "Crosswalk imported"),
                    ("link_set", "Crosswalk link set"),
                    ("link_withdrawn", "Crosswalk link withdrawn"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.RunPython(keep_public, migrations.RunPython.noop),
    ]
