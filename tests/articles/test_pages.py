"""Pages around the stories: what editors write, the masthead, authors with their pictures, the archive, tags."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from taggit.models import Tag

from articles import tags
from articles.models import Article, Author, ContactLink, Page, Section, Snapshot, TagAddress
from media.models import Photo
from staff.models import Person
from tests.running import in_html
from tests.shown import seen

pytestmark = pytest.mark.django_db


# --- Pages that editors write ---


def test_a_page_stands_at_its_address_and_at_the_foot(client: Client) -> None:
    Page.objects.create(
        title="About us", slug="about", body="<h2>Who</h2><p>We are <em>few</em>.</p><script>x</script>"
    )
    Page.objects.create(title="Hidden", slug="hidden", body="<p>Words.</p>", in_footer=False)
    page = client.get("/about/").content.decode()
    assert "<em>few</em>" in page
    assert in_html(page) == []
    assert "<script>" not in page
    assert '<a href="/about/" dir="auto">About us</a>' in client.get("/").content.decode()
    assert "/hidden/" not in client.get("/").content.decode()
    assert client.get("/hidden/").status_code == 200
    assert client.get("/nothing/").status_code == 404


def test_an_editor_in_chief_keeps_pages_and_their_history_says_who_and_when(
    chen: Person, ben: Person, world: Section, photo: Callable[..., Photo], client: Client
) -> None:
    client.force_login(chen)
    said = {"title": "Imprint", "slug": "imprint", "body": "<p>Words.</p>", "position": "0", "in_footer": "on"}
    assert client.post("/admin/articles/page/add/", said).status_code == 302
    page = Page.objects.get()
    assert (page.updated_by, page.body) == (chen, "<p>Words.</p>")
    address = f"/admin/articles/page/{page.pk}/change/"
    assert client.post(address, {**said, **seen(client, address), "title": "Legal"}).status_code == 302
    assert LogEntry.objects.filter(user=chen, object_id=str(page.pk)).count() == 2
    assert "Chen" in client.get(f"/admin/articles/page/{page.pk}/history/").content.decode()
    for slug in ("admin", "search", "masthead", "world"):
        assert client.post("/admin/articles/page/add/", {**said, "slug": slug}).status_code == 200, slug
    picture = f'<figure data-photo="{photo().pk}"></figure>'
    refused = client.post("/admin/articles/page/add/", {**said, "slug": "more", "body": picture})
    assert "A page holds words alone" in refused.content.decode()
    assert client.post(
        "/admin/articles/section/add/", {"name": "X", "slug": "imprint", "accent": "red", "position": "1"}
    )
    assert not Section.objects.filter(slug="imprint").exists()
    client.force_login(ben)
    assert client.get(f"/admin/articles/page/{page.pk}/change/").status_code == 200
    assert client.post(f"/admin/articles/page/{page.pk}/change/", said).status_code == 403


# --- Masthead and authors ---


def test_the_masthead_names_who_is_marked_in_order(ines: Author, client: Client) -> None:
    assert "Nobody is named here yet" in client.get("/masthead/").content.decode()
    chief = Author.objects.create(name="Zoë", slug="zoe", role="Editor-in-chief", is_on_masthead=True)
    ContactLink.objects.create(author=chief, label="zoe@paper.example", url="mailto:zoe@paper.example")
    Author.objects.create(name="Ada", slug="ada", is_on_masthead=True, masthead_position=2)
    page = client.get("/masthead/")
    assert [each.name for each in page.context["people"]] == ["Zoë", "Ada"]
    assert "mailto:zoe@paper.example" in page.content.decode()
    assert ines.name not in page.content.decode()


def test_an_author_has_the_pictures_that_they_made(
    published: Callable[..., Snapshot], photo: Callable[..., Photo], client: Client
) -> None:
    oskar = Author.objects.create(name="Oskar Lindqvist", slug="oskar-lindqvist")
    by_credit = photo(caption="By credit")
    by_name = photo(caption="By name", credit="Agency", photographer="Oskar Lindqvist")
    ended = photo(allowed_until=timezone.localdate() - timedelta(days=1))
    story = published(lead_photo=by_credit, body=f'<p>Words.</p><figure data-photo="{by_name.pk}"></figure>')
    published(lead_photo=by_credit)
    published(lead_photo=photo(credit="Oskar Lindqvistson"))
    published(live_from=timezone.now() + timedelta(days=1), lead_photo=photo(caption="Not yet"))
    pictures = client.get("/authors/oskar-lindqvist/").context["pictures"]
    assert {each.picture.photo_id for each in pictures} == {by_credit.pk, by_name.pk}
    page = client.get("/authors/oskar-lindqvist/").content.decode()
    assert story.path in page
    assert '<p class="credit" dir="auto">Agency</p>' in page
    by_name.allowed_until = ended.allowed_until
    by_name.save()
    assert {each.picture.photo_id for each in client.get(oskar.get_absolute_url()).context["pictures"]} == {
        by_credit.pk
    }


# --- The archive ---


def test_the_archive_leads_by_year_month_and_day_to_stories(
    published: Callable[..., Snapshot], client: Client, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Lisbon"
    published(headline="New Year's Eve", live_from=datetime(2023, 12, 31, 23, 30, tzinfo=UTC))
    published(headline="Midsummer", live_from=datetime(2024, 6, 20, 23, 30, tzinfo=UTC))
    published(headline="Later", live_from=datetime(2024, 6, 25, 12, 0, tzinfo=UTC))
    index = client.get("/archive/").content.decode()
    assert index.index("/archive/2024/") < index.index("/archive/2023/")
    assert '"/archive/2024/7/"' not in index

    def headlines(address: str) -> list[str]:
        page = client.get(address)
        assert page.status_code == 200, address
        return [story.headline for story in page.context["page"].stories]

    assert headlines("/archive/2024/") == ["Later", "Midsummer"]
    assert headlines("/archive/2024/6/") == ["Later", "Midsummer"]
    # In Lisbon it was past midnight.
    assert headlines("/archive/2024/6/21/") == ["Midsummer"]
    assert headlines("/archive/2023/12/31/") == ["New Year's Eve"]
    day = client.get("/archive/2024/6/21/").content.decode()
    assert 'href="/archive/2024/6/20/" rel="prev"' in day
    assert 'href="/archive/2024/6/22/" rel="next"' in day
    assert "/archive/2024/7/" not in client.get("/archive/2024/6/").content.decode()
    for address in ("2022/", "2025/", "2024/13/", "2024/2/30/", "0/", "9999/12/31/", "2024/0/", "99999999/"):
        assert client.get(f"/archive/{address}").status_code == 404, address


def test_an_empty_archive_says_so(client: Client) -> None:
    assert "Nothing has been published yet" in client.get("/archive/").content.decode()
    assert client.get("/archive/2024/").status_code == 404


# --- Tags ---


def test_a_tag_renamed_keeps_its_address_in_one_hop(
    published: Callable[..., Snapshot], chen: Person, client: Client
) -> None:
    story = published(tags=("Harbor",))
    tag = Tag.objects.get()
    client.force_login(chen)
    address = f"/admin/taggit/tag/{tag.pk}/change/"
    for name in ("Harbour", "The harbour"):
        assert client.post(address, {"name": name, **seen(client, address)}).status_code == 302
    client.logout()
    for old in ("harbor", "harbour"):
        answer = client.get(f"/tags/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/tags/the-harbour/")
    assert [each.headline for each in client.get("/tags/the-harbour/").context["page"].stories] == [story.headline]
    found = client.get("/search/", {"tag": "the harbour"}).context["answers"]
    assert [answer.story.pk for answer in found] == [story.pk]
    # The name may come back.
    tags.rename(Tag.objects.get(), "Harbor")
    assert client.get("/tags/harbor/").status_code == 200
    assert client.get("/tags/the-harbour/")["Location"] == "/tags/harbor/"


def test_a_name_that_another_tag_has_is_refused(chen: Person, client: Client) -> None:
    one, _ = Tag.objects.create(name="Ferries"), Tag.objects.create(name="Boats")
    client.force_login(chen)
    address = f"/admin/taggit/tag/{one.pk}/change/"
    page = client.post(address, {"name": "BOATS"} | seen(client, address), follow=True)
    assert Tag.objects.get(pk=one.pk).name == "Ferries"
    assert "Somebody changed this" not in page.content.decode()
    assert "boats" in page.content.decode().lower()
    with pytest.raises(tags.NameTaken):
        tags.rename(one, "!!!")


def test_two_tags_are_made_one_for_the_newsroom_and_for_readers(
    published: Callable[..., Snapshot], story: Callable[..., Article], chen: Person, ana: Person, client: Client
) -> None:
    first = published(headline="First", tags=("Ferries",))
    both = published(headline="Both", tags=("Ferries", "Boats"))
    working = story(tags=("Ferries",))
    ferries, boats = Tag.objects.get(name="Ferries"), Tag.objects.get(name="Boats")
    tags.rename(ferries, "Ferry boats")
    address = f"/admin/taggit/tag/{ferries.pk}/merge/"
    client.force_login(ana)
    assert client.post(address, {"into": "Boats"}).status_code == 403
    client.force_login(chen)
    assert "There is no tag of that name" in client.post(address, {"into": "Trains"}).content.decode()
    assert "That is the tag itself" in client.post(address, {"into": "ferry boats"}).content.decode()
    assert client.post(address, {"into": "boats"}).status_code == 302
    assert list(Tag.objects.all()) == [boats]
    assert [tag.name for tag in working.tags.all()] == ["Boats"]
    assert {each.pk for each in client.get("/tags/boats/").context["page"].stories} == {first.pk, both.pk}
    for old in ("ferries", "ferry-boats"):
        assert client.get(f"/tags/{old}/")["Location"] == "/tags/boats/"
    assert TagAddress.objects.count() == 2
    found = client.get("/search/", {"tag": "boats"}).context["answers"]
    assert {answer.story.pk for answer in found} == {first.pk, both.pk}
    tags.merge(boats, boats)
    assert Tag.objects.count() == 1
