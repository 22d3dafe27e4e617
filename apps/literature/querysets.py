"""Chainable reads of references and import runs."""

import re
from typing import Self

from django.contrib.postgres.search import SearchQuery
from django.db import models

from .formats.citation import DOI_PREFIX

_PMID = re.compile(r"(?:pmid:?\s*)?([1-9]\d{0,17})", re.IGNORECASE)
_PMCID = re.compile(r"(?:pmcid:?\s*)?(PMC\d{1,15})", re.IGNORECASE)


class ReferenceQuerySet(models.QuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def identified(self, text: str) -> Self | None:
        """The one with the PMID, DOI or PMCID that the text is; ``None`` where it is none of them."""
        text = text.replace("\0", " ").strip()
        if match := _PMID.fullmatch(text):
            return self.filter(pmid=int(match[1]))
        if match := _PMCID.fullmatch(text):
            return self.filter(pmcid=match[1].upper())
        doi = DOI_PREFIX.sub("", text).lower()
        if doi.startswith("10.") and "/" in doi:
            return self.filter(doi=doi)
        return None

    def search(self, text: str) -> Self:
        """By PMID, DOI or PMCID where the text is one, else by words ("quoted phrases", -without, or)."""
        if (identified := self.identified(text)) is not None:
            return identified
        text = text.replace("\0", " ").strip()
        # Titles and abstracts are stored by their English stems, names of authors and journals as they are.
        stems, words = (SearchQuery(text, config=config, search_type="websearch") for config in ("english", "simple"))
        return self.filter(text__vector=stems | words)


class ImportRunQuerySet(models.QuerySet):
    def for_list(self) -> Self:
        return self.select_related("requested_by").order_by("-pk")

    def of_the_same_file(self, run: models.Model) -> Self:
        """Earlier runs of a file with the same content, the latest first."""
        same = self.filter(file_sha256=run.file_sha256, pk__lt=run.pk)  # type: ignore[attr-defined]
        return same.exclude(file_sha256="").order_by("-pk")

    def bringing(self, reference: models.Model) -> Self:
        """The runs that a reference was read from, newest first."""
        return self.filter(pk__in=reference.source_records.values("run")).order_by("-pk")  # type: ignore[attr-defined]
