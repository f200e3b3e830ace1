"""Galleries: photos that follow one another, in their order, with captions of their own for this use."""

from collections.abc import Callable

import pytest
from django.test import Client

from articles import body
from articles.body import PhotoReference
from articles.models import Snapshot
from media.models import Photo


def figures(*photos: int, gallery: bool = True) -> str:
    """Figures that follow one another, stored."""
    return "\n".join(body.figure(PhotoReference(photo, in_gallery=gallery)) for photo in photos)


def shown(reference: PhotoReference) -> str:
    """A figure as a page shows it; photo 9 is withheld."""
    return "" if reference.photo_id == 9 else f"[{reference.photo_id}]"


def test_it_is_kept_as_it_is_with_its_captions() -> None:
    stored = body.clean(
        '<p>Words.</p><figure data-photo="1" data-gallery><figcaption>Its <b>own</b>.</figcaption></figure>'
        '<figure data-gallery="x" data-alt="A" data-photo="2"></figure><figure data-photo="3"></figure>'
    )
    assert stored.splitlines()[1:] == [
        '<figure data-photo="1" data-gallery=""><figcaption>Its <strong>own</strong>.</figcaption></figure>',
        '<figure data-photo="2" data-alt="A" data-gallery=""></figure>',
        '<figure data-photo="3"></figure>',
    ]
    assert body.clean(stored) == stored
    assert [reference.in_gallery for reference in body.photos(stored)] == [True, True, False]


@pytest.mark.parametrize(
    ("photos", "count"),
    [((1, 2, 3), 3), ((1, 9, 3), 2), ((1,), 0), ((9, 1), 0), ((9, 9), 0)],
)
def test_readers_get_a_row_that_can_be_scrolled_and_what_is_left_alone_stands_alone(
    photos: tuple[int, ...], count: int
) -> None:
    page = body.render(f"<p>Before.</p>\n{figures(*photos)}\n<p>After.</p>", shown)
    assert page.count("<li>") == count
    assert (f'tabindex="0" role="region" aria-label="Gallery of {count} photos"' in page) == bool(count)
    assert [number for number in (1, 2, 3) if f"[{number}]" in page] == [each for each in sorted(photos) if each != 9]
    assert page.startswith("<p>Before.</p>")
    assert page.endswith("<p>After.</p>")


def test_two_galleries_with_words_between_them_are_two() -> None:
    page = body.render(f"{figures(1, 2)}\n<p>Between.</p>\n{figures(3, 4)}\n{figures(5, gallery=False)}", shown)
    assert page.count('class="gallery"') == 2
    assert page.index("[5]") > page.rindex("</ol>")


@pytest.mark.django_db
def test_a_gallery_on_the_page_of_a_story(
    published: Callable[..., Snapshot], photo: Callable[..., Photo], client: Client
) -> None:
    photos = [photo(caption=f"Number {number}.", credit=f"Lens {number}") for number in range(1, 4)]
    text = "<p>Words.</p>" + "".join(
        body.figure(PhotoReference(each.pk, in_gallery=True, caption="Mine" if each == photos[1] else None))
        for each in photos
    )
    page = client.get(published(body=text).path).content.decode()
    order = [page.index(words) for words in ("Number 1.", "Lens 1", "Mine", "Lens 2", "Number 3.", "3 of 3")]
    assert order == sorted(order)
    assert "Number 2." not in page
