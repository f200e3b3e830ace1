"""The roles of a newsroom and what each may do. The code is the list; the database follows it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest

if TYPE_CHECKING:
    from staff.models import Person


@dataclass(frozen=True)
class Role:
    """A role: its name, what it allows in words, and the permissions that say so to the code."""

    code: str
    name: str
    allows: str
    permissions: tuple[str, ...]


PHOTOS_TAKEN_IN = ("media.view_photo", "media.add_photo")
PHOTOS_KEPT = (*PHOTOS_TAKEN_IN, "media.change_photo", "media.delete_photo")
OWN_STORIES = (
    "articles.view_article",
    "articles.add_article",
    "articles.change_article",
    "articles.view_section",
    "articles.view_author",
    "taggit.view_tag",
)
EVERY_STORY = (*OWN_STORIES, "articles.edit_every_article")
PUBLISHING = (*EVERY_STORY, "articles.publish_article", "articles.delete_article")

ROLES = (
    Role("contributor", "Contributor", "Writes and sees their own stories.", (*OWN_STORIES, "media.view_photo")),
    Role(
        "writer", "Writer", "Writes and sees their own stories, and brings photos in.", (*OWN_STORIES, *PHOTOS_TAKEN_IN)
    ),
    Role(
        "section-editor",
        "Section editor",
        "Edits and publishes stories, keeps tags and authors.",
        (
            *PUBLISHING,
            *PHOTOS_TAKEN_IN,
            "media.change_photo",
            "articles.add_author",
            "articles.change_author",
            "taggit.add_tag",
            "taggit.change_tag",
        ),
    ),
    Role("copy-editor", "Copy editor", "Edits every story; publishes none.", (*EVERY_STORY, *PHOTOS_TAKEN_IN)),
    Role(
        "photo-editor",
        "Photo editor",
        "Keeps the photo desk, and the photos of every story.",
        (*EVERY_STORY, *PHOTOS_KEPT),
    ),
    Role(
        "editor-in-chief",
        "Editor-in-chief",
        "Everything editorial.",
        (
            *PUBLISHING,
            *PHOTOS_KEPT,
            "articles.add_author",
            "articles.change_author",
            "articles.delete_author",
            "articles.add_section",
            "articles.change_section",
            "articles.delete_section",
            "taggit.add_tag",
            "taggit.change_tag",
            "taggit.delete_tag",
        ),
    ),
    Role(
        "administrator",
        "Administrator",
        "Keeps staff accounts; stories only by another role.",
        ("staff.view_person", "staff.add_person", "staff.change_person", "staff.delete_person"),
    ),
)


def keep_groups(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Make the database's groups equal to ROLES: each with its permissions and no others."""
    # Permissions are made app by app after a migration; a role may name one whose app's turn has not come yet.
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, interactive=False, using=using)
    ids = {
        f"{app}.{code}": pk
        for pk, app, code in Permission.objects.using(using).values_list("pk", "content_type__app_label", "codename")
    }
    for role in ROLES:
        group, _ = Group.objects.using(using).get_or_create(name=role.name)
        group.permissions.set([ids[permission] for permission in role.permissions])


def person_of(request: HttpRequest) -> "Person":
    """Who asks, on a page that lets nobody in without an account."""
    return cast("Person", request.user)
