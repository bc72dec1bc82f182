"""What a cycle asks for may change while it is open: a text keeps what was asked when it was handed in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("workflow", "0004_bulk_items")]

    operations = [
        migrations.AddField(
            model_name="cosignature",
            name="silence_is_consent",
            field=models.BooleanField(default=False, verbose_name="silence counts as consent"),
        ),
        migrations.AddField(
            model_name="revision",
            name="asks_for_sign_off",
            field=models.BooleanField(default=False, verbose_name="the head of the lead office signs"),
        ),
    ]
