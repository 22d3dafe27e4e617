"""Whatever is wrong with the parameters, the answer is a 4xx that names what is at fault.

Each request has right parameters and at least one that is wrong: misspelt, unknown, or with a value that
cannot be. Every wrong one must be among the ``errors``, and none of the right ones. A small part of the ten
thousand is asked for in each run of the suite, all of them by ``make soak``.
"""

import random
from urllib.parse import quote, urlencode

import pytest

from tests.factories.catalogue import VEGFA, published

pytestmark = pytest.mark.django_db

FEW, MANY = 250, 10_000

CODES = {
    "target_class": "immune_checkpoint",
    "compartment": "tumour_core",
    "component": "immune_cells",
    "mechanism": "vasculature",
    "intervention": "inhibit",
    "outcome": "response_rate",
    "evidence_type": "therapeutic",
    "direction": "supports",
    "level": "A",
    "stage": "phase_3",
    "effect_measure": "OR",
}
TERMS = {
    "cell_type": "CL:0000625",
    "cell_type_exact": "CL:0000625",
    "cancer": "MONDO:0005105",
    "cancer_exact": "MONDO:0005105",
    "therapy": "CHEMBL:2108738",
    "target": "PDCD1",
}
NUMBERS = {"year": "2015", "sample_size": "100..500"}
ENTRIES = CODES | TERMS | NUMBERS | {"reference": "22000001", "effect": "0.5..5", "changed_since": "2026-01-01"}
PAGING = {"page_size": "10", "count": "exact"}
#: Address → its right parameters.
ADDRESSES = {
    "entries/": ENTRIES | PAGING | {"ordering": "-changed", "fields": "accession,target.symbol", "q": "melanoma"},
    "facets/": ENTRIES | {"q": "melanoma"},
    "targets/": {"target_class": "vasculature", "component": "immune_cells", "kind": "gene", "tier": "strong"}
    | {"score": "10..50", "has_entries": "yes", "ordering": "-score", "fields": "symbol"} | PAGING,
    "references/": {"reference": "22000001", "year": "2010..", "ordering": "id", "fields": "title"} | PAGING,
    "terms/": {"vocabulary": "cancer", "ordering": "-entries", "fields": "label"} | PAGING,
    "changes/": {"after": "0", "changed_since": "2026-01-01", "about": "entries", "fields": "sequence"} | PAGING,
}  # fmt: skip
#: What no parameter of ours takes for a value (``q`` takes any words).
NONSENSE = [
    "☃", "-", "nonsense", "'; DROP TABLE x; --", "<script>", "{}", "[]", "1e400", "٣", "..", "!", "%", "\x00", "NaN",
    "a" * 500,
]  # fmt: skip
ANY_WORDS = {"q"}
NAMES = [
    "", "levels", "Level", "limit", "offset", "page", "sort", "select", "__proto__", "level[]", "ünïcode", "q\x00",
    "x" * 300,
]  # fmt: skip


@pytest.fixture
def catalogue(monkeypatch):
    published()
    published(target=VEGFA, mechanisms=("vasculature",))
    monkeypatch.setattr("apps.core.throttling.FairThrottle.allow_request", lambda *args: True)


def malformed(chance):
    """An address with some right and some wrong parameters, and the names of the wrong ones."""
    address = chance.choice(sorted(ADDRESSES))
    right = ADDRESSES[address]
    pairs = {name: right[name] for name in chance.sample(sorted(right), chance.randint(0, 3))}
    wrong = set()
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.3:
            name = chance.choice(NAMES)
            pairs[name] = chance.choice(["1", *right.values()])
        else:
            name = chance.choice(sorted(right.keys() - ANY_WORDS))
            value = chance.choice(NONSENSE)
            pairs[name] = f"{right[name]},{value}" if name in CODES and chance.random() < 0.3 else value
        wrong.add(name)
    order = chance.sample(sorted(pairs), len(pairs))
    return f"/api/v1/{address}?{urlencode([(name, pairs[name]) for name in order], quote_via=quote)}", wrong


def ask(client, seeds):
    for seed in seeds:
        url, wrong = malformed(random.Random(seed))
        answer = client.get(url)
        assert answer.status_code == 400, (seed, url, answer.status_code)
        assert answer["Content-Type"] == "application/problem+json", (seed, url)
        named = {error["field"] for error in answer.json()["errors"]}
        assert named == {name[:100] for name in wrong}, (seed, url, named)
        assert all(error["message"] for error in answer.json()["errors"]), (seed, url)


def test_a_malformed_request_is_told_what_is_wrong_with_it(client, catalogue):
    ask(client, range(FEW))


@pytest.mark.soak
def test_ten_thousand_malformed_requests_are_told_what_is_wrong_with_them(client, catalogue):
    ask(client, range(MANY))


def test_the_right_parameters_are_right(client, catalogue):
    """Or the search would prove nothing."""
    for address, right in ADDRESSES.items():
        for name, value in right.items():
            answer = client.get(f"/api/v1/{address}?{urlencode({name: value})}")
            assert answer.status_code == 200, (address, name, answer.content)
