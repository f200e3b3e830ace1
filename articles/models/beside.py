"""What stands beside a story: the other parts of its series, and the stories that an editor put there.

They name stories and hold no word of any, and readers are shown those that are live at the moment.
"""

from django.db import models
from django.urls import reverse


class Series(models.Model):
    """Stories that belong together in an order."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(
        max_length=80, unique=True, help_text="The series' address. It stays as it is once the series exists."
    )
    description = models.TextField(blank=True, help_text="A sentence or two, at the head of the series' page.")

    class Meta:
        verbose_name_plural = "series"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The series' page."""
        return reverse("paper:series", args=[self.slug])


class Part(models.Model):
    """A story of a series, and its place in it. A story is part of one series at most."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="parts")
    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, related_name="part", verbose_name="story"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"part {self.position} of {self.series_id}"


class Related(models.Model):
    """A story that an editor put beside another one."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="beside")
    other = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["article", "other"], name="articles_related_once"),
            models.CheckConstraint(condition=~models.Q(article=models.F("other")), name="articles_related_to_another"),
        )

    def __str__(self) -> str:
        return f"{self.other_id} beside {self.article_id}"
