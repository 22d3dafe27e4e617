"""How far the news of the catalogue were told."""

from django.db import models
from django.db.models import Q


class NewsCursor(models.Model):
    """The one row that says up to which change of the catalogue its followers were told."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    told_to = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_news_cursor")]

    def __str__(self) -> str:
        return f"told up to {self.told_to}"
