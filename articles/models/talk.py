"""What is said about a story: comments in threads, and the messages that tell somebody to look."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models.article import Article
from articles.models.revision import Move


class Comment(models.Model):
    """Something said about a working copy: the beginning of a thread, or an answer in one.

    `quote` is the passage that was selected, as it stood in `version`.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="comments")
    thread = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    quote = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    edited_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["article", "at"], name="articles_comment_of_story"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(thread=None) | Q(resolved_at=None), name="articles_comment_threads_are_resolved"
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]


class Message(models.Model):
    """A story waits for somebody, or somebody was named in a comment: told by mail, and on their desk until read."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    move = models.ForeignKey(Move, on_delete=models.CASCADE, null=True, related_name="told")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["to", "-at"], condition=Q(read_at=None), name="articles_message_unread"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(move=None, comment__isnull=False) | Q(move__isnull=False, comment=None),
                name="articles_message_is_about_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"to {self.to_id} about {self.article_id}"
