"""RIS and BibTeX files for the benchmarks: invented, always the same for the same number."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

WORDS = [
    "stroma",
    "macrophage",
    "fibroblast",
    "hypoxia",
    "vessel",
    "matrix",
    "checkpoint",
    "cytokine",
    "margin",
    "response",
    "tumour",
    "cohort",
]


def _record(number: int) -> dict[str, str]:
    chance = random.Random(number)
    title = " ".join(chance.choices(WORDS, k=12)).capitalize()
    abstract = " ".join(f"{' '.join(chance.choices(WORDS, k=15)).capitalize()}." for _ in range(12))
    return {"title": title, "abstract": abstract, "doi": f"10.5555/bench.{number}", "year": str(1990 + number % 35)}


def ris(number: int) -> str:
    said = _record(number)
    authors = "".join(f"AU  - Author{n}, A. B.\n" for n in range(6))
    return (
        f"TY  - JOUR\n{authors}TI  - {said['title']}\nJF  - Journal of Invented Findings\nPY  - {said['year']}\n"
        f"VL  - 12\nIS  - 3\nSP  - 100\nEP  - 110\nDO  - {said['doi']}\nAB  - {said['abstract']}\nER  - \n\n"
    )


def bibtex(number: int) -> str:
    said = _record(number)
    authors = " and ".join(f"Author{n}, A. B." for n in range(6))
    return (
        f"@article{{key{number},\n  author = {{{authors}}},\n  title = {{{said['title']}}},\n"
        f"  journal = {{Journal of Invented Findings}},\n  year = {{{said['year']}}},\n  volume = {{12}},\n"
        f"  number = {{3}},\n  pages = {{100--110}},\n  doi = {{{said['doi']}}},\n"
        f"  abstract = {{{said['abstract']}}}\n}}\n\n"
    )


WRITERS: dict[str, Callable[[int], str]] = {"ris": ris, "bibtex": bibtex}


def write(path: Path, name: str, count: int) -> Path:
    """A file of so many records in the format of that name."""
    path.write_text("".join(_records(name, count)))
    return path


def _records(name: str, count: int) -> Iterator[str]:
    return (WRITERS[name](number) for number in range(count))
