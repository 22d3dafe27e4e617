"""What searches find, in which order, and with how many queries."""

import pytest

from apps.vocabularies.choices import TermStatus, Vocabulary
from apps.vocabularies.models import Target, Term
from tests.factories.vocabularies import CancerFactory, TargetFactory, TermFactory

pytestmark = pytest.mark.django_db


def labels(rows):
    return [str(row) if isinstance(row, Term) else row.symbol for row in rows]


class TestTermSearch:
    def test_ranks_id_label_synonym_prefix_word_and_other_names(self):
        TermFactory(label="activated T cell line", curie="CL:0000001")
        TermFactory(label="effector T cell", curie="CL:0000002")
        TermFactory(label="T cell of lymph node", curie="CL:0000003")
        TermFactory(label="T cell", curie="CL:0000004")
        TermFactory(label="thymocyte", curie="CL:0000005", synonyms=["immature T cell"])
        TermFactory(label="T lymphocyte, mature", curie="CL:0000006", synonyms=["T cell"])
        TermFactory(label="cell of T zone", curie="CL:0000007")
        TermFactory(label="macrophage", curie="CL:0000008")

        assert labels(Term.objects.search("t cell")) == [
            "T cell",
            "T lymphocyte, mature",
            "T cell of lymph node",
            "effector T cell",
            "activated T cell line",
            "thymocyte",
            "cell of T zone",
        ]

    def test_an_exact_id_comes_first(self):
        TermFactory(label="see CL:0000004", curie="CL:0000005")
        TermFactory(label="zz", curie="CL:0000004")
        assert labels(Term.objects.search("cl:0000004")) == ["zz", "see CL:0000004"]

    def test_among_equals_the_most_used_comes_first_then_the_shorter_label(self):
        TermFactory(label="macrophage A")
        TermFactory(label="macrophage of the lung", usage=3)
        TermFactory(label="macrophage of liver", usage=3)
        TermFactory(label="macrophage")
        TermFactory(label="lung macrophage", usage=9)
        assert labels(Term.objects.search("macrophage")) == [
            "macrophage",
            "macrophage of liver",
            "macrophage of the lung",
            "macrophage A",
            "lung macrophage",
        ]

    def test_of_very_many_with_a_word_the_used_ones_are_found(self):
        Term.objects.bulk_create(TermFactory.build(label=f"quick cell {n}") for n in range(1200))
        used = TermFactory(label="a cell with a long name that is used", usage=1)
        Term.objects.bulk_create(TermFactory.build(label=f"quick cell {n}") for n in range(1200))
        assert Term.objects.search("cell")[0] == used

    def test_every_word_must_begin_a_word_of_a_name(self):
        TermFactory(label="CD8-positive, alpha-beta T cell")
        TermFactory(label="CD4-positive, alpha-beta T cell")
        assert labels(Term.objects.search("t cell cd8")) == ["CD8-positive, alpha-beta T cell"]
        assert labels(Term.objects.search("sitive")) == []

    def test_short_words_and_those_before_the_last_of_many_are_whole(self):
        TermFactory(label="inflammatory cancer associated fibroblast of lung")
        for text in ("cancer fib", "canc fib", "fibroblast of lu", "inflammatory cancer associated fib"):
            assert len(labels(Term.objects.search(text))) == 1, text
        for text in ("ca fibroblast", "inflam canc assoc fib"):
            assert labels(Term.objects.search(text)) == [], text

    def test_wildcards_are_plain_characters(self):
        TermFactory(label="macrophage")
        assert labels(Term.objects.search("%")) == []
        assert labels(Term.objects.search("ma_ro")) == []
        assert labels(Term.objects.search("\\")) == []

    def test_an_empty_text_lists_all_by_label(self):
        TermFactory(label="b")
        TermFactory(label="A")
        assert labels(Term.objects.search("  ")) == ["A", "b"]

    def test_pickers_offer_neither_obsolete_nor_unapproved_terms(self):
        TermFactory(label="now")
        TermFactory(label="once", obsolete=True)
        TermFactory(label="perhaps", status=TermStatus.PENDING)
        assert labels(Term.objects.usable()) == ["now"]

    def test_keeps_to_a_vocabulary(self):
        TermFactory(label="melanocyte")
        CancerFactory(label="melanoma")
        assert labels(Term.objects.in_vocabulary(Vocabulary.CANCER).search("mel")) == ["melanoma"]


