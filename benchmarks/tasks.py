"""What is measured, each in a process of its own: ``python -m benchmarks.tasks TASK ARGUMENTS…`` prints JSON.

Starting Python and importing libraries is not part of any time.
"""

import gzip
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def parse(path: str) -> dict[str, Any]:
    """pubmed_parser only parsing a file."""
    import pubmed_parser

    start = time.perf_counter()
    records = sum(1 for _ in pubmed_parser.parse_medline_xml(path))
    return {"seconds": time.perf_counter() - start, "records": records}


def walk(path: str) -> dict[str, Any]:
    """lxml walking over a file, looking at nothing."""
    from lxml import etree

    start = time.perf_counter()
    records = 0
    with gzip.open(path, "rb") as file:
        for _, element in etree.iterparse(file, tag="PubmedArticle"):
            records += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return {"seconds": time.perf_counter() - start, "records": records}


def run(path: str) -> dict[str, Any]:
    """A whole import, from handing in the file to the finished run, as a worker does it."""
    _set_up()
    from apps.literature import services

    idle = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    with _children() as children:
        start = time.perf_counter()
        with Path(path).open("rb") as file:
            run = services.request_import(requested_by=None, file=file, file_name=Path(path).name)
        services.run_import(run.pk)
        seconds = time.perf_counter() - start
    run.refresh_from_db()
    counts = {name: getattr(run, name) for name in ("state", "created", "updated", "unchanged", "failed")}
    return {"seconds": seconds, "megabytes": (_memory("VmHWM") - idle + max(children)) / 1024, **counts}


def clear() -> dict[str, Any]:
    """An empty database again, with nothing left to be written behind the next measurement's back."""
    _set_up()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE literature_reference, literature_importrun, literature_textbacklog CASCADE")
        cursor.execute("CHECKPOINT")
    return {}


def fill_terms(count: str) -> dict[str, Any]:
    """So many invented terms, each but the first of its vocabulary below another one, and their words."""
    _set_up()
    from django.contrib.auth import get_user_model
    from django.db import connection

    from apps.vocabularies import services
    from apps.vocabularies.models import Term

    from . import terms

    get_user_model().objects.create(username="bench")
    Term.objects.bulk_create((Term(**fields) for fields in terms.terms(int(count))), batch_size=5000)
    rows = list(Term.objects.order_by("pk").values_list("pk", "vocabulary"))
    first: dict[str, int] = {}
    link = Term.parents.through
    link.objects.bulk_create(
        (
            link(from_term_id=pk, to_term_id=first[vocabulary])
            for pk, vocabulary in rows
            if first.setdefault(vocabulary, pk) != pk
        ),
        batch_size=5000,
    )
    services.refresh_words()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE vocabularies_term, vocabularies_term_parents, vocabularies_vocabularyword")
    return {"terms": len(rows)}


def search_terms(count: str) -> dict[str, Any]:
    """By kind of query, of the milliseconds that each query takes: the median, the worst, and which that was.

    What a query takes is the median of some tries, since other programs may be at work.
    """
    _set_up()
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse

    from . import term_queries

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model().objects.get(username="bench"))
    address = reverse("vocabularies:term-search")

    def milliseconds(query: dict[str, str]) -> float:
        start = time.perf_counter()
        answer = client.get(address, query)
        assert answer.status_code == 200, answer
        return (time.perf_counter() - start) * 1000

    figures = {}
    for kind, queries in term_queries.queries(int(count)).items():
        taken = [(statistics.median(milliseconds(query) for _ in range(7)), query["q"]) for query in queries]
        worst, slowest = max(taken)
        median = statistics.median(each for each, _ in taken)
        figures[kind] = {
            "median": round(median, 1),
            "worst": round(worst, 1),
            "slowest": slowest,
            "queries": len(taken),
        }
    return figures


def fill_catalogue(count: str) -> dict[str, Any]:
    """A catalogue of so many invented entries."""
    _set_up()
    from . import catalogue

    return catalogue.fill(count)


def check_catalogue() -> dict[str, Any]:
    """Whether that catalogue is what a rebuild makes of its versions."""
    _set_up()
    from . import catalogue

    return catalogue.check()


def publish(first: str, count: str) -> dict[str, Any]:
    """The milliseconds that each of so many publications takes, as an approval makes them.

    ``first`` is the number of the first document; they are published by the next accessions.
    """
    _set_up()
    from django.db import transaction

    from apps.catalogue import services

    from . import entries

    taken = []
    for document in entries.documents(int(first), int(first) + int(count) - 1):
        with transaction.atomic():
            accession = services.next_accession()
        made = entries.as_document(document | {"accession": accession})
        start = time.perf_counter()
        services.publish(made)
        taken.append((time.perf_counter() - start) * 1000)
    return {"milliseconds": taken}


def _set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tmeportal.settings")
    django.setup()
    from django.db import connection

    import apps.literature.tasks  # noqa: F401 - a worker has it, and all that it imports
    from tmeportal.celery import settle

    connection.ensure_connection()
    settle()


def _memory(name: str) -> int:
    """Kilobytes of this process, as Linux counts them."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


@contextmanager
def _children() -> Iterator[list[int]]:
    """What the children of this process have for themselves, in kilobytes: looked up four times a second."""
    found, is_over = [0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.25):
            pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
            with suppress(OSError):
                maps = [Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() for pid in pids]
                found.append(
                    sum(int(line.split()[1]) for lines in maps for line in lines if line.startswith("Private"))
                )

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        is_over.set()
        thread.join()


TASKS = {
    task.__name__: task
    for task in (parse, walk, run, clear, fill_terms, search_terms, fill_catalogue, check_catalogue, publish)
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
