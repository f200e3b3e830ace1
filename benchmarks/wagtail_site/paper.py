"""Wagtail's paper, as benchmarks fill it and publish in it: `python -m benchmarks.wagtail_site.paper --help`."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import deeds, stories
from benchmarks.progress import tell

AT_ONCE = 100


def fill(number: int) -> None:
    """Make it as large as that: tables, pictures with all their sizes, stories; it goes on where it was."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client

    from benchmarks.wagtail_site.models import ArticlePage

    call_command("migrate", verbosity=0)
    _begin()
    begin = ArticlePage.objects.filter(published__lte=stories.NEWEST).count()
    tell(begin, number, "stories on Wagtail")
    for first in range(begin, number, AT_ONCE):
        last = min(first + AT_ONCE, number)
        with transaction.atomic():
            for each in range(first, last):
                story = stories.story(each)
                _add(story, story.published, live=True)
        tell(last, number, "stories on Wagtail")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    reader = Client(headers={"host": "127.0.0.1"})
    # The sizes of a picture are made when a page first shows it.
    for path in ["/", *(stories.story(each).path for each in range(stories.READ, stories.READ + stories.PHOTOS))]:
        assert reader.get(path).status_code == 200, path


def draft(story: stories.Story) -> Any:
    """A story that is not yet before readers."""
    from django.utils import timezone

    return _add(story, timezone.now(), live=False)


def save(page: Any, headline: str) -> Any:
    """The story with another headline."""
    page.title = headline
    return page.save_revision()


def publish(revision: Any) -> None:
    """What was saved, as readers will see it."""
    revision.publish()


def _begin() -> None:
    """What stands above stories and beside them, where it is not there yet."""
    from django.core.files.images import ImageFile
    from wagtail.images.models import Image
    from wagtail.models import Page, Site

    from benchmarks.wagtail_site.models import Author, FrontPage, SectionPage

    for number in range(stories.AUTHORS):
        Author.objects.get_or_create(slug=stories.author_slug(number), name=stories.author_name(number))
    for number, file in enumerate(sorted(Path(os.environ["PHOTOS"]).glob("*.jpg"))):
        if not Image.objects.filter(title=f"Photo {number}").exists():
            with file.open("rb") as data:
                Image.objects.create(title=f"Photo {number}", file=ImageFile(data, name=file.name))
    if FrontPage.objects.exists():
        return
    front = Page.get_first_root_node().add_child(instance=FrontPage(title=stories.NAME, slug="front"))
    Site.objects.update(root_page=front, hostname="127.0.0.1")
    for name in stories.SECTIONS:
        front.add_child(instance=SectionPage(title=name, slug=name.lower(), show_in_menus=True))


def _add(story: stories.Story, published: datetime, *, live: bool) -> Any:
    from wagtail.images.models import Image

    from benchmarks.wagtail_site.models import ArticlePage, Author, SectionPage

    page = ArticlePage(
        title=story.headline, slug=story.slug, deck=story.deck, body=story.body, published=published, live=live,
        author=Author.objects.get(slug=stories.author_slug(story.author)),
        lead_photo=Image.objects.get(title=f"Photo {story.photo}"), caption=stories.CAPTION, credit=stories.CREDIT,
    )  # fmt: skip
    page.tags.add(stories.TAG, stories.tag_name(story.tag))
    section = SectionPage.objects.get(slug=stories.SECTIONS[story.section].lower())
    return section.add_child(instance=page)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.wagtail_site.settings"
    import django

    django.setup()
    deeds.main(deeds.Ways(fill, draft, save, publish), "benchmarks.wagtail_site.paper")
