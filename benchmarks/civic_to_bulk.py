"""CIViC's evidence as a table of records: ``python -m benchmarks.civic_to_bulk EVIDENCE.tsv[.gz] RECORDS.csv``.

What CIViC says is put into the columns of the template where both mean the same, and left as it stands
where the portal has to judge: a kind of evidence that it does not keep, a profile of several genes. Nothing
is guessed; what CIViC does not say, such as the part of the tumour, stays empty for the curator.
"""

import csv
import gzip
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

COLUMNS = (
    "note", "reference", "target", "component", "cancers", "intervention", "therapies", "therapy_relation", "outcome",
    "change", "evidence_type", "direction", "level", "system", "species", "nct_ids", "summary",
)  # fmt: skip

#: CIViC's kind of evidence, and what is significant about it → ours.
_KINDS = {
    ("Predictive", "Resistance"): "resistance",
    ("Predictive", "Adverse Response"): "safety",
    "Predictive": "predictive",
    "Prognostic": "prognostic",
    "Functional": "mechanistic",
    "Oncogenic": "mechanistic",
}
_OUTCOMES = {
    "Sensitivity/Response": ("response_rate", "increased"),
    "Reduced Sensitivity": ("response_rate", "decreased"),
    "Resistance": ("therapy_resistance", "increased"),
    "Adverse Response": ("toxicity", "increased"),
    "Better Outcome": ("overall_survival", "increased"),
    "Poor Outcome": ("overall_survival", "decreased"),
    "Oncogenicity": ("tumour_growth", "increased"),
}
_DIRECTIONS = {"Supports": "supports", "Does Not Support": "contradicts"}
#: D is anything before patients; which of ours that is, the paper tells.
_LEVELS = {"A": "A", "B": "B", "C": "C", "E": "E"}
_IN_PATIENTS = frozenset("ABC")
_RELATIONS = {"Combination": "combination", "Sequential": "sequential", "Substitutes": "substitutes"}
_PARTS = re.compile(r"(?:^|\s+)(?:AND|OR|NOT)(?=\s)|[()]")
_LIKE_PATIENTS = "Homo sapiens"


def read(path: Path) -> Iterator[dict[str, str]]:
    """The rows of CIViC's file, which quotes nothing."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def converted(row: dict[str, str]) -> dict[str, str]:
    """One item of CIViC's evidence by the columns of the template."""
    kind, significance, level = row["evidence_type"], row["significance"], row["evidence_level"]
    ours = _KINDS.get((kind, significance)) or _KINDS.get(kind) or kind
    outcome, change = _OUTCOMES.get(significance, ("", ""))
    if row["evidence_direction"] == "Does Not Support" and change:
        change = "unchanged"
    therapies = [name.strip() for name in row["therapies"].split(",") if name.strip()]
    in_patients = level in _IN_PATIENTS
    return {
        "note": f"CIViC {row['evidence_id']}",
        "reference": f"PMID:{row['citation_id']}" if row["source_type"] == "PubMed" else row["citation"],
        "target": "; ".join(genes(row["molecular_profile"])),
        "component": "malignant_cells",
        "cancers": f"DOID:{row['doid']}" if row["doid"] else row["disease"],
        "intervention": "none" if ours == "prognostic" else "",
        "therapies": "; ".join(therapies),
        "therapy_relation": _RELATIONS.get(row["therapy_interaction_type"], "single" if len(therapies) == 1 else ""),
        "outcome": outcome,
        "change": change,
        "evidence_type": ours,
        "direction": _DIRECTIONS.get(row["evidence_direction"], ""),
        "level": _LEVELS.get(level, ""),
        "system": "patient" if in_patients else "",
        "species": _LIKE_PATIENTS if in_patients else "",
        "nct_ids": "; ".join(row["nct_ids"].split(",")),
        "summary": row["evidence_statement"],
    }


def genes(profile: str) -> list[str]:
    """The genes that a molecular profile names: “EML4::ALK Fusion AND ALK L1196M” → EML4, ALK."""
    firsts = [part.split()[0] for part in _PARTS.split(profile) if part.strip()]
    if not firsts:
        return []
    # In brackets stands the change as a formula, not another gene.
    named = [gene for first in firsts if not first.startswith(("c.", "p.")) for gene in first.split("::")]
    return list(dict.fromkeys(gene for gene in named if gene != "v"))


def reasons(problems: Iterable[dict[str, str]]) -> Counter[str]:
    """How often each thing is said, whatever the names in it."""
    return Counter(
        f"{one['field']}: {re.sub('“[^”]*”', '“…”', one['message']).split(' Did you mean')[0]}" for one in problems
    )


def write(rows: Iterable[dict[str, str]], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow(converted(row))
            count += 1
    return count


if __name__ == "__main__":
    source, goal = map(Path, sys.argv[1:3])
    print(f"{write(read(source), goal):,} rows written to {goal}")
