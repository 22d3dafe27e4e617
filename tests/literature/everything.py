"""An import in which much can go wrong, and all that it leaves, so that two of its runs can be compared."""

from typing import Any

from django.apps import apps
from django.db import connection, models

from apps.accounts.models import Event
from apps.literature import services
from apps.literature.formats import Citation
from apps.literature.models import ImportRun, Reference
from tests.factories.literature import article, article_set, many

CHUNK = 50
KNOWN = range(1, 21)
#: What differs between any two runs: times, who did the work and how fast, where the file lies.
OF_THE_OCCASION = {"lease_holder", "seconds_worked", "pace", "attempts", "file", "requested_by"}


def known_before() -> None:
    """References that the file joins with others of its own."""
    services.upsert_citations(Citation(n, title=f"Known {n}", doi=f"10.5555/joined.{n}") for n in KNOWN)


def a_file() -> bytes:
    """New, repeated, later, joining, retracting and broken records: the order in which they are stored shows."""
    articles, again = (
        many(count).decode().split("<PubmedArticleSet>\n")[1].removesuffix("</PubmedArticleSet>\n")
        for count in (1500, 100)
    )
    later = [article(1000 + n, f"Later {n}", doi=f"10.5555/example.{1000 + n}") for n in range(0, 1500, 7)]
    joining = [article(8000 + n, f"Alone {n}") for n in KNOWN]
    joining += [article(8000 + n, f"Joined {n}", doi=f"10.5555/joined.{n}") for n in KNOWN]
    retracting = [
        article(
            7000 + n,
            f"Retraction of {n}",
            links=f'<CommentsCorrections RefType="RetractionOf"><PMID>{1000 + n}</PMID></CommentsCorrections>',
        )
        for n in range(0, 1600, 40)
    ]
    shared = [article(9000 + n, "Shared", doi="10.5555/shared") for n in range(60)]
    broken = [article(f"x{n}", "Without identity") for n in range(30)]
    return article_set(articles, again, *later, *joining, *retracting, *shared, *broken)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of literature, and the history of its references, in the order in which they came.

    Keys are gone: a row is named by its place in its table.
    """
    services.index_texts()
    tables = [model for model in apps.get_app_config("literature").get_models() if model._meta.managed]
    places: dict[type[models.Model], dict[Any, int]] = {
        model: {pk: place for place, pk in enumerate(_rows_of(model).values_list("pk", flat=True), 1)}
        for model in [*tables, Event]
    }
    left = {model.__name__: [_told(row, places) for row in _rows_of(model)] for model in [*tables, Event]}
    return {name: rows for name, rows in left.items() if rows}


def _rows_of(model: type[models.Model]) -> models.QuerySet:
    rows = model._default_manager.order_by("pk")
    return rows.filter(object_type="reference") if model is Event else rows


def _told(row: models.Model, places: dict[type[models.Model], dict[Any, int]]) -> dict[str, Any]:
    told = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name in OF_THE_OCCASION or isinstance(field, models.DateTimeField):
            continue
        if field.primary_key and isinstance(field, models.AutoField):
            continue
        if field.related_model in places:
            value = value and places[field.related_model][value]
        elif field.name == "reference_ids":
            value = [pk and places[Reference][pk] for pk in value]
        elif field.name == "object_id":
            value = places[Reference][int(value)]
        elif field.name == "data":
            value = {name: _of_event(name, each, places) for name, each in value.items()}
        told[field.name] = bytes(value) if isinstance(value, memoryview) else value
    return told


def _of_event(name: str, value: Any, places: dict[type[models.Model], dict[Any, int]]) -> Any:
    model = {"run": ImportRun, "winner": Reference, "loser": Reference, "notice": Reference}.get(name)
    return places[model].get(value, value) if model and value else value


def assert_same(left: dict[str, list[dict[str, Any]]], expected: dict[str, list[dict[str, Any]]]) -> None:
    """Table by table, row for row."""
    assert left.keys() == expected.keys()
    for name, rows in expected.items():
        assert left[name] == rows, name


def clear() -> None:
    with connection.cursor() as cursor:
        names = [model._meta.db_table for model in apps.get_app_config("literature").get_models()]
        cursor.execute(f"TRUNCATE {', '.join(names)}, accounts_event CASCADE")
