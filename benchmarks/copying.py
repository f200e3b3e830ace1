"""A large archive, copied by the database out of its newest stories: what they say again need not be written again."""

from typing import Any

from benchmarks import stories


def copy(first: int, end: int) -> None:
    """Add the stories from `first` to below `end`, each as the rows of the one that it is like; none of two is like the
    same.
    """
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.models import CharField, F, IntegerField, UUIDField, Value
    from django.db.models.functions import MD5, Cast, Concat, Replace, Substr

    from articles.models import Address, Article, Correction, Snapshot, SnapshotAuthor, SnapshotPhoto, SnapshotTag
    from articles.models.searched import SearchEntry
    from articles.search.asked import place

    like = first % stories.TEXTS
    newest, oldest = (stories.NEWEST - stories.APART * number for number in (like, like + end - first - 1))
    snapshots = Snapshot.objects.filter(published_at__range=(oldest, newest))
    articles = Article.objects.filter(pk__in=snapshots.values("article"))
    # How far away the copies are, in numbers and in time.
    further, earlier = first - like, stories.APART * (first - like)
    beyond, beyond_it = _beyond(articles), _beyond(snapshots)
    article, snapshot = F("article_id") + beyond, {"snapshot": F("snapshot_id") + beyond_it}
    places = place(newest - earlier, beyond_it) - place(newest)

    def slug(of: str) -> Any:
        number = Cast(Substr(of, len(stories.SLUG) + 1), IntegerField()) + further
        return Concat(Value(stories.SLUG), Cast(number, CharField()))

    def uid(of: str) -> Any:
        return Cast(MD5(slug(of)), UUIDField())

    path: Any = Replace("path", F("article__slug"), slug("article__slug"), output_field=CharField())  # type: ignore[arg-type]
    dated = {"published_at": F("published_at") - earlier}
    with transaction.atomic(), connection.cursor() as cursor:
        for rows, changed in (
            (articles, {
                "id": F("id") + beyond, "slug": slug("slug"), "uid": uid("slug"),
                "updated_at": F("updated_at") - earlier,
            }),
            (snapshots, dated | {
                "id": F("id") + beyond_it, "article": article, "path": path, "uid": uid("article__slug"),
                "live_from": F("live_from") - earlier,
            }),
            (Address.objects.filter(article__in=articles), {"path": path, "article": article}),
            (SnapshotAuthor.objects.filter(snapshot__in=snapshots), dated | snapshot),
            (SnapshotTag.objects.filter(snapshot__in=snapshots), dated | snapshot),
            (SnapshotPhoto.objects.filter(snapshot__in=snapshots), snapshot),
            (Correction.objects.filter(snapshot__in=snapshots), snapshot | {"at": F("at") - earlier}),
            (SearchEntry.objects.filter(snapshot__in=snapshots), snapshot | {"place": F("place") + places}),
        ):  # fmt: skip
            cursor.execute(*_insertion(rows, changed))
        for reset in connection.ops.sequence_reset_sql(no_style(), [Article, Snapshot]):
            cursor.execute(reset)


def _beyond(rows: Any) -> int:
    """How much larger ids must be than those of these rows, to be none of the table's."""
    from django.db.models import Max, Min

    last, first = rows.model.objects.aggregate(Max("pk"))["pk__max"], rows.aggregate(Min("pk"))["pk__min"]
    return int(last - first + 1)


def _insertion(rows: Any, changed: dict[str, Any]) -> tuple[str, Any]:
    """The statement, with its values, that adds these rows again, changed so; their ids are new."""
    from django.db.models import F

    fields = [field for field in rows.model._meta.concrete_fields if field.name in changed or not field.primary_key]
    wanted = (changed.get(field.name, F(field.attname)) for field in fields)
    sql, values = rows.order_by("pk").values_list(*wanted).query.sql_with_params()
    return f"INSERT INTO {rows.model._meta.db_table} ({', '.join(field.column for field in fields)}) {sql}", values
