"""What stands around stored documents in an answer: tags, links and the frame of a page."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import http_date, parse_etags

from apps.catalogue.document import SCHEMA_VERSION
from apps.catalogue.filters.listing import changed_query
from apps.catalogue.scoring import SCORING_VERSION
from apps.core.keyset import Page

#: May be kept by anyone, but asked after each time: what was approved shows in the same second.
REVALIDATE = "public, no-cache"


@dataclass(frozen=True, slots=True)
class Tags:
    """What tells one state of an answer from another; ``changed`` is in seconds since 1970."""

    etag: str
    changed: int | None
    cache: str = REVALIDATE

    def headers(self) -> dict[str, str]:
        found = {"ETag": self.etag, "Cache-Control": self.cache}
        if self.changed is not None:
            # HTTP counts in seconds, and a second change may follow within the second of the first:
            # until it is over, the second before is named, so that asking by date misses nothing.
            still = int(timezone.now().timestamp()) <= self.changed
            found["Last-Modified"] = http_date(self.changed - 1 if still else self.changed)
        return found

    def are_among(self, given: str) -> bool:
        """Whether a caller who says ``If-None-Match: given`` has this state."""
        tags = parse_etags(given)
        return "*" in tags or self.etag in {one.removeprefix("W/") for one in tags}


def etag_of(address: str, sequence: int) -> str:
    """Of a list: changes with the address, with any change of the catalogue, and with how documents are made."""
    text = f"{address} {sequence} {SCHEMA_VERSION} {SCORING_VERSION}"
    return f"{sequence}.{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def neighbours(here: str, data: QueryDict, page: Page) -> dict[str, str]:
    """The addresses of the pages after and before this one, by relation."""
    cursors = {"next": page.next, "prev": page.previous}
    return {relation: f"{here}?{changed_query(data, cursor=cursor)}" for relation, cursor in cursors.items() if cursor}


def link_of(urls: Mapping[str, str]) -> dict[str, str]:
    """The header that names them."""
    links = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in urls.items())
    return {"Link": links} if links else {}


def page_text(texts: Iterable[str], *, following: str | None, previous: str | None, count: int | None = None) -> str:
    """A page of stored documents as JSON: joined, never read."""
    counted: dict[str, Any] = {} if count is None else {"count": count}
    head = orjson.dumps(counted | {"next": following, "previous": previous}).decode().rstrip("}")
    return f'{head},"results":[{",".join(texts)}]}}'
