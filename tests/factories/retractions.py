"""Tables of Retraction Watch and findings for tests."""

import csv
import io

from django.db import transaction

from apps.literature import services
from apps.literature.choices import RetractionState, Source
from apps.literature.formats.retractions import RetractionReport
from apps.literature.models import RetractionFinding
from tests.factories.curation import ReferenceFactory

#: As in the published file.
COLUMNS = [
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS"),
    *("ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate"),
    *("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes"),
]


def table(*rows, columns=COLUMNS, encoding="utf-8") -> io.BytesIO:
    """The file with these rows, each a dict of the columns that matter."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
    return io.BytesIO(text.getvalue().encode(encoding))


def retracted(pmid=0, doi="unavailable", nature="Retraction", **more) -> dict:
    """A row of the table, with a notice of 3 May 2021."""
    return {
        "OriginalPaperPubMedID": pmid,
        "OriginalPaperDOI": doi,
        "RetractionNature": nature,
        "RetractionDate": "5/3/2021 0:00",
        "RetractionPubMedID": "33333333",
        "RetractionDOI": "10.1000/Notice.1",
        "Reason": "+Falsification of Image;+Unreliable Results;",
        **more,
    }


def report(reference, state=RetractionState.RETRACTED, source=Source.PUBMED, **more) -> RetractionReport:
    return RetractionReport(pmid=reference.pmid, doi=reference.doi, state=state, source=source, **more)


def make_finding(reference=None, state=RetractionState.RETRACTED, source=Source.PUBMED, **more) -> RetractionFinding:
    """An open finding, made through the services."""
    reference = reference or ReferenceFactory()
    with transaction.atomic():
        (number,) = services.gather_reports([report(reference, state, source, **more)]).found
    return RetractionFinding.objects.get(pk=number)