@pytest.mark.parametrize("text", ["CL:0000235", "cl:0000235", "macrophage", "Macrophage ", "HISTIOCYTE"])
def test_a_term_is_named_by_id_label_or_synonym(text):
    term = TermFactory(curie="CL:0000235", label="macrophage", synonyms=["other", "histiocyte"])
    TermFactory(label="macrophage progenitor")
    assert list(Term.objects.named(text)) == [term]


@pytest.mark.parametrize("text", ["", "macro", "histio", "%"])
def test_part_of_a_name_names_nothing(text):
    TermFactory(label="macrophage", synonyms=["histiocyte"])
    assert not Term.objects.named(text).exists()


@pytest.mark.parametrize("text", ["HGNC:8760", "pdcd1", "PD-1", "PDCD-OLD", "programmed cell death 1"])
def test_a_target_is_named_by_id_symbol_synonym_former_symbol_or_name(text):
    target = TargetFactory(
        curie="HGNC:8760",
        symbol="PDCD1",
        name="programmed cell death 1",
        synonyms=["CD279", "PD-1"],
        former_symbols=["PDCD-OLD"],
    )
    TargetFactory(symbol="PDCD1LG2", name="programmed cell death 1 ligand 2")
    assert list(Target.objects.named(text)) == [target]


class TestTargetSearch:
    def test_ranks_symbol_synonym_prefix_and_name(self):
        TargetFactory(symbol="SLAMF6", name="PD1 regulated gene")
        TargetFactory(symbol="PD1X", name="other")
        TargetFactory(symbol="PDCD1", name="programmed cell death 1", synonyms=["PD1"])
        assert labels(Target.objects.search("pd1")) == ["PDCD1", "PD1X", "SLAMF6"]

    def test_finds_former_symbols(self):
        TargetFactory(symbol="STING1", former_symbols=["TMEM173"])
        assert labels(Target.objects.search("tmem")) == ["STING1"]

    def test_merged_targets_are_not_offered(self):
        heir = TargetFactory(symbol="NEW1")
        TargetFactory(symbol="NEW0", merged_into=heir)
        assert labels(Target.objects.usable().search("new")) == ["NEW1"]


class TestAncestors:
    def test_reach_the_root_by_every_path_and_include_the_term(self):
        cell = TermFactory(curie="CL:0")
        leukocyte = TermFactory(curie="CL:1", parents=[cell])
        motile = TermFactory(curie="CL:2", parents=[cell])
        macrophage = TermFactory(curie="CL:3", parents=[leukocyte, motile])
        TermFactory(curie="CL:4", parents=[macrophage])
        assert Term.objects.ancestors_of(["CL:3", "CL:0"]) == {
            "CL:3": {"CL:0", "CL:1", "CL:2", "CL:3"},
            "CL:0": {"CL:0"},
        }

    def test_a_circle_ends(self):
        one = TermFactory(curie="CL:1")
        two = TermFactory(curie="CL:2", parents=[one])
        one.parents.add(two)
        assert Term.objects.ancestors_of(["CL:1"]) == {"CL:1": {"CL:1", "CL:2"}}

    def test_an_unknown_id_stands_alone(self):
        assert Term.objects.ancestors_of(["CL:404"]) == {"CL:404": {"CL:404"}}

    def test_nothing_asked_costs_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert Term.objects.ancestors_of([]) == {}

    @pytest.mark.parametrize("count", [1, 3])
    def test_take_one_query(self, count, django_assert_num_queries):
        root = TermFactory()
        terms = [TermFactory(parents=[root]) for _ in range(count)]
        with django_assert_num_queries(1):
            above = Term.objects.ancestors_of(term.curie for term in terms)
        assert all(ids == {curie, root.curie} for curie, ids in above.items())
