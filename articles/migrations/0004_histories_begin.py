"""Give what there was before the desk its place in it: duties for the roles held, a first revision for each story."""

from django.db import migrations
from django.db.models import F

from articles.migrations import _frozen

COLUMNS = (
    "id, article_id, version, live_from, published_at, path, section_id, section_name, kind, language, kicker, headline, "
    "deck, dateline, body, byline, tagged, lead, pictures, original_publication, original_url, change, revised_at, notices"
)
BEFORE = COLUMNS.removesuffix(", change, revised_at, notices")
WORDS = (
    "kicker", "headline", "deck", "body", "lead_caption", "lead_alt", "kind", "slug", "dateline", "language",
    "original_publication", "original_url",
)  # fmt: skip
ROLES = {
    "Contributor": "contributor",
    "Writer": "writer",
    "Section editor": "section-editor",
    "Copy editor": "copy-editor",
    "Photo editor": "photo-editor",
    "Editor-in-chief": "editor-in-chief",
    "Administrator": "administrator",
}


def begin(apps, schema_editor):
    duties = apps.get_model("articles", "Duty").objects
    people = apps.get_model("staff", "Person").objects
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        for person in people.filter(groups=group):
            duties.get_or_create(person=person, role=ROLES[group.name])
    apps.get_model("articles", "Snapshot").objects.filter(live_from__gt=F("published_at")).update(
        revised_at=F("live_from"), change="update"
    )
    articles, revisions = (apps.get_model("articles", name).objects for name in ("Article", "Revision"))
    articles.filter(writer=None).update(writer=F("created_by"))
    kinds = apps.get_model("contenttypes", "ContentType").objects
    kind = kinds.filter(app_label="articles", model="article").first()
    tagged = apps.get_model("taggit", "TaggedItem").objects.filter(content_type=kind)
    for article in articles.filter(revisions=None, version__gt=0).prefetch_related("bylines").iterator(200):
        tags = tagged.filter(object_id=article.pk).values_list("tag__name", flat=True)
        content = {word: getattr(article, word) for word in WORDS} | {
            "section": article.section_id,
            "lead_photo": article.lead_photo_id,
            "names": [
                {"author": name.author_id, "role": name.role, "wording": name.wording}
                for name in sorted(article.bylines.all(), key=lambda name: (name.position, name.pk))
            ],
            "tags": sorted(tags, key=str.casefold),
        }
        revisions.create(
            article=article, version=article.version, content=content, by=article.updated_by, at=article.updated_at
        )


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0003_the_desk"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("staff", "0001_initial"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(
            lambda apps, schema_editor: _frozen.freeze(schema_editor, COLUMNS),
            lambda apps, schema_editor: _frozen.freeze(schema_editor, BEFORE),
        ),
    ]
