"""What is to be said of one row of a table of records: read, judged by the rules, compared with what is here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from apps.accounts.models import User
from apps.literature.models import Reference

from ..content import Content
from ..models import BulkRow, Submission
from ..rules import Finding, blocking, check
from ..tables import cell_name
from ..workflow import OPEN, Verb
from .facts import facts_for

State = BulkRow.State
#: The rule that says that a field is empty, and the one that knows of the same claim elsewhere.
_REQUIRED, _DUPLICATE = "required", "duplicate"
_NO_PAPER = "Every record rests on a publication: give its PMID, DOI or PMCID."


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRead:
    """A row as the form reads it: ``problems`` by field; ``to_import`` names a publication that is not here."""

    content: Content
    problems: tuple[tuple[str, str], ...] = ()
    to_import: str = ""


#: Reads the texts of a row, by field. It is handed in: forms stand above services.
Reader = Callable[[Mapping[str, str]], RowRead]


def check_row(row: BulkRow, read: Reader, person: User) -> Content:
    """Set what is to be said of a row, whose upload is at hand; nothing is saved. Gives its content."""
    texts = {}
    problems: list[dict[str, str]] = []
    for place, name in enumerate(row.upload.fields):
        if not name:
            continue
        if fault := row.faults.get(str(place)):
            problems.append(_problem(row, name, fault))
        elif place < len(row.texts) and row.texts[place].strip():
            texts[name] = row.texts[place]
    found = read(texts)
    content = _with_heir(found.content)
    problems += [_problem(row, name, message) for name, message in found.problems]
    wrong = {problem["field"] for problem in problems}
    if content.reference is None and "reference" not in wrong:
        problems.append(_problem(row, "reference", _NO_PAPER))
        wrong.add("reference")
    findings = [
        finding
        for finding in check(content, facts_for(content))
        if not (finding.rule == _REQUIRED and finding.field in wrong)
    ]
    row.key = "" if problems else content.duplicate_key() or content.digest()
    row.to_import = found.to_import[:500]
    twins = [finding for finding in findings if finding.rule == _DUPLICATE and finding.severity == "error"]
    if earlier := _earlier(row):
        said = (
            f"Row {earlier.number} of this table says the same of the same publication. Say in the fields what differs."
        )
        problems.append(_problem(row, "target", said))
    if problems:
        row.state = State.REFUSED
    elif twins or (known := _known(row, content, person)):
        row.state = State.KNOWN
        told = [finding.message for finding in twins] or [f"{known} says the same already."]
        problems = [_problem(row, "", message) for message in told]
    else:
        row.state = State.UNFINISHED if blocking(findings, Verb.SUBMIT) else State.COMPLETE
    row.problems = problems
    row.findings = _told(finding for finding in findings if finding not in twins)
    return content


def _with_heir(content: Content) -> Content:
    """About the reference that stands for the named one, if that was merged into another."""
    reference = Reference.objects.standing_for(content.reference) if content.reference is not None else None
    return replace(content, reference=reference.pk if reference else None)


def _problem(row: BulkRow, name: str, message: str) -> dict[str, str]:
    fields: list[str] = row.upload.fields
    has_cell = name in fields and row.upload.kind != "json"
    cell = cell_name(fields.index(name), row.number) if has_cell else ""
    return {"field": name, "cell": cell, "message": message}


def _told(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [
        {"rule": one.rule, "field": one.field, "message": one.message, "mend": one.mend, "severity": one.severity}
        for one in findings
    ]


def _earlier(row: BulkRow) -> BulkRow | None:
    """A row further up that says the same and is taken."""
    if not row.key:
        return None
    same = BulkRow.objects.filter(upload=row.upload_id, key=row.key, number__lt=row.number)
    return same.exclude(state=State.REFUSED).order_by("number").first()


def _known(row: BulkRow, content: Content, person: User) -> str:
    """This person's own open submission that says the same: drafts are known to nobody else."""
    key = content.duplicate_key()
    same_claim = {"duplicate_key": key} if key else {"bulk_row__key": row.key}
    mine = Submission.objects.of_submitter(person).filter(status__in=OPEN, **same_claim)
    same = mine.order_by("pk").first()
    return f"Your submission {same.pk}" if same else ""
