"""A summary of an entry that confirms an earlier one remembers which text of that one it was written beside."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Take the confirmed text as it stood when the summary was written, else the one that was confirmed."""
    summary = apps.get_model("publication", "EntrySummary")
    revision = apps.get_model("workflow", "Revision")
    for one in summary.objects.select_related("source__confirms"):
        confirmed = one.source.confirms
        text = one.source if confirmed is None else confirmed
        if confirmed is not None:
            approved = revision.objects.filter(update=confirmed.update_id, review__decision="approved")
            then = approved.filter(review__decided_at__lte=one.written_at, number__gt=confirmed.number)
            text = then.order_by("-number").first() or confirmed
        summary.objects.filter(pk=one.pk).update(text_source=text)
    if schema.connection.vendor == "postgresql":
        # Checked now: a table with checks still to come cannot be altered.
        schema.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0006_why_feedback_is_not_published"),
        ("workflow", "0016_withdrawal_and_duties"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrysummary",
            name="text_source",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.revision",
                verbose_name="version whose text was read",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="entrysummary",
            name="text_source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.revision",
                verbose_name="version whose text was read",
            ),
        ),
    ]
