"""The seeds as files in a folder, read into frozen values; ``seeds/README.md`` describes the format.

    terms/<vocabulary>.tsv   targets.tsv   references.toml   records.toml

Nothing here touches the database. Whatever is wrong with a file is refused with its name and place.
"""

import csv
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from apps.core.exceptions import Refused
from apps.literature.choices import Source
from apps.literature.formats import Citation
from apps.literature.formats.citation import Author
from apps.vocabularies.choices import Vocabulary
from apps.vocabularies.sources import TargetData, TermData

from .content import FIELD_NAMES, Content

Row = dict[str, str]
Made = TypeVar("Made")

IDENTIFIERS = ("uniprot", "ncbigene", "ensembl")
_NUMBERS = ("effect_value", "ci_low", "ci_high")
_CITED = ("doi", "pmcid", "title", "journal", "year", "volume", "issue", "pages", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRecord:
    """One record: its own name for good, where its facts were read, and the fields of its content."""

    id: str
    source: str
    pmid: int
    fields: dict[str, Any] = field(default_factory=dict)

    def content(self, reference: int | None) -> Content:
        """The content, with the publication under the number that the portal gave it."""
        return Content(**self.fields, reference=reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    terms: tuple[TermData, ...]
    targets: tuple[TargetData, ...]
    citations: tuple[Citation, ...]
    records: tuple[SeedRecord, ...]


def read_seeds(folder: Path) -> Seeds:
    """Everything in ``folder``; ``Refused`` with a line that says what is wrong and where."""
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}.", code="missing")
    files = sorted((folder / "terms").glob("*.tsv"))
    seeds = Seeds(
        terms=tuple(term for file in files for term in _rows(file, _term_of(file))),
        targets=tuple(_rows(folder / "targets.tsv", _target)),
        citations=tuple(_blocks(folder / "references.toml", "reference", "pmid", _citation)),
        records=tuple(_blocks(folder / "records.toml", "record", "id", _record)),
    )
    known = {citation.pmid for citation in seeds.citations}
    for record in seeds.records:
        if record.pmid not in known:
            raise Refused(f"records.toml: {record.id} rests on PMID {record.pmid}, which references.toml lacks.")
    return seeds


def _rows(file: Path, made: Callable[[Row], Made]) -> Iterator[Made]:
    """One value for each line of a tab-separated file with a head line; lists are parted by ``|``."""
    with _opened(file) as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
        seen: set[str] = set()
        for row in reader:
            place = f"{file.name}, line {reader.line_num}"
            if None in row or None in row.values():
                raise Refused(f"{place}: the number of columns is not that of the head line.")
            if row["curie"] in seen:
                raise Refused(f"{place}: {row['curie']} stands there twice.")
            seen.add(row["curie"])
            yield _made(place, made, row)


def _blocks(file: Path, kind: str, key: str, made: Callable[[dict[str, Any]], Made]) -> Iterator[Made]:
    """One value for each ``[[kind]]`` of a TOML file."""
    with _opened(file) as text:
        try:
            blocks = tomllib.loads(text.read(), parse_float=Decimal).get(kind, [])
        except tomllib.TOMLDecodeError as error:
            raise Refused(f"{file.name}: {error}.") from None
    seen: set[Any] = set()
    for number, block in enumerate(blocks, start=1):
        name = block.get(key)
        place = f"{file.name}, {name or f'{kind} number {number}'}"
        if name is None or name in seen:
            raise Refused(f"{place}: {f'the {key} is missing' if name is None else f'this {key} is there twice'}.")
        seen.add(name)
        yield _made(place, made, dict(block))


def _opened(file: Path) -> Any:
    try:
        return file.open(encoding="utf-8", newline="")
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.", code="missing") from None


def _made(place: str, made: Callable[[Any], Made], source: Any) -> Made:
    try:
        return made(source)
    except (KeyError, TypeError, ValueError) as error:
        said = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise Refused(f"{place}: {said}.") from None


def _term_of(file: Path) -> Callable[[Row], TermData]:
    if file.stem not in Vocabulary.values:
        raise Refused(f"{file.name}: there is no vocabulary “{file.stem}”.")

    def term(row: Row) -> TermData:
        return TermData(
            curie=row["curie"],
            vocabulary=file.stem,
            label=row["label"],
            synonyms=_list(row["synonyms"]),
            parents=_list(row["parents"]),
            source=row["source"],
        )

    return term


def _target(row: Row) -> TargetData:
    return TargetData(
        curie=row["curie"],
        symbol=row["symbol"],
        name=row["name"],
        classes=_list(row["classes"]),
        components=_list(row["components"]),
        synonyms=_list(row["synonyms"]),
        former_symbols=_list(row["former_symbols"]),
        identifiers=tuple((resource, row[resource]) for resource in IDENTIFIERS if row[resource]),
        cell_types=_list(row["cell_types"]),
        therapies=_list(row["therapies"]),
    )


def _citation(block: dict[str, Any]) -> Citation:
    authors = [_author(name) for name in block.get("authors", ())]
    authors += [Author(collective=name) for name in block.get("groups", ())]
    optional = {"type": "reference_type", "retraction": "retraction_state"}
    return Citation(
        position=0,
        source=Source.SEED,
        pmid=block["pmid"],
        authors=tuple(authors),
        nct_ids=tuple(block.get("nct_ids", ())),
        **{name: block[name] for name in _CITED if name in block},
        **{name: block[key] for key, name in optional.items() if key in block},
    )


def _author(name: str) -> Author:
    family, _, given = name.partition(", ")
    return Author(family=family, given=given)


def _record(block: dict[str, Any]) -> SeedRecord:
    name, source, pmid = block.pop("id"), block.pop("source"), block.pop("reference")
    unknown = sorted(block.keys() - set(FIELD_NAMES))
    if unknown:
        raise ValueError(f"there is no field {unknown[0]}")
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in block.items()}
    fields |= {key: Decimal(fields[key]) for key in _NUMBERS if key in fields}
    if "answers" in fields:
        fields["answers"] = tuple(sorted(fields["answers"].items()))
    return SeedRecord(id=name, source=source, pmid=pmid, fields=fields)


def _list(cell: str) -> tuple[str, ...]:
    return tuple(_parts(cell.split("|")))


def _parts(parts: Iterable[str]) -> Iterator[str]:
    return (part.strip() for part in parts if part.strip())
