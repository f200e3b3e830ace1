"""Pictures on a page."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from media import renditions
from media.framing import FULL
from media.pictures import Picture
from media.renditions import CONTENT_TYPES

register = template.Library()


@register.simple_tag
def picture(picture: Picture, sizes: str = "100vw", *, shape: str = FULL, lazy: bool = True) -> SafeString:
    """The picture in a shape, in all its formats and widths; `lazy=False` is for the one that a page opens with.

    A picture that may not be cropped is shown whole. Until it has come, a few pixels of it stand in its place. The last
    of `sizes` is that of a phone.
    """
    shape = picture.shaped(shape)
    sizes = _spared(sizes)
    width, height = picture.size(shape)
    sources = format_html_join(
        "",
        '<source type="{}" srcset="{}" sizes="{}">',
        ((CONTENT_TYPES[kind], renditions.srcset(picture, shape, kind), sizes) for kind in ("avif", "webp")),
    )
    hint = format_html('<img class="picture__hint" src="{}" alt="" aria-hidden="true">', picture.hint)
    return format_html(
        '<span class="picture{}">{}<picture>{}<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" {}>'
        "</picture></span>",
        " picture--whole" if picture.is_whole else "",
        hint if picture.hint else "",
        sources,
        renditions.address(picture, 960, shape=shape),
        renditions.srcset(picture, shape, "jpg"),
        sizes,
        width,
        height,
        picture.alt,
        SafeString('loading="lazy" decoding="async"' if lazy else 'fetchpriority="high"'),
    )


def _spared(sizes: str) -> str:
    """For phones with three dots to a pixel, two of them: nobody sees the third, and it weighs as much as both."""
    wide, comma, phone = sizes.rpartition(", ")
    return f"{wide}{comma}(min-resolution: 2.5dppx) calc({phone} * 2 / 3), {phone}"


@register.simple_tag
def picture_address(picture: Picture, width: int) -> str:
    """The address of the picture at the widest of its widths up to `width` pixels, for machines that want just one."""
    return renditions.address(picture, width)
