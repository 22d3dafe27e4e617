"""``make bench``: importing references, against pubmed_parser that only parses, and against a plain walk.

Every ratio is of medians of one run of this program, the measurements in turn, each in a fresh process.
Prints a table and writes ``benchmarks/results/import.json``. ``--large`` adds the file of 300,000.
"""

import json
import os
import statistics
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from . import citation_files, pubmed_file
from .sandbox import ROOT, child, sandbox

RESULTS = ROOT / "benchmarks" / "results" / "import.json"
CITATIONS = 30_000
SMALL, LARGE = 3_000, 300_000
RECORDS = 10_000
#: The name of each ratio, what it may be at most, and what it is of what.
GOALS = {
    "end_to_end_to_pubmed_parser": (0.45, "first import, end to end / pubmed_parser parsing the same file"),
    "again_to_pubmed_parser": (0.40, "the same file again / pubmed_parser parsing it"),
    "cost_per_citation_large_to_small": (1.10, f"a citation of the largest file / one of {SMALL:,}"),
    "peak_megabytes": (60, "peak memory above the idle worker, MB"),
    "end_to_end_to_lxml_walk": (None, "first import, end to end / lxml walking over the file"),
    "ris_records_per_second": (None, f"{RECORDS:,} RIS records, end to end"),
    "bibtex_records_per_second": (None, f"{RECORDS:,} BibTeX records, end to end"),
}


def main() -> None:
    options = ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--large", action="store_true", help=f"a file of {LARGE:,} citations too (some minutes)")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="tme-bench-files-") as folder, sandbox() as environment:
        seconds, megabytes = measured(Path(folder), environment, asked.rounds, large=asked.large)
    told = ratios(seconds, megabytes)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps({"ratios": told, "seconds": seconds, "rounds": asked.rounds, "cores": os.cpu_count()}, indent=2)
        + "\n"
    )
    show(told)


def measured(
    folder: Path, environment: dict[str, str], rounds: int, *, large: bool
) -> tuple[dict[str, list[float]], list[float]]:
    """The seconds of every measurement, by name; and the megabytes that each first import took."""
    middle = pubmed_file.write(folder / "middle.xml.gz", CITATIONS)
    small = pubmed_file.write(folder / "small.xml.gz", SMALL)
    texts = {name: citation_files.write(folder / name, name, RECORDS) for name in citation_files.WRITERS}
    seconds: dict[str, list[float]] = {}
    megabytes: list[float] = []

    def note(name: str, result: dict[str, Any]) -> dict[str, Any]:
        seconds.setdefault(name, []).append(result["seconds"])
        print(f"  {name}: {result['seconds']:.2f} s", file=sys.stderr)
        return result

    for number in range(rounds):
        print(f"Round {number + 1} of {rounds}", file=sys.stderr)
        note("parse", child(environment, "parse", middle))
        child(environment, "clear")
        megabytes.append(note("first", child(environment, "run", middle))["megabytes"])
        note("again", child(environment, "run", middle))
        note("walk", child(environment, "walk", middle))
        child(environment, "clear")
        note("small", child(environment, "run", small))
        for name, path in texts.items():
            child(environment, "clear")
            note(name, child(environment, "run", path))
    if large:
        path = pubmed_file.write(folder / "large.xml.gz", LARGE)
        child(environment, "clear")
        megabytes.append(note("large", child(environment, "run", path))["megabytes"])
    return seconds, megabytes


def ratios(seconds: dict[str, list[float]], megabytes: list[float]) -> dict[str, float]:
    """Each ratio of ``GOALS`` by its name."""
    median = {name: statistics.median(values) for name, values in seconds.items()}
    largest = median["large"] / LARGE if "large" in median else median["first"] / CITATIONS
    found = {
        "end_to_end_to_pubmed_parser": median["first"] / median["parse"],
        "again_to_pubmed_parser": median["again"] / median["parse"],
        "cost_per_citation_large_to_small": largest / (median["small"] / SMALL),
        "peak_megabytes": max(megabytes),
        "end_to_end_to_lxml_walk": median["first"] / median["walk"],
        "ris_records_per_second": RECORDS / median["ris"],
        "bibtex_records_per_second": RECORDS / median["bibtex"],
    }
    return {name: round(value, 3) for name, value in found.items()}


def show(told: dict[str, float]) -> None:
    for name, (goal, meaning) in GOALS.items():
        verdict = "" if goal is None else f"  goal ≤ {goal}: {'met' if told[name] <= goal else 'missed'}"
        print(f"{told[name]:>10,.3f}  {meaning}{verdict}")


if __name__ == "__main__":
    main()
