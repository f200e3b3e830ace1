import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_plans(apps, schema_editor):
    """What is recorded of plans has no place in the table as it was."""
    apps.get_model("articles", "Move").objects.filter(verb="plan").delete()
    if schema_editor.connection.vendor == "postgresql":
        # The table is altered next, which waits for nothing that is still to be checked.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_guarded_by_the_database"),
        ("media", "0002_the_photo_desk"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="move",
            name="articles_move_verb_is_known",
        ),
        migrations.AddField(
            model_name="article",
            name="begun_in",
            field=models.CharField(blank=True, default="", editable=False, max_length=36),
        ),
        migrations.AlterField(
            model_name="buffer",
            name="article",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="articles.article"
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                condition=models.Q(("begun_in", ""), _negated=True),
                fields=("created_by", "begun_in"),
                name="articles_article_begun_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        [
                            "submit",
                            "claim",
                            "hand_over",
                            "return",
                            "copy_edit",
                            "approve",
                            "schedule",
                            "publish",
                            "update",
                            "unschedule",
                            "withdraw",
                            "spike",
                            "revive",
                            "plan",
                            "embargo",
                        ],
                    )
                ),
                name="articles_move_verb_is_known",
            ),
        ),
        migrations.AlterField(
            model_name="duty",
            name="sections",
            field=models.ManyToManyField(
                blank=True, help_text="None chosen: every section.", related_name="duties", to="articles.section"
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="move",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="told", to="articles.move"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_plans),
    ]
