"""The nightly question to PubMed and Crossref: what became of the publications that are here?"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from django.utils import timezone

from ..choices import RetractionState, Source
from ..formats import Problem
from ..formats.retractions import RetractionReport
from ..models import Reference
from ..sources import SourceFailure, watching
from .retractions import Gathered, gather_reports

logger = logging.getLogger(__name__)

#: Crossref is asked for the notices of so many days: as many nights may be missed without missing a notice.
LOOK_BACK = timedelta(days=14)
#: What cannot become any worse needs no question.
FINAL = (RetractionState.RETRACTED, RetractionState.WITHDRAWN)


def check_sources() -> Gathered:
    """Make findings of what PubMed and Crossref say about the references that are here; nothing is applied."""
    return gather_reports(ask_sources())


def ask_sources() -> Iterator[RetractionReport | Problem]:
    """What PubMed says of every PMID, and Crossref of every DOI without one and in all its notices of late.

    Where one cannot be asked, that is told as a problem, and the other is asked all the same.
    """
    return chain(_told(Source.PUBMED, _pubmed()), _told(Source.CROSSREF, _crossref()))


def _told(source: Source, reports: Iterator[RetractionReport]) -> Iterator[RetractionReport | Problem]:
    try:
        yield from reports
    except SourceFailure as failure:
        logger.warning("%s could not be asked about retractions: %s", source.label, failure.reason)
        yield Problem(None, source.label, f"{failure.reason} It is asked again next time.")


def _pubmed() -> Iterator[RetractionReport]:
    known = Reference.objects.current().filter(pmid__isnull=False).order_by("pmid")
    unspoilt = known.filter(retraction_state=RetractionState.NONE)
    for references, what in ((known.exclude(retraction_state__in=FINAL), watching.GRAVE), (unspoilt, watching.MINOR)):
        pmids = references.values_list("pmid", flat=True)
        yield from watching.pubmed_reports([pmid for pmid in pmids if pmid], what)


def _crossref() -> Iterator[RetractionReport]:
    yield from watching.crossref_reports(since=(timezone.now() - LOOK_BACK).date())
    known = Reference.objects.current().filter(pmid__isnull=True, doi__isnull=False)
    dois = known.exclude(retraction_state__in=FINAL).order_by("pk").values_list("doi", flat=True)
    yield from watching.crossref_reports_of([doi for doi in dois if doi])
