"""Comments and messages: who is told what, and only they."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from articles import comments, moves
from articles.models import Article, Comment, Duty, Message, Section
from articles.moves import Details
from articles.waiting import waited_for, waiting_for
from articles.workflow import Stage
from staff.models import Person

pytestmark = pytest.mark.django_db
Story = Callable[..., Article]
LIST = "/admin/articles/article/"


def say(client: Client, article: Article, **sent: Any) -> Any:
    """What the page sends when somebody says something beside a story."""
    return client.post(f"{LIST}{article.pk}/comments/", sent, headers={"X-Requested-With": "fetch"})


def mailed() -> list[tuple[str, str]]:
    """What the worker mails when it runs: to whom, and the subject."""
    call_command("worker", batch=True, verbosity=0, interval=0, startup_delay=False)
    sent = [(message.to[0], str(message.subject)) for message in mail.outbox]
    mail.outbox.clear()
    return sent


def told() -> set[str]:
    """Who has unread messages."""
    return set(Message.objects.filter(read_at=None).values_list("to__name", flat=True))


def test_a_move_tells_only_whom_the_story_waits_for(story: Story, ana: Person, ben: Person, chen: Person) -> None:
    article = story(by=ana)
    moves.perform("submit", article, by=ana, seen_version=1)
    assert told() == {"Ben"}
    moves.perform("claim", article, by=ben, seen_version=1)
    assert told() == set()
    moves.perform("return", article, by=ben, seen_version=1, details=Details(reason="Where is the dog's name?"))
    assert told() == {"Ana"}
    assert Message.objects.get(to=ana).move.reason == "Where is the dog's name?"  # type: ignore[union-attr]
    assert not Message.objects.filter(to=chen).exists()


def test_where_a_section_has_nobody_it_waits_for_those_above(story: Story, ana: Person, chen: Person) -> None:
    moves.perform("submit", story(by=ana), by=ana, seen_version=1)
    assert told() == {"Chen"}


def test_once_it_is_out_it_waits_for_nobody(story: Story, ana: Person, ben: Person, chen: Person) -> None:
    article = story(by=ana, stage=Stage.READY)
    assert list(waited_for(article)) == [ben]
    moves.perform("publish", article, by=chen, seen_version=1, details=Details(waived={"no-lead-photo": "None yet."}))
    assert not Message.objects.exists()
    assert not waited_for(Article.objects.get())


def test_whom_a_story_waits_for_finds_it_on_the_desk(
    story: Story, ana: Person, ben: Person, chen: Person, city: Section
) -> None:
    copy = Person.objects.create_user("cy@paper.example", "Cy", "correct horse battery", is_staff=True)
    Duty.objects.create(person=copy, role="copy-editor")
    Duty.objects.get(person=ben).sections.add(city)
    for stage in Stage:
        for section in (None, city):
            for holder in (None, ben, chen):
                article = story(by=ana, stage=stage, editor=holder)
                Article.objects.filter(pk=article.pk).update(section=section or article.section)
                article.refresh_from_db()
                for person in waited_for(article):
                    found = Article.objects.filter(waiting_for(person), pk=article.pk)
                    assert found.exists(), (stage, section, holder, person)


@pytest.mark.django_db(transaction=True)
def test_a_message_is_mailed_by_the_worker_unless_it_was_read_before(
    story: Story, ana: Person, ben: Person, client: Client
) -> None:
    first, second = story(by=ana, headline="The first"), story(by=ana, headline="The second")
    moves.perform("submit", first, by=ana, seen_version=1)
    moves.perform("submit", second, by=ana, seen_version=1)
    client.force_login(ben)
    page = client.get("/admin/").content.decode()
    assert "New for you" in page
    assert "Ana submitted the story" in page
    client.get(f"{LIST}{second.pk}/change/")
    assert mailed() == [(ben.email, "Ana submitted the story: The first")]
    assert "The second" not in client.get("/admin/").content.decode().split("Waiting for you")[0]


def test_threads_are_answered_edited_resolved_and_opened_again(
    client: Client, story: Story, ben: Person, chen: Person
) -> None:
    article = story()
    client.force_login(ben)
    page = say(client, article, text="Who says so?", quote="The first to cross").content.decode()
    assert "The first to cross" in page
    first = Comment.objects.get()
    assert (first.quote, first.version) == ("The first to cross", 1)
    client.force_login(chen)
    say(client, article, text="The harbour master.", answers=first.pk)
    assert say(client, article, text="Not mine to change", edit=first.pk).status_code == 403
    assert "1 resolved" in say(client, article, resolve=first.pk).content.decode()
    client.force_login(ben)
    say(client, article, text="And who else?", answers=first.pk)
    first.refresh_from_db()
    assert first.resolved_at is None
    say(client, article, text="Who says that?", edit=first.pk, seen="Who says so?")
    page = client.get(f"{LIST}{article.pk}/change/").content.decode()
    assert "Who says that?" in page
    assert "edited" in page
    history = client.get(f"{LIST}{article.pk}/history/").content.decode()
    assert "<strong>Chen</strong> answered" in history
    assert "<strong>Ben</strong> commented" in history


def test_a_thread_is_resolved_by_any_comment_in_it(client: Client, story: Story, ben: Person) -> None:
    article = story()
    first = comments.say(article, "Who says so?", by=ben, version=1)
    answer = comments.say(article, "The harbour master.", by=ben, answers=first, version=1)
    client.force_login(ben)
    assert "1 resolved" in say(client, article, resolve=answer.pk).content.decode()
    assert "1 resolved" not in say(client, article, reopen=answer.pk).content.decode()


def test_a_name_after_an_at_is_told_if_it_may_open_the_story(
    story: Story, ana: Person, ben: Person, chen: Person, dee: Person
) -> None:
    chen.name = "Chen Li-Ming O'Hara"
    chen.save()
    article = story(by=ben)
    comments.say(article, "@chen li-ming o'hara, and @Dee, and @Ana: look.", by=ben, version=1)
    assert told() == {"Chen Li-Ming O'Hara"}
    Message.objects.all().delete()
    comments.say(article, "mail@Chen is not a name, nor is @Chenille", by=chen, version=1)
    assert told() == {"Ben"}


def test_a_long_name_is_not_a_short_one(story: Story, ben: Person, chen: Person) -> None:
    twin = Person.objects.create_user("twin@paper.example", "Ben Achterberg", "correct horse battery", is_staff=True)
    Duty.objects.create(person=twin, role="section-editor")
    comments.say(story(), "@Ben Achterberg, see this.", by=chen, version=1)
    assert told() == {"Ben Achterberg"}


def test_an_edit_tells_only_who_is_newly_named(story: Story, ben: Person, chen: Person, ana: Person) -> None:
    article = story(by=ana)
    said = comments.say(article, "@Chen, see this.", by=ben, version=1)
    Message.objects.update(read_at=timezone.now())
    comments.edit(said, "@Chen and @Ana, see this.", by=ben, seen=said.text)
    assert told() == {"Ana"}


def test_an_empty_comment_is_refused_with_words_and_a_strangers_number_is_nothing(
    client: Client, story: Story, ben: Person, ana: Person
) -> None:
    article, other = story(by=ben), story()
    client.force_login(ben)
    assert "Write something first" in say(client, article, text="  ").content.decode()
    assert "at most 4000" in say(client, article, text="x" * 4001).content.decode()
    elsewhere = comments.say(other, "There.", by=ben, version=1)
    assert say(client, article, text="x", answers=elsewhere.pk).status_code == 404
    assert say(client, article, text="x", answers="٣").status_code == 404
    client.force_login(ana)
    assert say(client, article, text="Not my story").status_code == 404
    assert Comment.objects.count() == 1


def test_a_comment_without_script_leads_back_to_the_story(client: Client, story: Story, ben: Person) -> None:
    article = story()
    client.force_login(ben)
    answer = client.post(f"{LIST}{article.pk}/comments/", {"text": "Plain."})
    assert answer.headers["Location"] == f"{LIST}{article.pk}/change/#comments"


def test_a_sign_that_no_database_keeps_is_left_out(client: Client, story: Story, ben: Person) -> None:
    article = story()
    client.force_login(ben)
    say(client, article, text="Is\0 it?")
    assert Comment.objects.get().text == "Is it?"
    for address in (f"{LIST}board/?section=%00", f"{LIST}tags/?q=%00", f"{LIST}find/?q=%00"):
        assert client.get(address).status_code == 200
