"""Making references findable by their words, a little after they were stored."""

from django.db import connection, transaction

from ..models import TextBacklog
from .ranking import forget_scores

# Long texts are cut: PostgreSQL refuses more than 1 MB of words, and nobody searches that far in.
_INDEX = """
    INSERT INTO literature_referencetext (reference_id, vector)
    SELECT id,
        setweight(to_tsvector('english', left(title, 20000)), 'A')
        || setweight(to_tsvector('english', left(array_to_string(mesh_terms, ' '), 20000)), 'B')
        || setweight(to_tsvector('english', left(abstract, 200000)), 'C')
        || setweight(to_tsvector('simple', left(coalesce(
            (SELECT string_agg(concat_ws(' ', author->>'family', author->>'collective'), ' ')
             FROM jsonb_array_elements(authors) AS author), ''), 50000)), 'D')
        || setweight(to_tsvector('simple', journal), 'D')
    FROM literature_reference WHERE id = ANY(%s) AND merged_into_id IS NULL
    ON CONFLICT (reference_id) DO UPDATE SET vector = excluded.vector
"""


def index_texts() -> int:
    """Take everything off the backlog; how many references that were. Several may do it at once."""
    count = 0
    while done := _index_some():
        count += done
    return count


@transaction.atomic
def _index_some() -> int:
    waiting = TextBacklog.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if waiting is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, [waiting.reference_ids])
    forget_scores(waiting.reference_ids)
    waiting.delete()
    return len(waiting.reference_ids)
