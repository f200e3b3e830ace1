"""What is going on at the desk of the demo, brought about by the people and the verbs of the newsroom itself."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django_tasks_db.models import DBTaskResult

from articles import comments, fronts, moves
from articles.models import Article, Comment, Report, Snapshot, StyleRule
from articles.moves import Details
from articles.tasks import mail_message
from articles.zones import Placement, Size
from staff.models import Person


def build(now: datetime) -> None:
    """Give the stories at work their people, deadlines, moves and comments, and the queue a reader's report."""
    plan = tomllib.loads(Path(__file__).with_name("desk.toml").read_text(encoding="utf-8"))
    for each in plan["plans"]:
        _plan(each, now)
    for each in plan["moves"]:
        article = Article.objects.get(slug=each["story"])
        details = Details(reason=each.get("reason", ""))
        moves.perform(each["verb"], article, by=_person(each["by"]), seen_version=article.version, details=details)
    for each in plan["comments"]:
        _say(each)
    for each in plan["reports"]:
        _report(each, now)
    for each in plan["fronts"]:
        _front(each, now)
    StyleRule.objects.bulk_create((StyleRule(**each) for each in plan["style"]), ignore_conflicts=True)


def forget_mail() -> None:
    """Take back the mail that the people of the demo were to get: they have no letter boxes."""
    DBTaskResult.objects.filter(task_path=mail_message.module_path).delete()


def _plan(plan: dict[str, Any], now: datetime) -> None:
    Article.objects.filter(slug=plan["story"]).update(
        writer=_person(plan["writer"]),
        editor=_person(plan["editor"]) if "editor" in plan else None,
        deadline=now + timedelta(hours=plan["deadline"]) if "deadline" in plan else None,
        length=plan.get("length"),
        embargo_until=now + timedelta(hours=plan["embargo"]) if "embargo" in plan else None,
    )


def _say(said: dict[str, Any]) -> None:
    article = Article.objects.get(slug=said["story"])
    first = Comment.objects.filter(article=article, thread=None).last() if said.get("answers") else None
    comments.say(
        article, said["text"], by=_person(said["by"]), quote=said.get("quote", ""), answers=first,
        version=article.version,
    )  # fmt: skip


def _front(arranged: dict[str, Any], now: datetime) -> None:
    """An arrangement of the front page by the editor-in-chief, before readers or from some hours on."""
    person, stories = _person(arranged["by"]), dict(Article.objects.values_list("slug", "pk"))
    placed = {
        zone: [
            Placement(
                stories[each["story"]],
                headline=each.get("headline", ""),
                deck=each.get("deck", ""),
                size=each.get("size", Size.USUAL),
                until=now + timedelta(hours=each["ends_in_hours"]) if "ends_in_hours" in each else None,
            )
            for each in there
        ]
        for zone, there in arranged["zones"].items()
    }
    draft = fronts.save(None, placed, by=person, seen_version=fronts.front_of(None).version)
    at = now + timedelta(hours=arranged["in_hours"]) if "in_hours" in arranged else None
    fronts.publish(None, by=person, seen_version=draft.version, at=at)


def _report(said: dict[str, Any], now: datetime) -> None:
    snapshot = Snapshot.objects.live().get(article__slug=said["story"])
    Report.objects.create(
        article_id=snapshot.article_id, snapshot=snapshot, text=said["text"], passage=said["passage"],
        email=said["email"], sender="demo", at=now,
    )  # fmt: skip


def _person(email: str) -> Person:
    return Person.objects.get(email=email)
