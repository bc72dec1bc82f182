from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("publication", "0004_no_file_in_the_row")]

    operations = [
        migrations.AddField(
            model_name="reportedition",
            name="is_marked_draft",
            field=models.BooleanField(default=False, verbose_name="says on its pages that it is a draft"),
        ),
    ]
