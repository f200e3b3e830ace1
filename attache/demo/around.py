"""What stands around the demo's stories: the paper's words, pages, the masthead, a series, stories beside others."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from articles import relating
from articles.models import Article, Author, Page, Paper, Part, Series
from articles.models.paper import ONLY


@transaction.atomic
def build() -> None:
    """Build what is missing; what somebody changed in the meantime stays as it is."""
    plan = tomllib.loads((Path(__file__).parent / "around.toml").read_text(encoding="utf-8"))
    if Page.objects.exists() or Series.objects.exists():
        return
    if not Paper.objects.exists():
        Paper(pk=ONLY, **plan["paper"]).save()
    for position, page in enumerate(plan["pages"]):
        Page.objects.create(**page, position=position)
    for position, slug in enumerate(plan["masthead"]):
        Author.objects.filter(slug=slug).update(is_on_masthead=True, masthead_position=position)
    stories = {article.slug: article for article in Article.objects.filter(slug__in=_named(plan)).defer("body")}
    for series in plan["series"]:
        made = Series.objects.create(**{key: value for key, value in series.items() if key != "parts"})
        Part.objects.bulk_create(
            Part(series=made, article=stories[slug], position=position) for position, slug in enumerate(series["parts"])
        )
    for beside in plan["beside"]:
        for slug in beside["others"]:
            relating.add(stories[beside["story"]], stories[slug])


def _named(plan: dict[str, Any]) -> set[str]:
    """The slugs of the stories that the plan names."""
    named = {slug for series in plan["series"] for slug in series["parts"]}
    return named | {slug for beside in plan["beside"] for slug in [beside["story"], *beside["others"]]}
