from django.db import migrations, models

# Rounded down to tens, so that a role that may not read the tables can still tell whether responses pile up.
COUNTS = """
CREATE VIEW selfhelp_survey_rounded_counts AS
SELECT 'inbox' AS place, count(*) / 10 * 10 AS at_least FROM selfhelp_survey_inboxresponse
UNION ALL
SELECT 'sealed' AS place, count(*) / 10 * 10 AS at_least FROM selfhelp_survey_sealedresponse
"""


class Migration(migrations.Migration):

    dependencies = [
        ('selfhelp_survey', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoundedCount',
            fields=[
                ('place', models.CharField(max_length=6, primary_key=True, serialize=False)),
                ('at_least', models.IntegerField()),
            ],
            options={
                'db_table': 'selfhelp_survey_rounded_counts',
                'managed': False,
            },
        ),
        migrations.RunSQL(COUNTS, 'DROP VIEW selfhelp_survey_rounded_counts'),
        migrations.CreateModel(
            name='Upkeep',
            fields=[
                ('chore', models.CharField(choices=[('shuffle', 'Shuffle'), ('purge', 'Purge'), ('bundle', 'Bundle'), ('collected', 'Collected'), ('probe', 'Probe')], max_length=9, primary_key=True, serialize=False)),
                ('hour', models.PositiveIntegerField(help_text='Hours since 1970.')),
            ],
        ),
        migrations.AddField(
            model_name='keyproof',
            name='proven_day',
            field=models.PositiveIntegerField(blank=True, help_text='Days since 1970 of the last proof; blank where it was not noted.', null=True),
        ),
    ]
