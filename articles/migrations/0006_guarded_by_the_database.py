import django.core.validators
from django.db import migrations, models

from articles.migrations import _frozen

COLUMNS = (
    "id, article_id, version, live_from, published_at, path, section_id, section_name, kind, language, kicker, headline, "
    "deck, dateline, body, byline, tagged, lead, pictures, original_publication, original_url, change, revised_at, notices"
)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_talk_reviews_reports"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="contactlink",
            name="articles_contactlink_is_a_link",
        ),
        migrations.AlterField(
            model_name="article",
            name="original_url",
            field=models.URLField(
                blank=True,
                help_text="Readers are offered it as “View original”.",
                max_length=500,
                validators=[django.core.validators.URLValidator(schemes=["http", "https"])],
                verbose_name="original address",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("original_url", ""),
                    ("original_url__istartswith", "https://"),
                    ("original_url__istartswith", "http://"),
                    _connector="OR",
                ),
                name="articles_article_original_is_on_the_web",
                violation_error_message="Give an address that begins with https://.",
            ),
        ),
        migrations.AddConstraint(
            model_name="author",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("slug", ""), _negated=True), models.Q(("name", ""), _negated=True)),
                name="articles_author_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("url__istartswith", "https://"),
                    ("url__istartswith", "http://"),
                    ("url__istartswith", "mailto:"),
                    _connector="OR",
                ),
                name="articles_contactlink_is_a_link",
                violation_error_message="Give an address that begins with https:// or mailto:.",
            ),
        ),
        migrations.AddConstraint(
            model_name="section",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("slug", ""), _negated=True), models.Q(("name", ""), _negated=True)),
                name="articles_section_is_named",
            ),
        ),
        # A database that was frozen before has no trigger against deletion.
        migrations.RunPython(
            lambda apps, schema_editor: _frozen.freeze(schema_editor, COLUMNS),
            lambda apps, schema_editor: None,
        ),
    ]
