"""Our own paper, as benchmarks fill it and publish in it: `python -m benchmarks.our_paper --help`."""

import os
from pathlib import Path
from typing import Any

from benchmarks import deeds, stories


def fill(number: int) -> None:
    """Make it as large as that."""
    from django.core.management import call_command

    from benchmarks import seeding

    call_command("migrate", verbosity=0)
    seeding.fill(number)


def draft(story: stories.Story) -> Any:
    """A story that is ready, and not yet before readers."""
    from articles import editing
    from articles.content import Name
    from articles.models import Article, Author, Section
    from articles.workflow import Stage
    from media.models import Photo

    made = Article(
        headline=story.headline, deck=story.deck, body=story.body, slug=story.slug, stage=Stage.READY,
        section=Section.objects.get(position=story.section),
        lead_photo=Photo.objects.order_by("pk")[story.photo],
    )  # fmt: skip
    author = Author.objects.get(slug=stories.author_slug(story.author))
    names = [Name(author=author.pk, role="by", wording="")]
    return editing.save(made, by=None, seen_version=0, names=names, tags=(stories.TAG, stories.tag_name(story.tag)))


def save(article: Any, headline: str) -> Any:
    """The story with another headline."""
    from articles import content, editing

    wanted: Any = {**content.of(article), "headline": headline}
    return editing.save_content(article, wanted, by=None, seen_version=article.version).article


def publish(article: Any) -> None:
    """What was saved, as readers will see it."""
    from articles import publishing

    publishing.publish(article, by=None, seen_version=article.version)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "attache.settings"
    (Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    deeds.main(deeds.Ways(fill, draft, save, publish), "benchmarks.our_paper")
