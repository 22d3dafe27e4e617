"""Published documents for tests: ``document(...)`` makes one, ``published(...)`` publishes it.

Every argument names a part of the document to change, nested parts with two underscores:
``document(evidence__level="A", study__reference__pmid=22658127)``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.catalogue import services
from apps.catalogue.document import (
    EntryDocument,
    EvidencePart,
    OutcomePart,
    Person,
    ReferenceRef,
    StudyPart,
    TargetRef,
    TermRef,
    TextPart,
)
from apps.catalogue.models import Entry

PD1 = TargetRef(
    id="HGNC:8760",
    symbol="PDCD1",
    name="programmed cell death 1",
    kind="gene",
    classes=("immune_checkpoint",),
)
VEGFA = TargetRef(
    id="HGNC:12680",
    symbol="VEGFA",
    name="vascular endothelial growth factor A",
    kind="gene",
    classes=("vasculature",),
)
CD8_T_CELL = TermRef("CL:0000625", "CD8-positive, alpha-beta T cell")
MACROPHAGE = TermRef("CL:0000235", "macrophage")
MELANOMA = TermRef("MONDO:0005105", "melanoma")
HUMAN = TermRef("NCBITaxon:9606", "Homo sapiens")
NIVOLUMAB = TermRef("CHEMBL:2108738", "nivolumab")


def reference(number: int = 1, **changes: Any) -> ReferenceRef:
    values: dict[str, Any] = {
        "id": number,
        "pmid": 22_000_000 + number,
        "doi": f"10.1000/example.{number}",
        "pmcid": None,
        "title": f"Example reference {number}",
        "journal": "Journal of Examples",
        "year": 2015,
        "authors": ("Adams A", f"Senior {number}"),
        "reference_type": "article",
        "retraction_state": "none",
    }
    return ReferenceRef(**values | changes)


def document(**changes: Any) -> EntryDocument:
    """A plausible document, changed as asked for."""
    made = EntryDocument(
        accession="TMEE:0000001",
        version=1,
        published_at=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        statement="Inhibiting PDCD1 with nivolumab increases response rate in melanoma.",
        target=PD1,
        compartment="tumour_core",
        component="immune_cells",
        cell_types=(CD8_T_CELL,),
        cell_states=(),
        cancers=(MELANOMA,),
        cancer_stage="III–IV",
        line_of_therapy="first",
        disease_setting="metastatic",
        tissue=None,
        mechanisms=("immune_checkpoint",),
        role="pro_tumour",
        process=None,
        intervention="inhibit",
        therapies=(NIVOLUMAB,),
        therapy_relation="single",
        comparator="dacarbazine",
        outcome=OutcomePart(
            type="response_rate",
            change="increased",
            effect_measure="OR",
            effect_value=Decimal("4.060000"),
            ci_low=Decimal("2.5"),
            ci_high=Decimal("6.6"),
            p_value="<0.001",
            sample_size=418,
        ),
        evidence=EvidencePart(
            type="therapeutic",
            direction="supports",
            level="A",
            quality=("controls", "adequate_n", "effect_with_interval"),
            attribution="selective",
            methods=(),
        ),
        study=StudyPart(
            reference=reference(),
            nct_ids=("NCT01721772",),
            datasets=(),
            cohort_key="",
            system="patient",
            species=HUMAN,
            immune_competence="competent",
            stage="phase_3",
            stop_reason="",
        ),
        text=TextPart(
            author_claim="The objective response rate was higher with nivolumab.",
            claim_place="abstract",
            claim_place_detail="",
            summary="A randomised trial in untreated melanoma.",
            marker_panel="",
        ),
        curated_by=(Person(name="Carla Curator", orcid="0000-0002-1825-0097"),),
        reviewed_by=(Person(name="Edda Editor", orcid=""),),
    )
    return changed(made, **changes)


def changed(made: Any, **changes: Any) -> Any:
    """A copy of a document, or of a part of one, with some fields different."""
    flat: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        part, separator, rest = name.partition("__")
        if separator:
            nested.setdefault(part, {})[rest] = value
        else:
            flat[name] = value
    for part, inner in nested.items():
        flat[part] = changed(getattr(made, part), **inner)
    return replace(made, **flat)


def published(**changes: Any) -> Entry:
    """A published entry: the next accession, or the next version of the one named."""
    with transaction.atomic():
        accession = changes.pop("accession", None)
        if accession is None:
            accession = services.next_accession()
            version = 1
        else:
            version = Entry.objects.get(accession=accession).version + 1
        number = int(accession.partition(":")[2])
        defaults: Mapping[str, Any] = {"accession": accession, "version": version}
        if "study__reference" not in changes:
            defaults |= {"study__reference": reference(number)}
        # The whole reference goes in first, then single fields of it.
        fine = {name: value for name, value in changes.items() if name.startswith("study__reference__")}
        coarse = {name: value for name, value in changes.items() if name not in fine}
        made = changed(document(**{**defaults, **coarse}), **fine)
        return services.publish(made).entry
