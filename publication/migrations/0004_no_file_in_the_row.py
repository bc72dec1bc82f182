from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("publication", "0003_files_of_reports")]

    operations = [
        migrations.RemoveField(
            model_name='reportedition',
            name='content',
        ),
        migrations.RemoveField(
            model_name='reportedition',
            name='sha256',
        ),
        migrations.RemoveField(
            model_name='reportedition',
            name='size',
        ),
    ]
