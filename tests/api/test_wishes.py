"""Filters that negate and range, ranked search, and what a caller may wish of an answer beside its rows."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from apps.catalogue import querysets, services
from apps.catalogue.document import TermRef
from apps.catalogue.models import Entry
from apps.vocabularies.models import Term
from tests.factories.catalogue import CD8_T_CELL, MACROPHAGE, MELANOMA, VEGFA, published, reference

pytestmark = pytest.mark.django_db

ENTRIES = "/api/v1/entries/"
COLON = TermRef("MONDO:0005575", "colorectal cancer")


def accessions(answer):
    assert answer.status_code == 200, answer.content
    return [entry["accession"] for entry in answer.json()["results"]]


@pytest.fixture
def three():
    """PD-1 in T cells (2012, n 418, OR 4.06), VEGFA in macrophages (2018, n 40, HR 0.6), one without numbers."""
    first = published(study__reference=reference(1, year=2012, doi="10.1000/a,b"))
    second = published(
        target=VEGFA,
        cell_types=(MACROPHAGE,),
        cancers=(COLON,),
        therapies=(),
        mechanisms=("vasculature",),
        evidence__level="D1",
        evidence__direction="contradicts",
        study__reference=reference(2, year=2018),
        outcome__sample_size=40,
        outcome__effect_measure="HR",
        outcome__effect_value="0.6",
    )
    third = published(
        evidence__level="E",
        study__reference=reference(3, year=None),
        outcome__sample_size=None,
        outcome__effect_measure="",
        outcome__effect_value=None,
    )
    return [first.accession, second.accession, third.accession]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("level=!D1", [0, 2]),
        ("level=!D1,!E", [0]),
        ("level=!D1&level=!E", [0]),
        ("level=A,E&level=!E", [0]),
        ("target=!VEGFA", [0, 2]),
        ("target=!HGNC:12680,PDCD1", [0, 2]),
        ("target_class=!vasculature", [0, 2]),
        ("cell_type=!CL:0000235", [0, 2]),
        ("cancer=!MONDO:0005105", [1]),
        ("cancer_exact=!MONDO:0005105", [1]),
        ("therapy=!CHEMBL:2108738", [1]),
        ("mechanism=!vasculature", [0, 2]),
        ("direction=!contradicts", [0, 2]),
        ("reference=!22000002", [0, 2]),
        ("reference=!10.1000/a,b,!22000002", [2]),
        ("compartment=!tumour_core", []),
        ("year=2012", [0]),
        ("year=2012..2018", [0, 1]),
        ("year=..2012", [0]),
        ("year=2013..", [1]),
        ("year=2012,2018", [0, 1]),
        ("year=!2012", [1, 2]),
        ("sample_size=100..", [0]),
        ("sample_size=..100", [1]),
        ("effect=..1", [1]),
        ("effect=4.06", [0]),
        ("effect_measure=OR&effect=2..5", [0]),
        ("effect_measure=!OR", [1, 2]),
    ],
)
def test_values_may_be_unwanted_and_numbers_may_range(client, three, query, left):
    assert accessions(client.get(f"{ENTRIES}?{query}")) == [three[number] for number in left]
    counted = client.get(f"/api/v1/facets/?{query}").json()
    assert counted["count"] == len(left)
    page = client.get(f"/entries/?{query}&ordering=accession").content.decode()
    assert [one for one in three if f'/entries/{one}/"' in page] == [three[number] for number in left]


def test_a_rebuild_knows_the_numbers_too(three):
    Entry.objects.update(year=None, effect=9, sample_size=1, effect_measure="x")
    assert services.rebuild().different["entries"] == 3
    assert services.rebuild(check_only=True).equal


def test_terms_can_be_asked_for_without_what_lies_below(client):
    t_cell = Term.objects.create(curie="CL:0000084", vocabulary="cell_type", label="T cell")
    Term.objects.create(curie=CD8_T_CELL.id, vocabulary="cell_type", label=CD8_T_CELL.label).parents.add(t_cell)
    skin = Term.objects.create(curie="MONDO:0002898", vocabulary="cancer", label="skin cancer")
    Term.objects.create(curie=MELANOMA.id, vocabulary="cancer", label=MELANOMA.label).parents.add(skin)
    below = published()
    itself = published(
        cell_types=(TermRef("CL:0000084", "T cell"),), cancers=(TermRef("MONDO:0002898", "skin cancer"),)
    )
    both = [below.accession, itself.accession]

    assert accessions(client.get(f"{ENTRIES}?cell_type=CL:0000084")) == both
    assert accessions(client.get(f"{ENTRIES}?cell_type_exact=CL:0000084")) == both[1:]
    assert accessions(client.get(f"{ENTRIES}?cancer=MONDO:0002898")) == both
    assert accessions(client.get(f"{ENTRIES}?cancer_exact=MONDO:0002898")) == both[1:]
    assert accessions(client.get(f"{ENTRIES}?cell_type=CL:0000084&cell_type_exact=!CL:0000084")) == both[:1]


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("level=!Z", "level", "“Z”"),
        ("level=!", "level", "not a known"),
        ("release=!2026-11", "release", "“!2026-11”"),
        ("target=!NOPE1", "target", "“NOPE1”"),
        ("year=abc", "year", "“abc”"),
        ("year=2012.5", "year", "2012.5"),
        ("year=2015..2010", "year", "begins after its end"),
        ("year=..", "year", "“..”"),
        ("year=99999999999", "year", "99999999999"),
        ("effect=1..2..3", "effect", "“1..2..3”"),
        ("effect=%D9%A1", "effect", "not a number"),
        ("ordering=relevance", "ordering", "“q”"),
        ("count=many", "count", "exact"),
        ("highlights=yes", "highlights", "“q”"),
        ("q=melanoma&highlights=1", "highlights", "yes"),
        ("fields=accession,nope", "fields", "“nope”"),
        ("fields=target.symbl", "fields", "Did you mean “target.symbol”?"),
        ("fields=accession&format=tsv", "fields", "table"),
        ("as_of=2999-01-01", "as_of", "still to come"),
        ("as_of=then", "as_of", "“then”"),
        ("as_of=2026-01-01&level=A", "level", "past"),
        ("as_of=2026-01-01&ordering=target", "ordering", "accession"),
    ],
)
def test_what_is_wished_for_and_not_known_is_refused_by_name(client, query, name, words):
    published()
    answer = client.get(f"{ENTRIES}?{query}")
    assert answer.status_code == 400, answer.content
    (error,) = answer.json()["errors"]
    assert error["field"] == name
    assert words in error["message"]


# --- search ---------------------------------------------------------------------------------------


@pytest.fixture
def search():
    """Three that know of lymphangiogenesis: in passing, in the summary, and in the statement."""
    passing = published(study__reference=reference(1, title="On lymphangiogenesis and other things"))
    summary = published(text__summary="Here lymphangiogenesis & lymphangiogenesis <b>again</b>: lymphangiogenesis.")
    statement = published(statement="Lymphangiogenesis follows lymphangiogenesis.", text__summary="Lymphangiogenesis.")
    return [statement.accession, summary.accession, passing.accession]


def test_the_best_hits_come_first_page_by_page(client, search):
    url = f"{ENTRIES}?q=lymphangiogenesis&ordering=relevance"
    assert accessions(client.get(url)) == search
    first = client.get(f"{url}&page_size=2").json()
    second = client.get(first["next"])
    assert [one["accession"] for one in first["results"]] + accessions(second) == search
    assert accessions(client.get(second.json()["previous"])) == search[:2]
    page = client.get("/entries/?q=lymphangiogenesis").content.decode()
    assert sorted(search, key=page.index) == search


def test_of_many_hits_the_newest_are_ranked_and_all_are_counted(client, search, monkeypatch):
    monkeypatch.setattr(querysets.reads, "MOST_RANKED", 2)
    answer = client.get(f"{ENTRIES}?q=lymphangiogenesis&ordering=relevance&count=exact").json()
    assert [one["accession"] for one in answer["results"]] == search[:2]
    assert answer["count"] == 3


def test_the_words_found_are_marked_and_the_rest_is_escaped(client, search):
    answer = client.get(f"{ENTRIES}?q=lymphangiogenesis&ordering=relevance&highlights=yes").json()["results"]
    assert [sorted(one["highlights"]) for one in answer] == [["statement", "summary"], ["summary"], ["reference_title"]]
    assert answer[1]["highlights"]["summary"] == (
        "Here <mark>lymphangiogenesis</mark> &amp; <mark>lymphangiogenesis</mark> &lt;b&gt;again&lt;/b&gt;: "
        "<mark>lymphangiogenesis</mark>."
    )


# --- fields and counts ----------------------------------------------------------------------------


def test_only_the_fields_asked_for_are_sent(client, three):
    answer = client.get(f"{ENTRIES}?fields=accession,target.symbol,cancers.label,outcome.effect_value").json()
    assert answer["results"][0] == {
        "accession": three[0],
        "target": {"symbol": "PDCD1"},
        "cancers": [{"label": "melanoma"}],
        "outcome": {"effect_value": 4.06},
    }
    lines = client.get(f"{ENTRIES}?fields=accession&format=ndjson").content
    assert lines.splitlines() == [f'{{"accession":"{one}"}}'.encode() for one in three]
    whole = client.get(f"{ENTRIES}?fields=target,target.symbol").json()["results"][0]
    assert whole["target"]["id"] == "HGNC:8760"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("entries/TMEE:0000001/", "accession,level"),
        ("targets/", "symbol,combinations.tier"),
        ("targets/HGNC:8760/", "symbol"),
        ("references/", "entries.accession"),
        ("references/1/", "title"),
        ("terms/", "id"),
        ("terms/CL:0000625/", "label"),
        ("changes/", "sequence"),
    ],
)
def test_every_document_can_be_had_in_parts(client, three, path, fields):
    whole, some = client.get(f"/api/v1/{path}"), client.get(f"/api/v1/{path}?fields={fields.replace(',level', '')}")
    assert some.status_code == 200, some.content
    assert len(some.content) < len(whole.content)
    assert some["ETag"] != whole["ETag"]
    wrong = client.get(f"/api/v1/{path}?fields=nothing")
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["field"] == "fields"


@pytest.mark.parametrize(
    ("path", "count"),
    [("entries/", 3), ("entries/?level=!A", 2), ("targets/", 2), ("references/", 3), ("changes/", 3)],
)
def test_an_exact_count_is_given_where_it_is_asked_for(client, three, path, count):
    joint = "&" if "?" in path else "?"
    answer = client.get(f"/api/v1/{path}{joint}count=exact&page_size=1")
    assert answer.json()["count"] == count
    assert client.get(f"/api/v1/{path}{joint}count=exact&format=ndjson")["X-Total-Count"] == str(count)
    plain = client.get(f"/api/v1/{path}")
    assert "count" not in plain.json()
    assert "X-Total-Count" not in plain


# --- the past -------------------------------------------------------------------------------------


@pytest.fixture
def history():
    """One entry revised, one retracted, one new: with the moments between."""
    now = timezone.now()
    day = {number: now - timedelta(days=number) for number in range(10)}
    first = published(statement="As first read.", published_at=day[9])
    second = published(published_at=day[8])
    published(accession=first.accession, statement="As read again.", published_at=day[5])
    services.retract(accession=second.accession, reason="Fabricated.", at=day[4])
    third = published(published_at=day[2])
    return [first.accession, second.accession, third.accession], day


def at(moment):
    return quote(moment.isoformat())


def test_the_catalogue_as_it_stood(client, history):
    (first, second, third), day = history

    def then(number):
        answer = client.get(f"{ENTRIES}?as_of={at(day[number] + timedelta(hours=1))}&count=exact").json()
        assert answer["count"] == len(answer["results"])
        return {one["accession"]: one["statement"].split()[-2] for one in answer["results"]}

    assert then(9) == {first: "first"}
    assert set(then(8)) == {first, second}
    assert then(5)[first] == "read"
    assert set(then(5)) == {first, second}
    assert set(then(4)) == {first}
    assert set(then(2)) == {first, third}
    pages = client.get(f"{ENTRIES}?as_of={at(day[1])}&page_size=1&ordering=-accession&fields=accession").json()
    assert pages["results"] == [{"accession": third}]
    assert client.get(pages["next"]).json()["results"] == [{"accession": first}]


def test_one_entry_as_it_stood(client, history):
    (first, second, third), day = history
    assert client.get(f"{ENTRIES}{first}/?as_of={at(day[6])}").json()["statement"] == "As first read."
    assert client.get(f"{ENTRIES}{first}/?as_of={at(day[1])}").json()["version"] == 2
    assert client.get(f"{ENTRIES}{second}/?as_of={at(day[6])}").json()["accession"] == second
    assert client.get(f"{ENTRIES}{second}/?as_of={at(day[1])}").status_code == 410
    assert client.get(f"{ENTRIES}{third}/?as_of={at(day[6])}").status_code == 404
    answer = client.get(f"{ENTRIES}{first}/?as_of={at(day[6])}&fields=version")
    assert answer.json() == {"version": 1}
    again = client.get(
        f"{ENTRIES}{first}/?as_of={at(day[6])}&fields=version", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(f"{ENTRIES}{first}/?as_of=2999-01-01").status_code == 400
