"""What a story may be."""

from django.db import models


class Kind(models.TextChoices):
    """The kinds of story, as readers are told them."""

    NEWS = "news", "News"
    ANALYSIS = "analysis", "Analysis"
    OPINION = "opinion", "Opinion"
    INTERVIEW = "interview", "Interview"
    REVIEW = "review", "Review"
    LETTER = "letter", "Letter"
