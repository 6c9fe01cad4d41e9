from django.db import migrations, models

from selfhelp_survey.translated_migrations import TranslatedMigration


class Migration(TranslatedMigration):
    translated_fields = {"Organisation": ("name", "contact", "ethics", "data_protection", "archiving")}

    dependencies = [
        ("selfhelp_survey", "0003_status_page"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="closes_on",
            field=models.DateField(
                blank=True,
                help_text="On the day after, those who have begun may finish; then the entry counts as closed.",
                null=True,
                verbose_name="last day",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="opens_on",
            field=models.DateField(
                blank=True,
                help_text="Before this day an open entry counts as paused.",
                null=True,
                verbose_name="first day",
            ),
        ),
        migrations.AddField(
            model_name="publishedversion",
            name="published_on",
            field=models.DateField(blank=True, null=True, verbose_name="published on"),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="languages_off",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Nobody begins in these, whatever was published. Who is in the middle may finish.",
                max_length=300,
                verbose_name="languages switched off",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="code",
            field=models.SlugField(
                help_text="Stands in the address, so choose a neutral one: a-z, 0-9 and -. It can not be changed later.",
                max_length=32,
                primary_key=True,
                serialize=False,
                verbose_name="code",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="questionnaire",
            field=models.CharField(
                help_text="Its code. New respondents get its last published version.",
                max_length=32,
                verbose_name="questionnaire",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="state",
            field=models.CharField(
                choices=[("open", "open"), ("paused", "paused: those who have begun may finish"), ("closed", "closed")],
                default="closed",
                help_text="An entry opens only with a published questionnaire and proven keys.",
                max_length=6,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="archiving",
            field=models.TextField(
                blank=True, help_text="Stands where a text says {archiving}.", verbose_name="archiving"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="contact",
            field=models.CharField(
                blank=True,
                help_text="Stands where a text says {contact}. Best an address that needs no account.",
                max_length=300,
                verbose_name="how to contact them",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="data_protection",
            field=models.TextField(
                blank=True, help_text="Stands where a text says {data_protection}.", verbose_name="data protection"
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="ethics",
            field=models.TextField(
                blank=True,
                help_text="Stands where a text says {ethics}.",
                verbose_name="ethics review and its reference",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="name",
            field=models.CharField(
                blank=True,
                help_text="Stands where a text says {organisation}. Respondents get it with the next published version.",
                max_length=200,
                verbose_name="who runs the survey",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_on__isnull", True),
                    ("closes_on__isnull", True),
                    ("closes_on__gte", models.F("opens_on")),
                    _connector="OR",
                ),
                name="selfhelp_survey_entry_days_in_order",
                violation_error_message="The last day can not come before the first one.",
            ),
        ),
    ]
