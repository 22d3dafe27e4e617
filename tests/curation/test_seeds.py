"""The seeds that ship with the portal: sound as files, and taken once by the way that every record takes."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.accounts.models import Event, User
from apps.accounts.services import conflict_statement_in_force
from apps.catalogue.models import Entry, TargetDossier
from apps.core.exceptions import Refused
from apps.curation.models import Submission
from apps.curation.rules import Facts, ReferenceFact, TargetFact, TermFact, check
from apps.curation.services.facts import CORRELATIVE_METHODS
from apps.curation.services.seeding import CURATION, REVIEW, SECOND_REVIEW, take_seeds
from apps.curation.sources import Seeds, read_seeds
from apps.curation.workflow import Status
from apps.literature.models import Reference
from apps.vocabularies.choices import Component, TargetClass, Vocabulary
from apps.vocabularies.models import Target, Term

FOLDER = Path(settings.BASE_DIR) / "seeds"
SHAPES = {
    Vocabulary.CELL_TYPE: r"CL:\d{7}",
    Vocabulary.CELL_STATE: r"TMECS:\d{7}",
    Vocabulary.CANCER: r"DOID:\d{1,7}",
    Vocabulary.TISSUE: r"UBERON:\d{7}",
    Vocabulary.METHOD: r"ECO:\d{7}",
    Vocabulary.THERAPY: r"CHEMBL:CHEMBL\d+|TMETX:\d{7}",
    Vocabulary.SPECIES: r"NCBITaxon:\d+",
    Vocabulary.PROCESS: r"GO:\d{7}",
}


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return read_seeds(FOLDER)


@pytest.fixture(scope="module")
def few(seeds) -> Seeds:
    """All the vocabulary, and three of the records."""
    return replace(seeds, records=seeds.records[:3])


def above(parents: dict[str, tuple[str, ...]], curie: str) -> set[str]:
    found, waiting = set(), [curie]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += parents[here]
    return found


class TestFiles:
    def test_every_term_has_an_id_of_its_vocabulary_and_a_label(self, seeds):
        wrong = [t.curie for t in seeds.terms if not re.fullmatch(SHAPES[t.vocabulary], t.curie) or not t.label]
        assert wrong == []

    def test_labels_are_unique_within_a_vocabulary(self, seeds):
        counts = Counter((term.vocabulary, term.label.lower()) for term in seeds.terms)
        assert [name for name, count in counts.items() if count > 1] == []

    def test_cells_and_cancers_hang_below_their_roots(self, seeds):
        parents = {term.curie: term.parents for term in seeds.terms}
        roots = {Vocabulary.CELL_TYPE: "CL:0000000", Vocabulary.CELL_STATE: "CL:0000000", Vocabulary.CANCER: "DOID:162"}
        lost = [
            t.curie for t in seeds.terms if t.vocabulary in roots and roots[t.vocabulary] not in above(parents, t.curie)
        ]
        assert lost == []

    def test_no_term_lies_above_itself(self, seeds):
        parents = {term.curie: term.parents for term in seeds.terms}
        assert [curie for curie in parents if any(curie in above(parents, parent) for parent in parents[curie])] == []

    def test_there_are_144_targets_with_known_classes_and_full_ids(self, seeds):
        assert len(seeds.targets) == 144
        for target in seeds.targets:
            assert re.fullmatch(r"HGNC:\d+", target.curie)
            assert set(target.classes) <= set(TargetClass.values)
            assert target.classes
            assert set(target.components) <= set(Component.values)
            assert {resource for resource, _ in target.identifiers} == {"uniprot", "ncbigene", "ensembl"}

    def test_targets_name_terms_of_the_right_vocabularies(self, seeds):
        vocabulary = {term.curie: term.vocabulary for term in seeds.terms}
        cells = {vocabulary[curie] for target in seeds.targets for curie in target.cell_types}
        drugs = {vocabulary[curie] for target in seeds.targets for curie in target.therapies}
        assert (cells, drugs) == ({Vocabulary.CELL_TYPE}, {Vocabulary.THERAPY})

    def test_publications_are_facts_without_abstracts(self, seeds):
        for citation in seeds.citations:
            assert citation.pmid > 0
            assert citation.title
            assert citation.journal
            assert 1990 <= citation.year <= 2026
            assert not citation.abstract

    def test_there_are_at_least_forty_records_each_with_its_source(self, seeds):
        assert len(seeds.records) >= 40
        for record in seeds.records:
            assert re.fullmatch(r"[a-z0-9-]+", record.id)
            assert re.search(r"(PubMed|Europe PMC) record \d+|CIViC evidence item EID\d+", record.source)

    def test_records_are_of_many_kinds(self, seeds):
        contents = [record.content(1) for record in seeds.records]
        assert {content.direction for content in contents} == {"supports", "contradicts", "no_effect", "inconclusive"}
        assert len({content.target for content in contents}) >= 30
        assert len({cancer for content in contents for cancer in content.cancers}) >= 15
        assert {content.level for content in contents} == {"A", "B", "C", "D1", "D2", "E"}

    def test_every_record_passes_every_rule(self, seeds):
        parents = {term.curie: term.parents for term in seeds.terms}
        terms = {
            term.curie: TermFact(
                curie=term.curie,
                label=term.label,
                vocabulary=term.vocabulary,
                correlative=not CORRELATIVE_METHODS.isdisjoint(above(parents, term.curie)),
            )
            for term in seeds.terms
        }
        targets = {t.curie: TargetFact(curie=t.curie, symbol=t.symbol, classes=t.classes) for t in seeds.targets}
        references = {
            c.pmid: ReferenceFact(id=1, reference_type=c.reference_type, retraction_state=c.retraction_state)
            for c in seeds.citations
        }
        said = [
            (record.id, finding.rule, finding.field, finding.message)
            for record in seeds.records
            for content in [record.content(1)]
            for finding in check(
                content, Facts(target=targets[content.target], reference=references[record.pmid], terms=terms)
            )
        ]
        assert said == []


class TestReading:
    @pytest.fixture
    def folder(self, tmp_path):
        (tmp_path / "terms").mkdir()
        (tmp_path / "terms/species.tsv").write_text(
            "curie\tlabel\tsynonyms\tparents\tsource\nNCBITaxon:9606\tHomo sapiens\thuman|man\t\tNCBI\n"
        )
        (tmp_path / "targets.tsv").write_text("curie\tsymbol\n")
        (tmp_path / "references.toml").write_text('[[reference]]\npmid = 7\ntitle = "T"\nauthors = ["Roe, A B"]\n')
        (tmp_path / "records.toml").write_text('[[record]]\nid = "a"\nsource = "s"\nreference = 7\neffect_value = 45\n')
        return tmp_path

    def test_cells_with_several_values_and_names_are_split(self, folder):
        seeds = read_seeds(folder)
        assert seeds.terms[0].synonyms == ("human", "man")
        assert (seeds.citations[0].authors[0].family, seeds.citations[0].authors[0].given) == ("Roe", "A B")
        assert str(seeds.records[0].content(3).effect_value) == "45"
        assert seeds.records[0].content(3).reference == 3

    @pytest.mark.parametrize(
        ("file", "text", "said"),
        [
            ("terms/species.tsv", "curie\tlabel\nX:1\n", "species.tsv, line 2: the number of columns"),
            ("terms/species.tsv", "curie\tlabel\nX:1\ta\n", "species.tsv, line 2: synonyms is missing"),
            ("terms/planets.tsv", "curie\n", "planets.tsv: there is no vocabulary “planets”"),
            ("references.toml", "[[reference]]\npmid = 7\n[[reference]]\npmid = 7\n", "this pmid is there twice"),
            ("references.toml", "pmid = \n", "references.toml: Invalid value"),
            ("references.toml", "", "a rests on PMID 7, which references.toml lacks"),
            ("records.toml", '[[record]]\nsource = "s"\n', "record number 1: the id is missing"),
            ("records.toml", '[[record]]\nid = "a"\n', "records.toml, a: source is missing"),
            (
                "records.toml",
                '[[record]]\nid = "a"\nsource = "s"\nreference = 7\ncolour = "red"\n',
                "records.toml, a: there is no field colour",
            ),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, folder, file, text, said):
        (folder / file).write_text(text)
        with pytest.raises(Refused, match=re.escape(said)):
            read_seeds(folder)

    def test_a_missing_file_or_folder_is_named(self, folder):
        (folder / "targets.tsv").unlink()
        with pytest.raises(Refused, match=r"targets\.tsv cannot be read"):
            read_seeds(folder)
        with pytest.raises(CommandError, match="There is no folder"):
            call_command("load_seeds", folder=folder / "nowhere")


def counts() -> dict[str, int]:
    models = [Term, Target, Reference, Submission, Entry, TargetDossier, Event, User]
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.mark.django_db
class TestTaking:
    def test_all_are_published_and_a_second_run_changes_nothing(self, seeds, capsys):
        call_command("load_seeds")
        assert (
            f"144 targets, {len(seeds.citations)} references, {len(seeds.records)} records" in capsys.readouterr().out
        )
        assert set(Submission.objects.values_list("status", flat=True)) == {Status.APPROVED}
        assert Entry.objects.current().count() == len(seeds.records)
        assert TargetDossier.objects.count() == 144
        assert TargetDossier.objects.filter(score__gt=0).count() >= 30
        before = counts()
        call_command("load_seeds")
        assert "0 terms, 0 targets, 0 references, 0 records" in capsys.readouterr().out
        assert counts() == before

    def test_accounts_that_nobody_can_sign_in_to_share_the_work(self, few, settings):
        settings.REQUIRE_MFA = True
        take_seeds(seeds=few)
        curator, editor, second = (User.objects.get(username=name) for name in (CURATION, REVIEW, SECOND_REVIEW))
        for person in (curator, editor, second):
            assert not person.has_usable_password()
            assert person.email == ""
        assert set(Submission.objects.values_list("submitter", flat=True)) == {curator.pk}
        for submission in Submission.objects.all():
            deciders = [decision.editor for decision in submission.decisions.all()]
            assert deciders == [editor, second][: submission.seats]
        decision = Submission.objects.first().decisions.first()
        assert decision.conflict_statement == conflict_statement_in_force(editor).text
        assert (
            decision.reason
            == f"Ships with the portal. Its facts were compared with their source before: {few.records[0].source}."
        )

    def test_a_broken_record_is_named_with_its_rule_and_nothing_is_kept(self, few):
        broken = replace(
            few.records[2], id="broken", fields=few.records[2].fields | {"p_value": "maybe", "level": "D2"}
        )
        with pytest.raises(Refused, match=r"The seed record broken breaks rule level, field level: .*rule p-value"):
            take_seeds(seeds=replace(few, records=(*few.records[:2], broken)))
        assert not Target.objects.exists()
        assert not Submission.objects.exists()

    def test_the_command_says_it_in_one_line(self, few, tmp_path, monkeypatch):
        broken = replace(few.records[0], fields=few.records[0].fields | {"summary": ""})
        monkeypatch.setattr(
            "apps.curation.management.commands.load_seeds.read_seeds", lambda _folder: replace(few, records=(broken,))
        )
        with pytest.raises(CommandError) as refusal:
            call_command("load_seeds")
        assert "\n" not in str(refusal.value)
        assert broken.id in str(refusal.value)

    def test_a_record_once_taken_is_left_to_the_editors(self, few):
        take_seeds(seeds=few)
        reworded = replace(few.records[0], fields=few.records[0].fields | {"summary": "Other words."})
        assert take_seeds(seeds=replace(few, records=(reworded, *few.records[1:]))).records == 0
        assert Entry.objects.count() == 3

    def test_new_records_are_taken_beside_the_old(self, few, seeds):
        take_seeds(seeds=few)
        assert take_seeds(seeds=replace(few, records=seeds.records[:4])).records == 1
        assert Entry.objects.count() == 4

    def test_a_renamed_target_is_renamed_in_the_catalogue_too(self, few):
        few = replace(few, records=())
        take_seeds(seeds=few)
        renamed = replace(few.targets[0], symbol="NEW1", former_symbols=(few.targets[0].symbol,))
        assert take_seeds(seeds=replace(few, targets=(renamed, *few.targets[1:]))).targets == 1
        assert TargetDossier.objects.get(target=renamed.curie).symbol == "NEW1"
