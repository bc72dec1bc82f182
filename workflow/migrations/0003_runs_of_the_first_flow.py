"""Runs that were opened before contributions were asked for: nobody waits for any, and they skip the join."""

from django.db import migrations

OLD, NEW = "workflow/flows.StatusUpdateFlow.write", "workflow/flows.StatusUpdateFlow.rework"


def forwards(apps, schema_editor):
    apps.get_model("workflow", "Participation").objects.filter(state="asked").update(state="skipped")
    # The open task stands before a join that its token never split for; rework leads on without one.
    apps.get_model("viewflow", "Task").objects.filter(flow_task=OLD, finished__isnull=True).update(flow_task=NEW)


def backwards(apps, schema_editor):
    items = apps.get_model("workflow", "WorkItem").objects.filter(step="write", is_open=True)
    apps.get_model("viewflow", "Task").objects.filter(
        pk__in=items.values("task"), flow_task=NEW, finished__isnull=True
    ).update(flow_task=OLD)


class Migration(migrations.Migration):

    dependencies = [("viewflow", "0015_task_scheduled"), ("workflow", "0002_full_flow")]

    operations = [migrations.RunPython(forwards, backwards, elidable=True)]
