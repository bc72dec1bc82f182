from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0005_marked_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedback",
            name="decline_reason",
            field=models.TextField(blank=True, verbose_name="why it is not published"),
        ),
    ]
