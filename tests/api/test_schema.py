"""The schema promises, and the API keeps it: no server error, no answer that is not described."""

from functools import cache

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from apps.catalogue import services
from tests.factories.catalogue import VEGFA, published
from tmeportal.wsgi import application

pytestmark = pytest.mark.django_db

load_all_checks()
PROMISED = [
    check
    for check in CHECKS.get_all()
    if check.__name__
    in {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    }
]


@cache
def whole_schema():
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def public_schema():
    """The catalogue's part: the rest is tested with the app that it belongs to."""
    whole = dict(whole_schema())
    whole["paths"] = {path: verbs for path, verbs in whole["paths"].items() if not path.startswith("/api/v1/curation/")}
    config = SchemathesisConfig.from_dict({"generation": {"allow-x00": False, "deterministic": True}})
    schema = schemathesis.openapi.from_dict(whole, config=config)
    schema.app = application
    return schema


def operations():
    return [operation.ok() for operation in public_schema().get_all_operations()]


@pytest.fixture
def catalogue():
    """One entry of every fate, so that successful answers are seen too."""
    for _ in range(3):
        published()
    published(target=VEGFA)
    published(accession="TMEE:0000001")
    services.retract(accession="TMEE:0000002", reason="The reference was retracted.")
    services.merge(accession="TMEE:0000003", successor="TMEE:0000001", reason="The same trial.")
    services.note_retraction(accession="TMEE:0000004", state="retracted")
    services.put_under_review(accession="TMEE:0000004", reason="The publication was retracted.", at=timezone.now())


@pytest.fixture(autouse=True)
def one_connection():
    """The requests share the test's transaction: they must not close its connection, as a server would."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def unthrottled(monkeypatch):
    monkeypatch.setattr("apps.core.throttling.FairThrottle.allow_request", lambda *args: True)


def test_every_check_was_found():
    assert len(PROMISED) == 5


def test_every_address_is_described():
    paths = set(whole_schema()["paths"])
    assert {f"/api/v1/{name}/" for name in ("entries", "targets", "references", "terms", "changes", "facets")} <= paths
    for path in paths:
        for verb, operation in whole_schema()["paths"][path].items():
            if path.startswith("/api/v1/curation/") or verb == "parameters":
                continue
            assert {"200", "304", "400", "401", "406", "429"} <= set(operation["responses"]), path


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.label)
def test_any_request_gets_an_answer_that_the_schema_describes(catalogue, operation):
    @hypothesis.settings(
        max_examples=25,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def ask(case):
        case.validate_response(case.call(), checks=PROMISED)

    ask()


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/api/v1/entries/{accession}/", {"accession": "TMEE:0000001"}),
        ("/api/v1/entries/{accession}/", {"accession": "TMEE:0000002"}),
        ("/api/v1/entries/{accession}/", {"accession": "TMEE:0000003"}),
        ("/api/v1/entries/{accession}/", {"accession": "TMEE:0000004"}),
        ("/api/v1/entries/{accession}/versions/", {"accession": "TMEE:0000001"}),
        ("/api/v1/entries/{accession}/versions/{number}/", {"accession": "TMEE:0000001", "number": 1}),
        ("/api/v1/targets/{curie}/", {"curie": "HGNC:8760"}),
        ("/api/v1/terms/{curie}/", {"curie": "CL:0000625"}),
        ("/api/v1/references/{number}/", {"number": 1}),
        ("/api/v1/entries/", {}),
        ("/api/v1/targets/", {}),
        ("/api/v1/references/", {}),
        ("/api/v1/terms/", {}),
        ("/api/v1/changes/", {}),
        ("/api/v1/facets/", {}),
        ("/api/v1/releases/", {}),
        ("/api/v1/", {}),
    ],
)
def test_what_is_there_looks_as_described(catalogue, path, values):
    only_json = path in {"/api/v1/facets/", "/api/v1/"}
    gone = values.get("accession") in {"TMEE:0000002", "TMEE:0000003"}
    for format_name in ("json", "jsonld", "ndjson", "tsv"):
        case = public_schema()[path]["GET"].Case(path_parameters=values, query={"format": format_name})
        answer = case.call()
        case.validate_response(answer, checks=PROMISED)
        unserved = only_json and format_name != "json"
        assert answer.status_code == (406 if unserved else 410 if gone else 200)
