from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('selfhelp_survey', '0002_upkeep'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='upkeep',
            options={'verbose_name': 'status of the survey', 'verbose_name_plural': 'status of the survey'},
        ),
    ]
