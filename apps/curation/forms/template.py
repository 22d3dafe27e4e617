"""Tables of records to be filled in, to be put right, or to be kept: all of one form, and all read back alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from ..models import BulkRow, BulkUpload, Submission
from ..tables import Choice, written_csv, written_workbook
from .columns import BY_NAME, COLUMNS, ERRORS, NOTE, Column
from .content import ANSWER_PREFIX, stored_texts
from .guidance import SECTIONS

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

#: A row as it should look; a test reads it.
EXAMPLE: Mapping[str, str] = {
    "reference": "PMID:25428505",
    "system": "syngeneic",
    "species": "Mus musculus",
    "immune_competence": "competent",
    "stage": "preclinical",
    "target": "CSF1R",
    "compartment": "stroma",
    "component": "immune_cells",
    "cell_types": "macrophage; CL:0000084",
    "cancers": "pancreatic ductal adenocarcinoma",
    "mechanisms": "myeloid; immune_checkpoint",
    "role": "pro_tumour",
    "intervention": "inhibit",
    "therapies": "pexidartinib",
    "therapy_relation": "single",
    "outcome": "tumour_growth",
    "change": "decreased",
    "effect_value": "0.58",
    "effect_measure": "HR",
    "ci_low": "0.41",
    "ci_high": "0.82",
    "p_value": "0.002",
    "sample_size": "24",
    "evidence_type": "therapeutic",
    "direction": "supports",
    "level": "D1",
    "quality": "controls; replication",
    "attribution": "systemic_cell_readout",
    "methods": "flow cytometry evidence",
    "summary": "Blocking CSF1R depleted macrophages and slowed the growth of orthotopic tumours.",
}
_MARK = "Example: this row is not read. Delete it, or leave it."
_NOTE_HELP = "For your own use; it is not read. A row whose note begins with “Example” is left out."

_INSTRUCTIONS = (
    ("How to fill in this table",),
    ("",),
    ("One row is one record: one claim about one target, from one publication, with one outcome, in one system.",),
    ("Fill in what you know. A row that lacks something becomes a draft, which you finish on the portal.",),
    ("The publication has to be on the portal already; where it is not, the portal offers to import it.",),
    ("Name terms and targets by name, synonym or id. Separate several with “;”.",),
    ("Choices may be written as their code or their wording. Columns may be left out, or stand in another order.",),
    ("Type values, not formulas: formulas are not computed.",),
    ("Send the table on the portal under “Workbench”, “Records from a table”. You see first what it would do.",),
    ("",),
    ("Column", "Name", "What to write", "Values"),
)


def template(kind: str) -> bytes:
    """The empty template with its example, as CSV or as a workbook that offers the choices."""
    names = [NOTE, *BY_NAME]
    example = [_MARK, *(_in_words(BY_NAME[name], EXAMPLE.get(name, "")) for name in BY_NAME)]
    return _written(kind, names, [names, example])


def exported(kind: str, submissions: Iterable[Submission]) -> bytes:
    """Submissions in the form of the template; sent again, each is known by what it says."""
    names = [NOTE, *BY_NAME]
    return _written(kind, names, chain([names], (texts_of(each) for each in submissions)))


def with_errors(kind: str, upload: BulkUpload, rows: Iterable[BulkRow]) -> bytes:
    """Rows as they were sent, with what is wrong with each in a last column, to be put right and sent again."""
    header: list[str] = upload.header
    kept = [place for place, head in enumerate(header) if head.strip().lower() != ERRORS]
    names = [upload.fields[place] for place in kept]
    lines = (
        [*(row.texts[place] if place < len(row.texts) else "" for place in kept), "\n".join(complaints(row))]
        for row in rows
    )
    return _written(kind, [*names, ERRORS], chain([[*(header[place] for place in kept), ERRORS]], lines))


def complaints(row: BulkRow) -> Iterator[str]:
    """What is to be said of a row, a line each."""
    for problem in row.problems:
        yield ": ".join(filter(None, [_place(problem), problem["message"]]))
    for finding in row.findings:
        yield f"{_label(finding['field'])}: {finding['message']} {finding['mend']}".removeprefix(": ").strip()


def _place(problem: Mapping[str, str]) -> str:
    return " ".join(filter(None, [problem["cell"], _label(problem["field"])]))


def _label(name: str) -> str:
    return BY_NAME[name].label if name in BY_NAME else ""


def _written(kind: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    if kind == "csv":
        return written_csv(rows)
    choices = [_choice(name) for name in names]
    return written_workbook(rows, choices, chain(_INSTRUCTIONS, _explained()))


def _choice(name: str) -> Choice | None:
    if name == NOTE:
        return Choice("Note", _NOTE_HELP)
    column = BY_NAME.get(name)
    if column is None:
        return None
    several = " Separate several with “;”." if column.codes and column.several else ""
    return Choice(column.label, column.help + several, column.wordings, strict=not column.several)


def _explained() -> Iterator[Sequence[str]]:
    yield NOTE, "Note", _NOTE_HELP, ""
    group = ""
    for column in COLUMNS:
        if column.group != group:
            group = column.group
            yield ("",)
            if group:
                yield (SECTIONS[group].title, "", SECTIONS[group].lead)
        values = "; ".join(f"{wording} ({code})" for code, wording in column.codes)
        yield column.name, column.label, column.help, values


def texts_of(submission: Submission) -> list[str]:
    texts: dict[str, Any] = stored_texts(submission)
    answers = {f"{ANSWER_PREFIX}{rule}": answer for rule, answer in submission.answers.items()}
    mark = f"Submission {submission.pk}, {submission.get_status_display().lower()}"
    values = {**texts, **answers}
    return [mark, *(_in_words(column, values.get(column.name, "")) for column in COLUMNS)]


def _in_words(column: Column, text: str | list[str]) -> str:
    """Codes by their wording, as the drop-downs have them."""
    wording = dict(column.codes)
    parts = text if isinstance(text, list) else text.split("; ") if column.codes and column.several else [text]
    return "; ".join(wording.get(part, part) for part in parts)
