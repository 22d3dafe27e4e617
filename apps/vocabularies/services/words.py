"""Keeping the list of all words that occur in names, a little behind the vocabularies."""

from django.db import connection, transaction

from .. import spelling
from ..models import VocabularyRevision, VocabularyWord

_WORDS = """
    SELECT word, ndoc FROM ts_stat(
        'SELECT search FROM vocabularies_term UNION ALL SELECT search FROM vocabularies_target'
    ) WHERE length(word) BETWEEN %s AND 100 AND word !~ '^[0-9]+$'
"""
_BATCH = 5000
LOCK = 0x746D65_03  # "tme": who holds it writes the list of words


@transaction.atomic
def refresh_words() -> int:
    """Write the list anew where a name has changed since; how many words it has, 0 where nothing was to be done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0  # another worker is at it
    revision = VocabularyRevision.objects.first()
    if revision is None or revision.spelled == revision.value:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [spelling.SHORTEST])
        words = dict(cursor.fetchall())
    VocabularyWord.objects.exclude(word__in=words).delete()
    VocabularyWord.objects.bulk_create(
        (VocabularyWord(word=word, count=count, keys=spelling.keys_of(word)) for word, count in words.items()),
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["word"],
        update_fields=["count"],
    )
    # The value that was read: a name that changed meanwhile is for the next time.
    VocabularyRevision.objects.update(spelled=revision.value)
    return len(words)
