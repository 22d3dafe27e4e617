"""Changes of the catalogue take turns, so that their numbers become visible in their order."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_TAKE = """
    INSERT INTO catalogue_revision AS turn (id, sequence, last_accession, entry_count, changed_at)
    VALUES (1, 1, 0, 0, clock_timestamp())
    ON CONFLICT (id) DO UPDATE
    SET sequence = turn.sequence + 1, changed_at = greatest(clock_timestamp(), turn.changed_at)
    RETURNING sequence, changed_at
"""
_NUMBER = """
    INSERT INTO catalogue_revision AS turn (id, sequence, last_accession, entry_count, changed_at)
    VALUES (1, 0, 1, 0, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET last_accession = turn.last_accession + 1
    RETURNING last_accession
"""
_COUNT = "UPDATE catalogue_revision SET entry_count = entry_count + %s WHERE id = 1"


@dataclass(frozen=True, slots=True)
class Turn:
    sequence: int
    changed_at: datetime


def take_turn() -> Turn:
    """The next number of the catalogue; every other change waits until this transaction ends."""
    _in_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE)
        return Turn(*cursor.fetchone())


def next_accession() -> str:
    """A fresh accession such as ``TMEE:0000001``; given back if the transaction is rolled back."""
    _in_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER)
        return f"TMEE:{cursor.fetchone()[0]:07d}"


def add_to_entry_count(difference: int) -> None:
    if difference:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [difference])


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("The catalogue changes inside a transaction only.")
