"""Tables of records for tests: ``row()`` is complete, as text; ``csv_of`` makes a file of such rows."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.curation import services
from apps.curation.forms import BulkForm
from apps.curation.forms.rows import RowReader
from apps.curation.models import BulkUpload
from tests.factories.curation import ReferenceFactory, make_terms

COMPLETE = {
    "target": "CSF1R",
    "compartment": "Stroma",
    "component": "immune_cells",
    "cell_types": "macrophage",
    "cancers": "pancreatic ductal adenocarcinoma",
    "role": "Pro-tumour",
    "intervention": "inhibit",
    "therapies": "pexidartinib",
    "therapy_relation": "single",
    "outcome": "tumour_growth",
    "change": "decreased",
    "evidence_type": "Therapeutic",
    "direction": "supports",
    "level": "D1",
    "attribution": "bulk",
    "system": "syngeneic",
    "species": "Mus musculus",
    "immune_competence": "competent",
    "stage": "preclinical",
    "summary": "Blocking CSF1R slowed the growth of tumours.",
}


def row(**changes) -> dict[str, str]:
    """A row that passes every rule, about a new publication unless ``reference`` is given."""
    make_terms()
    if "reference" not in changes:
        changes["reference"] = f"PMID:{ReferenceFactory().pmid}"
    return COMPLETE | changes


def csv_of(*rows, delimiter=",", encoding="utf-8") -> bytes:
    names = list(dict.fromkeys(name for each in rows for name in each))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def read_form(content: bytes, name="records.csv") -> BulkForm:
    form = BulkForm({}, {"file": SimpleUploadedFile(name, content)})
    form.is_valid()
    return form


def sent(person, *rows, content: bytes = b"", **options) -> BulkUpload:
    """A table that was sent and not checked yet."""
    return services.send_bulk(actor=person, **read_form(content or csv_of(*rows, **options)).for_service())


def checked(person, *rows, **options) -> BulkUpload:
    return worked(sent(person, *rows, **options))


def worked(upload) -> BulkUpload:
    services.work_on_bulk(upload.pk, read=RowReader())
    upload.refresh_from_db()
    return upload


def drafted(person, *rows, submit=False) -> BulkUpload:
    return worked(services.draft_bulk(actor=person, upload=checked(person, *rows), submit=submit))
