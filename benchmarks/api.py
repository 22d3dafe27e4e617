"""``make bench``: the public API over a catalogue of 1,000,000 entries, against the plain ways to serve it.

Every ratio is of medians of one run of this program, the two in turn, on the same server with the same workers and
connections. Before each turn of the portal the catalogue counts a change, so that nothing kept from the turn before
helps. Prints a table and writes ``benchmarks/results/api.json``. ``--entries 10000`` is for trying; with
``--data FOLDER`` the catalogues stay there, and are not filled again the next time.
"""

import base64
import json
import os
import random
import signal
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from . import exports, load
from .load import Figures
from .sandbox import ROOT, child, sandbox
from .serving import Server, another_database, database_of, served

RESULTS = ROOT / "benchmarks" / "results" / "api.json"
ENTRIES, SMALL, TINY = 1_000_000, 10_000, 1_000
MOST_RANKED = 1_000
#: The name of each ratio, its goal, and what it is of what.
GOALS: dict[str, tuple[str, str]] = {
    "page_to_bare": ("≥ 0.8", "pages of 100 by target, as often as readers ask for each / bare psycopg, requests/s"),
    "page_to_drf": ("≥ 20", "the same / plain REST framework, requests/s"),
    "unkept_page_to_bare": ("", "pages of 100 by target, none asked for twice / bare psycopg, requests/s"),
    "unkept_page_to_drf": ("", "the same / plain REST framework, requests/s"),
    "one_to_bare": ("≥ 0.5", "one entry, none asked for twice / bare psycopg, requests/s"),
    "not_modified_to_empty": ("≥ 0.9", "304 / an empty Django view without middleware, requests/s"),
    "last_page_to_first": ("≤ 1.1", "a page at the end of all entries / at their beginning, time"),
    "large_to_small": ("≤ 1.2", f"a page of the whole catalogue / of one of {SMALL:,} entries, time"),
    "search_to_sql": ("≤ 2", "ranked full-text search / its hand-written SQL, time"),
    "search_p95": ("≤ 150", "ranked full-text search, 95th percentile, ms"),
    "facets_to_sql": ("≤ 2", "facets, all and of one level / their hand-written SQL, time"),
    "ndjson_to_copy": ("≥ 0.9", "export of everything as NDJSON / psql COPY to nowhere, entries/s"),
    "gzip_to_copy": ("≥ 0.8", "the same, packed / psql COPY to nowhere, entries/s"),
    "parquet_to_copy": ("≤ 2", "export of everything as Parquet / psql COPY to nowhere, time"),
    "export_megabytes": ("≤ 200", "memory of a web process during these exports, above idle, MB"),
    "publish_to_tiny": ("≤ 1.2", f"publishing one entry / in a catalogue of {TINY:,} entries, time"),
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured with."""

    entries: int
    rounds: int
    environment: Mapping[str, str]
    small: Mapping[str, str]
    tiny: Mapping[str, str]

    def count_a_change(self) -> None:
        """As a publication does: nothing that was kept holds any longer."""
        for environment in (self.environment, self.small):
            with psycopg.connect(environment.get("DATABASE_URL") or database_of(environment)) as connection:
                connection.execute("UPDATE catalogue_revision SET sequence = sequence + 1")
        time.sleep(0.3)


def main() -> None:
    options = ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=ENTRIES)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--check", action="store_true", help="first prove the catalogue equal to a rebuild (slow)")
    options.add_argument("--data", type=Path, help="keep the catalogues in this folder, or use those that are there")
    asked = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left of it
    begun = time.perf_counter()
    with sandbox(asked.data) as environment:
        small, tiny = another_database(environment, "small"), another_database(environment, "tiny")
        filled = 0
        for own, count in ((tiny, TINY), (small, min(SMALL, asked.entries)), (environment, asked.entries)):
            say(f"A catalogue of {count:,} entries")
            filled = child(own, "fill_catalogue", count)["bytes"]
            if asked.check:
                say(str(child(own, "check_catalogue")))
        bench = Bench(asked.entries, asked.rounds, environment, small, tiny)
        figures = measured(bench)
    told = {name: round(value, 3) for name, value in ratios(figures).items()}
    RESULTS.parent.mkdir(exist_ok=True)
    facts = {
        "ratios": told,
        "goals": {name: goal for name, (goal, _) in GOALS.items() if goal},
        "figures": figures,
        "entries": asked.entries,
        "bytes": filled,
        "rounds": asked.rounds,
        "cores": os.cpu_count(),
        "seconds": round(time.perf_counter() - begun),
    }
    RESULTS.write_text(json.dumps(facts, indent=2) + "\n")
    show(told)


# --- measuring ----------------------------------------------------------------------------------


def measured(bench: Bench) -> dict[str, dict[str, float]]:
    """The figures of everything, by name: requests per second, median and 95th percentile in milliseconds."""
    figures: dict[str, dict[str, float]] = {}
    with (
        served(bench.environment, "tmeportal.wsgi:application") as portal,
        served(bench.small, "tmeportal.wsgi:application") as small,
        served(
            bench.environment | {"BENCH_MOST_RANKED": str(MOST_RANKED)}, "benchmarks.plain_ways:bare", ready="/ready/"
        ) as bare,
        served(bench.environment, "benchmarks.plain_django:application", ready="/empty/") as plain,
    ):
        idle = portal.megabytes()
        exports.read_all(bench.environment)  # PostgreSQL has been running for a while, so to speak
        for part in (_pages, _entries, _places, _words, _facets):
            figures |= part(bench, portal, small, bare, plain)
        figures |= exports.measured(bench.environment, portal, rounds=min(bench.rounds, 3), idle=idle)
    return figures | _publishing(bench)


def in_turn(bench: Bench, **runs: Callable[[int], Figures]) -> dict[str, dict[str, float]]:
    """Every run once in each round, in another order each time; the median of each over the rounds."""
    found: dict[str, list[Figures]] = {name: [] for name in runs}
    for number in range(bench.rounds):
        names = list(runs) if number % 2 else list(reversed(runs))
        for name in names:
            bench.count_a_change()
            one = runs[name](number)
            if set(one.statuses) - {200, 304}:
                raise RuntimeError(f"{name} was answered {dict(one.statuses)}")
            found[name].append(one)
    told = {
        name: {
            "rate": statistics.median(one.rate for one in all_of_it),
            "median": statistics.median(one.median for one in all_of_it),
            "p95": statistics.median(one.p95 for one in all_of_it),
        }
        for name, all_of_it in found.items()
    }
    for name, values in told.items():
        say(f"  {name}: " + ", ".join(f"{value:,.2f} {kind}" for kind, value in values.items()))
    return told


def _pages(bench: Bench, portal: Server, _: Server, bare: Server, plain: Server) -> dict[str, Any]:
    from . import entries

    about = entries.Choice.falling([one["id"] for one in entries.targets()], 20)

    def asked(number: int, count: int) -> list[str]:
        return about.some(random.Random(number), count)

    def distinct(number: int, count: int) -> list[str]:
        return random.Random(number).sample(list(about.values)[:1200], min(count, len(about.values)))

    def of_portal(choose: Callable[[int, int], list[str]], count: int) -> Callable[[int], Figures]:
        path = "/api/v1/entries/?page_size=100&target="
        return lambda number: load.drive(
            portal.port, [load.request(f"{path}{one}", portal.port) for one in choose(number, count)]
        )

    def of(server: Server, path: str, choose: Callable[[int, int], list[str]], count: int) -> Callable[[int], Figures]:
        return lambda number: load.drive(
            server.port, [load.request(path.format(one), server.port) for one in choose(number, count)]
        )

    return in_turn(
        bench,
        page=of_portal(asked, 1500),
        page_bare=of(bare, "/page/{}", asked, 1500),
        page_drf=of(plain, "/drf/{}/", asked, 100),
        unkept_page=of_portal(distinct, 600),
        unkept_page_bare=of(bare, "/page/{}", distinct, 600),
    )


def _entries(bench: Bench, portal: Server, _: Server, bare: Server, plain: Server) -> dict[str, Any]:
    from . import entries

    def some(number: int) -> list[str]:
        count = min(1500, bench.entries)
        return [entries.accession_of(one) for one in random.Random(number).sample(range(1, bench.entries + 1), count)]

    known = [f"/api/v1/entries/{one}/" for one in some(99)[:100]]
    known += [f"/api/v1/entries/?page_size=100&target={one['id']}" for one in entries.targets()[:100]]

    def conditional(number: int) -> Figures:
        tags = {path: load.answer(portal.port, load.request(path, portal.port))[1]["etag"] for path in known}
        asked = random.Random(number).choices(known, k=4000)
        return load.drive(portal.port, [load.request(path, portal.port, If_None_Match=tags[path]) for path in asked])

    return in_turn(
        bench,
        one=lambda n: load.drive(
            portal.port, [load.request(f"/api/v1/entries/{one}/", portal.port) for one in some(n)]
        ),
        one_bare=lambda n: load.drive(bare.port, [load.request(f"/one/{one}", bare.port) for one in some(n)]),
        not_modified=conditional,
        empty=lambda _: load.drive(plain.port, [load.request("/empty/", plain.port)] * 4000),
    )


def _places(bench: Bench, portal: Server, small: Server, *_: Server) -> dict[str, Any]:
    def pages(server: Server, first: int, last: int) -> Callable[[int], Figures]:
        def run(number: int) -> Figures:
            chance = random.Random(number)
            cursors = [_cursor(chance.randint(first, last)) for _ in range(400)]
            path = "/api/v1/entries/?page_size=100&cursor="
            return load.drive(server.port, [load.request(f"{path}{one}", server.port) for one in cursors])

        return run

    most, width = min(SMALL, bench.entries) - 200, bench.entries // 10
    return in_turn(
        bench,
        first_page=pages(portal, 0, width),
        last_page=pages(portal, bench.entries - 200 - width, bench.entries - 200),
        page_of_all=pages(portal, 0, bench.entries - 200),
        page_of_small=pages(small, 0, most),
    )


def _cursor(sequence: int) -> str:
    """Where the page after this entry begins (see ``core.keyset``)."""
    text = json.dumps(["changed", 0, sequence], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _words(bench: Bench, portal: Server, _: Server, bare: Server, *__: Server) -> dict[str, Any]:
    from . import entries

    def queries(number: int) -> list[str]:
        chance = random.Random(number)
        return ["%20".join(entries.words().some(chance, chance.choice((1, 2)))) for _ in range(120)]

    path = "/api/v1/entries/?page_size=25&ordering=relevance&q="
    return in_turn(
        bench,
        search=lambda n: load.drive(portal.port, [load.request(path + one, portal.port) for one in queries(n)]),
        search_sql=lambda n: load.drive(bare.port, [load.request(f"/search/{one}", bare.port) for one in queries(n)]),
    )


def _facets(bench: Bench, portal: Server, _: Server, bare: Server, *__: Server) -> dict[str, Any]:
    levels = ("", "A", "D1")

    def of(server: Server, every: str, path: str) -> Callable[[int], Figures]:
        # One at a time: what it costs, not what it costs to wait.
        asked = [load.request(path + level if level else every, server.port) for level in levels]
        return lambda _: load.drive(server.port, asked, connections=1)

    return in_turn(
        bench,
        facets=of(portal, "/api/v1/facets/", "/api/v1/facets/?level="),
        facets_sql=of(bare, "/facets/", "/facets/"),
    )


def _publishing(bench: Bench) -> dict[str, Any]:
    taken: dict[str, list[float]] = {"publish": [], "publish_tiny": []}
    for number in range(bench.rounds):
        for name, environment in (("publish", bench.environment), ("publish_tiny", bench.tiny)):
            # The same documents in both, but for their numbers: about the same targets.
            taken[name] += child(environment, "publish", bench.entries + number * 40 + 1, 40)["milliseconds"]
    told = {
        name: {"median": statistics.median(each), "p95": sorted(each)[int(len(each) * 0.95)]}
        for name, each in taken.items()
    }
    say(f"  {told}")
    return told


# --- telling ------------------------------------------------------------------------------------


def ratios(of: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Each ratio of ``GOALS`` by its name."""

    def rates(one: str, other: str) -> float:
        return of[one]["rate"] / of[other]["rate"]

    def times(one: str, other: str) -> float:
        return of[one]["median"] / of[other]["median"]

    return {
        "page_to_bare": rates("page", "page_bare"),
        "page_to_drf": rates("page", "page_drf"),
        "unkept_page_to_bare": rates("unkept_page", "unkept_page_bare"),
        "unkept_page_to_drf": rates("unkept_page", "page_drf"),
        "one_to_bare": rates("one", "one_bare"),
        "not_modified_to_empty": rates("not_modified", "empty"),
        "last_page_to_first": times("last_page", "first_page"),
        "large_to_small": times("page_of_all", "page_of_small"),
        "search_to_sql": times("search", "search_sql"),
        "search_p95": of["search"]["p95"],
        "facets_to_sql": rates("facets_sql", "facets"),
        "ndjson_to_copy": rates("ndjson", "copy"),
        "gzip_to_copy": rates("gzip", "copy"),
        "parquet_to_copy": rates("copy", "parquet"),
        "export_megabytes": of["export"]["megabytes"],
        "publish_to_tiny": times("publish", "publish_tiny"),
    }


def show(told: Mapping[str, float]) -> None:
    for name, (goal, meaning) in GOALS.items():
        print(f"{told[name]:>10,.3f}  {meaning}{f'  goal {goal}: {_verdict(told[name], goal)}' if goal else ''}")


def _verdict(value: float, goal: str) -> str:
    sign, _, bound = goal.partition(" ")
    return "met" if (value <= float(bound) if sign == "≤" else value >= float(bound)) else "missed"


def say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
