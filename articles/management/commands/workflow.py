"""`manage.py workflow`: the workflow as a page, made from the table that the newsroom runs by."""

from typing import Any

from django.core.management.base import BaseCommand

from articles.roles import ROLES
from articles.workflow import VERBS, Asks, Stage, Verb, When

ASKED = {
    Asks.REASON: "a reason",
    Asks.PERSON: "a colleague",
    Asks.MOMENT: "a moment",
    Asks.CHANGE: "what it is to readers, if they have seen the story",
    Asks.NOTICE: "what its address says from then on",
}


class Command(BaseCommand):
    """Prints docs/workflow.md."""

    help = (
        "Print the stages, the verbs and the roles as a Markdown page with a diagram, from the very table that the "
        "newsroom runs by. docs/workflow.md is this page: manage.py workflow > docs/workflow.md"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(page())


def page() -> str:
    """The page, without a line end at its end."""
    return "\n".join([*_beginning(), *_diagram(), *_verbs(), *_roles()])


def _beginning() -> list[str]:
    return [
        "# The workflow",
        "",
        "Made by `manage.py workflow` from `articles/workflow.py` and `articles/roles.py`; change those, not this.",
        "",
        "A story stands at one of five stages. Whether readers have it is another matter: that follows from what was",
        "published, and from the clock.",
        "",
    ]


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Stage.DRAFT.name}"]
    lines += [f"    {stage.name}: {stage.label}" for stage in Stage]
    arrows: dict[tuple[Stage, Stage], list[str]] = {}
    for verb in VERBS:
        for stage in _from(verb):
            if verb.to and verb.to != stage:
                arrows.setdefault((stage, verb.to), []).append(verb.label)
    lines += [f"    {start.name} --> {end.name}: {', '.join(labels)}" for (start, end), labels in arrows.items()]
    return [*lines, "```", ""]


def _verbs() -> list[str]:
    lines = [
        "| verb | from | to | when | asks for | first | who |",
        "|---|---|---|---|---|---|---|",
    ]
    for verb in VERBS:
        cells = [
            verb.label,
            "any" if set(verb.from_stages) == set(Stage) else ", ".join(stage.label.lower() for stage in _from(verb)),
            verb.to.label.lower() if verb.to else "stays",
            "" if verb.when == When.ALWAYS else verb.when.value,
            ", ".join(ASKED[ask] for ask in Asks if ask in verb.asks),
            "; ".join(sorted(check.value for check in verb.checks)),
            ", ".join(role.name.lower() for role in ROLES if verb.code in role.verbs),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _roles() -> list[str]:
    lines = [
        "## Who",
        "",
        "A role is held for all sections or for some, for good or until a day. One person may hold several.",
        "",
        "| role | what it allows | about which stories | changes them at |",
        "|---|---|---|---|",
    ]
    for role in ROLES:
        cells = [
            role.name,
            role.allows,
            "; ".join(sorted(reach.value for reach in role.reach)) or "none",
            ", ".join(stage.label.lower() for stage in Stage if stage in role.edits)
            + (" (photos only)" if role.photos_only else ""),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _from(verb: Verb) -> list[Stage]:
    return [stage for stage in Stage if stage in verb.from_stages]
