"""A paper with everything in it, for tests that look at every kind of page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import body, breaking, editing, fronts, publishing, relating, reviewing
from articles.body import PhotoReference
from articles.changes import Change
from articles.models import Article, Author, Byline, ContactLink, Page, Paper, Part, Section, Series
from articles.publishing import Telling
from articles.zones import Placement, Size
from media.models import Licence, Photo
from staff.models import Person

Story = Callable[..., Article]
OTHERS = [
    {"slug": "opinion", "kind": "opinion", "headline": "Mine"},
    {"slug": "arabic", "language": "ar", "headline": "من الميناء إلى المكتبة", "kicker": "ثقافة", "kind": "review"},
    {"slug": "bare", "headline": "Bare & <b>bold</b> “quoted”"},
    {"slug": "analysis", "kind": "analysis", "headline": "What it means"},
]


@pytest.fixture
def everything(story: Story, photo: Callable[..., Photo], ines: Author, city: Section, ben: Person) -> dict[str, str]:
    """A paper with everything in it: the address of each kind of page, by a name for it."""
    photos = [photo(caption=f"Number {each}.", alt="A quay") for each in range(3)]
    licence = Licence.objects.create(name="CC BY", url="https://licences.example/by")
    photos.append(
        photo(
            caption="With “all” its rights.", agency="Northlight", photographer="Oskar Lindqvist", licence=licence,
            copyright="2026 Northlight", licensor_url="https://northlight.example/buy", origin="digitalCreation",
        )
    )  # fmt: skip
    gallery = "".join(body.figure(PhotoReference(each.pk, in_gallery=True, caption=None)) for each in photos[:3])
    rich = story(
        slug="rich", kicker="The quay", dateline="Saltmouth", tags=("harbour", "ميناء"), lead_photo=photos[3],
        original_publication="The Caravel", original_url="https://caravel.example/1?a=1&b=2",
        body=(
            "<p>First a <a href='/world/'>link</a> and <em>more</em>.</p><h2>A crosshead</h2><ul><li>One</li></ul>"
            f"<blockquote class='pullquote'><p>Pulled.</p></blockquote>{body.figure(PhotoReference(photos[0].pk))}"
            f"{gallery}<table><thead><tr><th>Year</th><th>Ships</th></tr></thead>"
            "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
            "<hr><h3>Small</h3><p>Last.^[A <em>note</em>.] And again.^[Another.]</p>"
        ),
    )  # fmt: skip
    translated = story(slug="traduit", language="fr", headline="Le pont « ouvre »", translation_of=rich)
    oskar = Author.objects.create(name="Oskar Lindqvist", slug="oskar-lindqvist", is_on_masthead=True)
    for position, role in enumerate(("photographs", "translation"), start=1):
        Byline.objects.create(article=translated, author=oskar, role=role, position=position)
    gone = story(slug="gone", headline="Gone")
    articles = [rich, translated, gone, *(story(**words) for words in OTHERS)]
    articles += [story(slug=f"more-{each}", section=city, lead_photo=photos[1]) for each in range(30)]
    for article in articles:
        publishing.publish(article, by=None, seen_version=article.version)
    publishing.withdraw(gone, seen_version=gone.version, farewell="We were wrong.")
    rich.deck = "It took ten years."
    editing.save(rich, by=None, seen_version=1)
    for change in (Change.CORRECTION, Change.NOTE):
        publishing.publish(rich, by=None, seen_version=2, telling=Telling(change, "Ten, not nine."))
    relating.add(rich, articles[3])
    series = Series.objects.create(name="The harbour", slug="the-harbour", description="In parts.")
    Part.objects.bulk_create(Part(series=series, article=each, position=at) for at, each in enumerate(articles[:2]))
    Page.objects.create(title="About us", slug="about", body="<h2>Who</h2><p>We.</p>")
    for url in ("mailto:ines@paper.example", "https://ines.example/"):
        ContactLink.objects.create(author=ines, label="Write to Inés", url=url)
    ines.portrait, ines.is_on_masthead, ines.account = photos[2], True, None
    ines.save()
    footer, social = "Printed in Saltmouth.\n\nSince 1871.", "Mastodon https://social.example/@ledger"
    Paper(
        pk=1, name="The Ledger", motto="News & views", footer=footer, social=social, contact="a@b.example",
        nameplate=photos[2],
    ).save()  # fmt: skip
    link = reviewing.invite(
        rich, receiver="Dr. Adebayo", expires_at=timezone.now() + timedelta(days=1), version=rich.version, by=ben
    )
    chen = Person.objects.create_superuser("chen@paper.example", "Chen", "correct horse battery")
    placed = {
        "lead": [Placement(rich.pk, headline="In “words” & signs")],
        "features": [Placement(articles[3].pk, size=Size.LARGE)],
        "river": [Placement(articles[-1].pk, size=Size.SMALL)],
    }
    fronts.publish(None, by=chen, seen_version=fronts.save(None, placed, by=chen, seen_version=0).version)
    breaking.break_news("Now & here", until=timezone.now() + timedelta(hours=1), by=chen, article=rich)
    today = timezone.localdate()
    return {
        "home": "/", "section": "/city/", "story": "/world/rich/", "translation": "/world/traduit/",
        "opinion": "/world/opinion/", "arabic": "/world/arabic/", "bare": "/world/bare/", "withdrawn": "/world/gone/",
        "analysis": "/world/analysis/",
        "author": "/authors/ines-varga/", "tag": "/tags/harbour/", "series": "/series/the-harbour/",
        "archive": "/archive/", "year": f"/archive/{today.year}/", "month": f"/archive/{today.year}/{today.month}/",
        "day": f"/archive/{today.year}/{today.month}/{today.day}/", "corrections": "/corrections/",
        "masthead": "/masthead/", "written": "/about/", "search": "/search/", "answers": "/search/?q=bridge",
        "by-date": "/search/?q=bridge&order=date", "odd": "/search/?q=zzz&since=x&tag=none&until=20261-01-01",
        "report": "/report/world/rich/", "nowhere": "/nowhere/", "closed": "/review/none/",
        "review": reverse("review", args=[reviewing.token(link)]),
    }  # fmt: skip
