"""``make bench``: how long the picker of terms takes to answer, with 100,000 terms.

Every query goes through the whole view, as a person's browser asks it. Prints a table and writes
``benchmarks/results/term_search.json``.
"""

import json
import os
from argparse import ArgumentParser

from .sandbox import ROOT, child, sandbox

RESULTS = ROOT / "benchmarks" / "results" / "term_search.json"
TERMS = 100_000
#: What both the median and the worst of each kind of query may take, in milliseconds.
GOAL = 50


def main() -> None:
    options = ArgumentParser(description=__doc__)
    options.add_argument("--terms", type=int, default=TERMS)
    asked = options.parse_args()
    with sandbox() as environment:
        child(environment, "fill_terms", asked.terms)
        kinds = child(environment, "search_terms", asked.terms)
    RESULTS.parent.mkdir(exist_ok=True)
    told = {"terms": asked.terms, "goal_milliseconds": GOAL, "cores": os.cpu_count(), "kinds": kinds}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n")
    print(f"Looking for one of {asked.terms:,} terms, in milliseconds (goal: {GOAL})")
    for name, figures in kinds.items():
        said = "" if figures["worst"] <= GOAL else f"  above the goal: “{figures['slowest']}”"
        print(f"  {name:<15} median {figures['median']:5.1f}   worst {figures['worst']:5.1f}{said}")


if __name__ == "__main__":
    main()
