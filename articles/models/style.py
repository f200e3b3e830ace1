"""The house style: words that this paper writes in its own way."""

from django.db import models
from django.db.models.functions import Lower


class StyleRule(models.Model):
    """A word or phrase that the paper does not print, and what it prints instead."""

    wrong = models.CharField("not", max_length=80, help_text="Found as a whole word, in small letters or capitals.")
    right = models.CharField("but", max_length=80, blank=True, help_text="Empty: leave it out, or find another word.")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "house-style rule"
        verbose_name_plural = "house style"
        ordering = (Lower("wrong"),)
        constraints = (
            models.UniqueConstraint(
                Lower("wrong"), name="articles_stylerule_once", violation_error_message="This word is in the list."
            ),
        )

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}" if self.right else self.wrong
