"""Since when an entry that had been taken off the pages is public again, for those who keep a copy of the data."""

from django.db import migrations, models


def from_the_history(apps, schema_editor):
    """Take the moment of entries that were shown again before from their history."""
    events = apps.get_model("workflow", "Event").objects.filter(kind="entry_restored", update__isnull=False)
    updates = apps.get_model("workflow", "StatusUpdate").objects
    for run, at in events.order_by("at").values_list("update_id", "at"):
        updates.filter(pk=run).update(restored_at=at)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0016_withdrawal_and_duties")]

    operations = [
        migrations.AddField(
            model_name="statusupdate",
            name="restored_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="public again since"),
        ),
        migrations.RunPython(from_the_history, migrations.RunPython.noop),
    ]
