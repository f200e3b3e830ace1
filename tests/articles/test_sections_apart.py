"""What a section keeps to itself: lists, searches and answers of the newsroom hold nothing of somebody else's."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from articles import editing
from articles.models import Article, Buffer, Duty, Section
from articles.workflow import Stage
from staff.models import Person

pytestmark = pytest.mark.django_db
HERE = "/admin/articles/article/"


def test_lists_searches_and_answers_hold_nothing_of_another_section(
    client: Client, story: Callable[..., Article], city: Section, dee: Person, chen: Person
) -> None:
    article = story(by=dee, stage=Stage.COPY_EDIT)
    article.headline = "Xylophone secrets"
    editing.save(article, by=None, seen_version=1)
    kept = Buffer.objects.create(
        person=dee, tab="t", article=article, version=1, fields=[["headline", "Xylophone"]], saved_at=timezone.now()
    )
    Duty.objects.get(person=chen).sections.set([city])
    client.force_login(chen)
    for address in (
        HERE,
        f"{HERE}?q=xylophone",
        f"{HERE}?stage__exact=copy_edit",
        f"{HERE}board/",
        f"{HERE}calendar/",
        f"{HERE}bulk/?ids={article.pk}",
        f"{HERE}board/?section=world",
        "/admin/",
        f"{HERE}tags/?q=x",
        f"{HERE}find/?q=secrets",
        f"{HERE}kept/{kept.pk}/",
        f"{HERE}{article.pk}/preview/",
        "/admin/articles/report/?q=a",
    ):
        assert b"Xylophone" not in client.get(address).content, address
    sent = {"article": article.pk, "tab": "t", "version": 1, "fields": [["headline", "x"]], "check": True}
    assert client.post(f"{HERE}at-work/", json.dumps(sent), content_type="application/json").status_code == 404
    seen = {"seen": [f"{article.pk}:2"], "verb": "return", "reason": "x"}
    assert b"Xylophone" not in client.post(f"{HERE}bulk/", seen).content
