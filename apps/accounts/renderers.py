"""Events as lines for spreadsheets and programs."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from apps.core.tables import BOM, Line, inert

from .models import Event

COLUMNS = (
    "id", "at", "actor_id", "actor", "verb", "object_type", "object_id", "from_state", "to_state", "reason", "data",
    "place", "previous", "digest",
)  # fmt: skip


def as_csv(events: Iterable[Event]) -> Iterator[str]:
    writer = csv.writer(Line())
    yield BOM + writer.writerow(COLUMNS)
    for event in events:
        values = _values(event) | {"data": json.dumps(event.data, cls=DjangoJSONEncoder, ensure_ascii=False)}
        yield writer.writerow([inert(str("" if value is None else value)) for value in values.values()])


def as_ndjson(events: Iterable[Event]) -> Iterator[str]:
    """With the data as they are hashed, so that the digests can be made anew elsewhere."""
    for event in events:
        yield json.dumps(_values(event), cls=DjangoJSONEncoder, ensure_ascii=False) + "\n"


def _values(event: Event) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in COLUMNS}
    return values | {"at": event.at.isoformat(timespec="microseconds"), "actor": str(event.actor or "")}
