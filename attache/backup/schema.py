"""What a database holds, told by the migrations that it has been through.

Models as they stand in the code fit one schema only. Those that the migrations describe fit the database at hand, so
that a backup can be taken before an upgrade's migrations and restored after them. They have no `save` of their own,
hear no signals and stamp no dates: rows are written as they were read.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import DateField, Field, Model

from attache.backup.refusal import Refused

Step = tuple[str, str]

# Models whose rows are no part of a backup, and why. Every other model is.
LEFT_OUT = {
    "sessions.Session": "Whoever is signed in is so on this site; after a restore everybody signs in again.",
    "django_tasks_database.DBTaskResult": "Renditions are derived, and a restored site must not mail everybody again.",
    "usersessions.UserSession": "As sessions are.",
    "staff.Failure": "Who guessed is counted for an hour.",
    "staff.Shared": "What processes tell each other for a while.",
    "articles.SearchEntry": "Derived: `manage.py rebuild_search` makes it again.",
    "articles.Spelling": "Derived, as the entries are.",
    "articles.DeskEntry": "Derived, as the entries are.",
    "articles.Stamp": "Derived: the database raises them again as rows come.",
    "articles.Presence": "Who has a story open is true for a minute.",
    "attache.Backup": "Which backups were taken is known of the site that took them.",
}
# Models whose rows come with the code. They are found by what they say, and whoever refers to one gets its id here.
MATCHED = {
    "contenttypes.ContentType": ("app_label", "model"),
    "auth.Permission": ("content_type_id", "codename"),
}


def turn(label: str) -> tuple[int, str]:
    """The turn of a model among others: matched ones first, each after what it refers to."""
    order = list(MATCHED)
    return (order.index(label) if label in MATCHED else len(order), label)


class Schema:
    """The state of a database after some migrations."""

    def __init__(self, steps: Iterable[Step], loader: MigrationLoader) -> None:
        self.steps = frozenset(steps)
        self._loader = loader

    @classmethod
    def of(cls, connection: BaseDatabaseWrapper) -> "Schema":
        """That of a database as it is; Refused where newer code has migrated it."""
        loader = MigrationLoader(connection)
        return cls(loader.applied_migrations, loader).known("The database")

    def of_backup(self, steps: Iterable[Step]) -> "Schema":
        """That of a backup; Refused where newer code has taken it."""
        return Schema(steps, self._loader).known("The backup")

    def known(self, whose: str) -> "Schema":
        """This schema, if the code at hand knows each of its migrations; else Refused."""
        unknown = sorted(self.steps - self._loader.disk_migrations.keys())
        if unknown:
            named = ", ".join(".".join(step) for step in unknown[:3]) + (" and more" if unknown[3:] else "")
            raise Refused(
                f"{whose} is of a newer schema than this code: it has {named}, which the code does not know. Update "
                "the code, then try again."
            )
        return self

    @property
    def is_current(self) -> bool:
        """Whether no migration of the code is missing."""
        return self.steps >= self._loader.disk_migrations.keys()

    def targets(self) -> list[Step]:
        """The last migrations of each app: to migrate to these is to arrive at this schema."""
        graph = self._loader.graph
        return [
            step
            for step in sorted(self.steps & graph.nodes.keys())
            if not any(child.key in self.steps and child.key[0] == step[0] for child in graph.node_map[step].children)
        ]

    @cached_property
    def models(self) -> dict[str, type[Model]]:
        """Each model with a table of its own by its label, tables between two models included, in turn."""
        apps = self._loader.project_state(self.targets()).apps
        found = {
            model._meta.label: model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
        }
        for model in found.values():
            for field in model._meta.local_fields:
                if isinstance(field, DateField):
                    field.auto_now = field.auto_now_add = False
        return {label: found[label] for label in sorted(found, key=turn)}

    def kept(self) -> dict[str, type[Model]]:
        """The models whose rows belong in a backup."""
        return {label: model for label, model in self.models.items() if label not in LEFT_OUT}


def columns(model: type[Model]) -> Sequence["Field[Any, Any]"]:
    """The fields of a model that a row has a value for."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]
