"""The daily mail tells coordinators of tasks beside the flow."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0014_report_by_a_visitor'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('task', 'own task'), ('head', 'copy to the head of office'), ('coordination', 'copy to the coordinators'), ('queue', 'queue of the Arbeitsgruppe'), ('letter', 'proposed letter to a department'), ('news', 'news'), ('duty', 'task of the coordinators beside the flow')], max_length=20, verbose_name='kind'),
        ),
    ]
