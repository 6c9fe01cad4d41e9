from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('selfhelp_survey', '0004_entry_days_and_languages_off'),
    ]

    operations = [
        migrations.CreateModel(
            name='TextSignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=20)),
                ('translators', models.TextField(blank=True, help_text='Keyed digests of the names of those who wrote texts since the last signature.')),
                ('signed_by', models.CharField(blank=True, max_length=200)),
                ('digests', models.JSONField(default=dict, help_text='By key: digests of the text and of its source, as signed.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('area', 'language'), name='selfhelp_survey_text_sign_off')],
            },
        ),
    ]
