"""Pictures on a page."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from media import renditions
from media.pictures import Picture

register = template.Library()


@register.simple_tag
def picture(picture: Picture, sizes: str = "100vw", *, lazy: bool = True, extra: str = "") -> SafeString:
    """An <img> in all its widths; `lazy=False` is for the one picture that a page opens with.

    The focal point is a pair of classes in steps of ten percent, because reader pages allow no style attribute.
    """
    offered = renditions.widths(picture)
    middle = offered[len(offered) // 2]
    loading = SafeString('loading="lazy" decoding="async"' if lazy else 'fetchpriority="high"')
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" class="focal-x-{} focal-y-{} {}" {}>',
        renditions.address(picture, middle),
        renditions.srcset(picture),
        sizes,
        picture.width,
        picture.height,
        picture.alt,
        round(picture.focal_x, -1),
        round(picture.focal_y, -1),
        extra,
        loading,
    )


@register.simple_tag
def picture_address(picture: Picture, width: int) -> str:
    """The address of the picture at the widest of its widths up to `width` pixels, for machines that want just one."""
    return renditions.address(picture, max(each for each in renditions.widths(picture) if each <= width))
