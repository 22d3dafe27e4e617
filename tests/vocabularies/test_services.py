"""Saving terms and targets: idempotent, told in events, and closed to those who may not."""

import pytest

from apps.accounts.models import Event
from apps.core.exceptions import Refused
from apps.vocabularies.choices import TargetClass, Vocabulary
from apps.vocabularies.models import Target, Term
from apps.vocabularies.services import save_target, save_targets, save_term, save_terms
from apps.vocabularies.sources import TargetData, TermData
from tests.factories.vocabularies import TargetFactory, TermFactory

pytestmark = pytest.mark.django_db


def told(obj):
    return [(event.verb, event.data) for event in Event.objects.of_object(obj)]


def cell(curie, label, **values):
    return TermData(curie=curie, vocabulary=Vocabulary.CELL_TYPE, label=label, **values)


def test_a_term_is_created_with_its_parents_and_told():
    root = TermFactory(curie="CL:0000000")
    term = save_term(
        curie="CL:0000235",
        vocabulary=Vocabulary.CELL_TYPE,
        label="macrophage",
        synonyms=["histiocyte"],
        parents=["CL:0000000"],
    )
    assert (term.label, term.synonyms, list(term.parents.all())) == ("macrophage", ["histiocyte"], [root])
    assert told(term) == [("create", {})]


def test_terms_may_name_parents_and_successors_that_come_with_them():
    saved = save_terms(
        terms=[
            cell("CL:2", "child", parents=("CL:1",)),
            cell("CL:1", "parent"),
            cell("CL:3", "old", obsolete=True, replaced_by="CL:2"),
        ]
    )
    assert saved.created == ["CL:2", "CL:1", "CL:3"]
    assert Term.objects.get(curie="CL:3").replaced_by.curie == "CL:2"
    assert Term.objects.ancestors_of(["CL:2"]) == {"CL:2": {"CL:1", "CL:2"}}


def test_saving_the_same_terms_again_writes_nothing():
    terms = [cell("CL:1", "parent"), cell("CL:2", "child", parents=("CL:1",), synonyms=("kid",), replaced_by="CL:1")]
    save_terms(terms=terms)
    before = Event.objects.count()
    saved = save_terms(terms=terms)
    assert (saved.changed, saved.unchanged) == ([], 2)
    assert Event.objects.count() == before


def test_only_what_changed_is_written_and_told():
    save_terms(terms=[cell("CL:1", "a"), cell("CL:2", "b"), cell("CL:3", "c", parents=("CL:1",))])
    saved = save_terms(terms=[cell("CL:1", "a"), cell("CL:2", "B"), cell("CL:3", "c", parents=("CL:2",))])
    assert (saved.created, saved.updated, saved.unchanged) == ([], ["CL:2", "CL:3"], 1)
    assert told(Term.objects.get(curie="CL:2"))[1:] == [("update", {"changed": ["label"]})]
    assert told(Term.objects.get(curie="CL:3"))[1:] == [("update", {"changed": ["links"]})]
    assert Term.objects.ancestors_of(["CL:3"])["CL:3"] == {"CL:2", "CL:3"}


def test_an_unknown_parent_is_refused_by_name_and_nothing_is_kept():
    with pytest.raises(Refused, match="CL:404"):
        save_terms(terms=[cell("CL:1", "a", parents=("CL:404",))])
    assert not Term.objects.exists()


def test_two_contents_for_one_id_are_refused():
    with pytest.raises(Refused, match="CL:1 is given twice"):
        save_terms(terms=[cell("CL:1", "a"), cell("CL:1", "b")])


def test_a_target_is_created_with_all_that_hangs_on_it():
    macrophage, drug = TermFactory(), TermFactory(curie="CHEMBL:CHEMBL1", vocabulary=Vocabulary.THERAPY)
    target = save_target(
        curie="HGNC:2433",
        symbol="CSF1R",
        name="colony stimulating factor 1 receptor",
        classes=[TargetClass.MYELOID],
        synonyms=["CD115"],
        former_symbols=["FMS"],
        identifiers=[("uniprot", "P07333")],
        cell_types=[macrophage.curie],
        therapies=[drug.curie],
    )
    assert [str(identifier) for identifier in target.identifiers.all()] == ["uniprot:P07333"]
    assert (list(target.cell_types.all()), list(target.therapies.all())) == ([macrophage], [drug])
    assert told(target) == [("create", {})]


def test_saving_the_same_target_again_writes_nothing():
    data = TargetData(curie="HGNC:1", symbol="A1", name="a", classes=("other",), identifiers=(("uniprot", "P1"),))
    save_targets(targets=[data])
    before = Event.objects.count()
    assert save_targets(targets=[data]).unchanged == 1
    assert Event.objects.count() == before


def test_a_renamed_target_stays_the_same_target():
    save_target(curie="HGNC:27962", symbol="TMEM173", name="x", classes=["other"], identifiers=[("uniprot", "A")])
    target = save_target(
        curie="HGNC:27962", symbol="STING1", name="x", classes=["other"], former_symbols=["TMEM173"], identifiers=[]
    )
    assert Target.objects.count() == 1
    assert not target.identifiers.exists()
    assert told(target)[1:] == [("update", {"changed": ["symbol", "former_symbols", "links"]})]


def test_an_unknown_cell_type_is_refused_by_name():
    with pytest.raises(Refused, match="CL:404"):
        save_target(curie="HGNC:1", symbol="A1", name="a", classes=["other"], cell_types=["CL:404"])
    assert not Target.objects.exists()


def test_editors_manage_and_curators_do_not(curator, editor):
    save_term(actor=editor, curie="CL:1", vocabulary=Vocabulary.CELL_TYPE, label="a")
    assert Event.objects.get().actor == editor
    with pytest.raises(Refused) as refusal:
        save_term(actor=curator, curie="CL:1", vocabulary=Vocabulary.CELL_TYPE, label="b")
    assert refusal.value.code == "forbidden"
    assert Term.objects.get().label == "a"


@pytest.mark.parametrize("count", [1, 3])
def test_unchanged_rows_cost_a_constant_number_of_queries(count, django_assert_num_queries):
    parent = TermFactory(curie="CL:0")
    terms = [cell(f"CL:{n}", f"cell {n}", parents=(parent.curie,)) for n in range(1, count + 1)]
    save_terms(terms=terms)
    with django_assert_num_queries(5):
        save_terms(terms=terms)


@pytest.mark.parametrize("count", [1, 3])
def test_unchanged_targets_cost_a_constant_number_of_queries(count, django_assert_num_queries):
    cells = (TermFactory().curie,)
    targets = [
        TargetData(curie=f"HGNC:{n}", symbol=f"S{n}", name="n", classes=("other",), cell_types=cells)
        for n in range(count)
    ]
    save_targets(targets=targets)
    TargetFactory()
    with django_assert_num_queries(8):
        save_targets(targets=targets)
