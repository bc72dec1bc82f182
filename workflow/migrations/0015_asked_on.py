import datetime

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate


def since_the_run_came_into_its_state(apps, schema_editor):
    runs = apps.get_model("workflow", "StatusUpdate").objects.filter(pk=OuterRef("update"))
    came = runs.annotate(came_on=TruncDate("state_since")).order_by().values("came_on")
    apps.get_model("workflow", "WorkItem").objects.update(asked_on=Subquery(came[:1]))


class Migration(migrations.Migration):
    dependencies = [("workflow", "0014_letters_to_departments")]

    operations = [
        migrations.AddField(
            model_name="workitem",
            name="asked_on",
            field=models.DateField(default=datetime.date(2000, 1, 1), verbose_name="asked on"),
            preserve_default=False,
        ),
        migrations.RunPython(since_the_run_came_into_its_state, migrations.RunPython.noop),
    ]
