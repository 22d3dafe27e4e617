"""What follows every change of a name: the revision, the list of words, the words of each row."""

from collections.abc import Sequence

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F

from ..querysets import SEPARATORS, WordQuerySet


class VocabularyRevision(models.Model):
    """One row whose value is another one after every change of what terms and targets are called, whoever made it."""

    value = models.UUIDField()
    spelled = models.UUIDField(null=True, help_text="The value whose words stand in ``VocabularyWord``.")

    def __str__(self) -> str:
        return str(self.value)


class VocabularyWord(models.Model):
    """A word that occurs in a name, so that mistyped ones can be mended (see ``spelling``)."""

    word = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField(help_text="In how many names of terms and targets.")
    keys = ArrayField(models.CharField(max_length=100))

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["word"]
        indexes = [
            GinIndex(fields=["keys"], name="word_keys"),
            models.Index(OpClass(F("word"), name="text_pattern_ops"), name="word_begins"),
        ]

    def __str__(self) -> str:
        return self.word


def new_revision(*columns: str) -> pgtrigger.Trigger:
    """Says that a row came or went, or that one of these columns was written."""
    return pgtrigger.Trigger(
        name="new_revision",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns) | pgtrigger.Delete,
        func="""
            INSERT INTO vocabularies_vocabularyrevision (id, value) VALUES (1, gen_random_uuid())
            ON CONFLICT (id) DO UPDATE SET value = excluded.value;
            RETURN NULL;
        """,
    )


def searchable(*, names: Sequence[str], lists: Sequence[str], more: Sequence[str] = ()) -> pgtrigger.Trigger:
    """Keeps a row's names, as they are compared, in its ``names``, and all of its words in its ``search``.

    The arguments are columns: of one name each, the label first (it is the first of ``names`` too), of
    lists of names, and of lists that are only searched.
    """
    single = ", ".join(f"NEW.{column}" for column in (*names, "curie"))
    listed = " || ".join(f"NEW.{column}" for column in lists)
    also = ", ".join(f"array_to_string(NEW.{column}, ' ')" for column in ("names", *more))
    return pgtrigger.Trigger(
        name="searchable",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            NEW.names := ARRAY(
                SELECT {_plain("name")} FROM unnest(ARRAY[{single}]::text[] || {listed}) AS name
            );
            NEW.search := to_tsvector('simple', {_plain(f"concat_ws(' ', {also})")});
            RETURN NEW;
        """,  # noqa: S608 - columns that our models name
    )


def _plain(sql: str) -> str:
    """``querysets.plain`` for the database."""
    return f"btrim(regexp_replace(lower({sql}), '[{SEPARATORS}\\s]+', ' ', 'g'))"
