"""Targets of every kind: made, changed, asked for, decided on, merged."""

from dataclasses import replace

import pytest

from apps.accounts.models import Event, Notice
from apps.core.exceptions import Refused
from apps.vocabularies import identity, services
from apps.vocabularies.choices import TargetKind, TermStatus
from apps.vocabularies.models import Gene, Target, TargetRequest
from apps.vocabularies.sources import TargetData
from tests.factories.ontologies import applied, genes
from tests.factories.vocabularies import TargetFactory, TermFactory

pytestmark = pytest.mark.django_db

#: An id of each kind from where such ids come, and one that another kind has.
IDS = {
    TargetKind.GENE: ("HGNC:2433", "CHEBI:24996"),
    TargetKind.COMPLEX: ("ComplexPortal:CPX-25767", "HGNC:2433"),
    TargetKind.LIGAND_RECEPTOR: ("", "HGNC:2433"),
    TargetKind.GENE_FAMILY: ("HGNC_GROUP:483", "HGNC:2433"),
    TargetKind.PATHWAY: ("Reactome:R-HSA-389948", "CL:0000235"),
    TargetKind.METABOLITE: ("CHEBI:24996", "HGNC:2433"),
    TargetKind.ECM_COMPONENT: ("UniProtKB:P02751", "CL:0000235"),
    TargetKind.CELL_POPULATION: ("CL:0000235", "HGNC:2433"),
    TargetKind.PHYSICAL_STATE: ("", "GO:0001666"),
}


def said(kind: str = TargetKind.GENE, **changes) -> TargetData:
    values = {"curie": IDS[kind][0], "kind": kind, "symbol": "NEW", "name": "something new", "classes": ("other",)}
    if kind == TargetKind.LIGAND_RECEPTOR:
        values["members"] = tuple(TargetFactory().curie for _ in range(2))
    return TargetData(**values | changes)


@pytest.mark.parametrize("kind", TargetKind.values)
def test_each_kind_has_ids_from_where_such_ids_come_or_one_of_our_own(editor, kind):
    own, another = IDS[kind]
    made = services.add_target(actor=editor, said=said(kind))
    assert made.curie == (own or "TMET:0100001")
    assert (made.kind, made.status) == (kind, TermStatus.APPROVED)
    local = services.add_target(actor=editor, said=said(kind, curie="", symbol="LOCAL"))
    assert local.curie.startswith("TMET:01")
    with pytest.raises(Refused) as refusal:
        services.add_target(actor=editor, said=said(kind, curie=another, symbol="OTHER"))
    assert refusal.value.field == "curie"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" hgnc: 2433 ", "HGNC:2433"),
        ("R-HSA-389948", "Reactome:R-HSA-389948"),
        ("CPX-25767", "ComplexPortal:CPX-25767"),
        ("uniprot:p07333", "UniProtKB:P07333"),
        ("chebi:24996", "CHEBI:24996"),
    ],
)
def test_an_id_is_kept_in_one_way_however_it_was_typed(typed, kept):
    assert identity.tidied(typed) == kept


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"symbol": " "}, "symbol"),
        ({"symbol": "x" * 81}, "symbol"),
        ({"name": "x" * 401}, "name"),
        ({"classes": ()}, "classes"),
        ({"classes": ("fashion",)}, "classes"),
        ({"kind": "planet"}, "kind"),
        ({"curie": "HGNC:abc"}, "curie"),
        ({"members": ("HGNC:1",)}, "members"),
        ({"synonyms": ("x" * 201,)}, "synonyms"),
    ],
)
def test_what_no_target_can_have_is_refused_at_its_field(editor, changes, field):
    with pytest.raises(Refused) as refusal:
        services.add_target(actor=editor, said=replace(said(), **changes))
    assert refusal.value.field == field
    assert not Target.objects.exists()


def test_a_pair_names_its_two_targets_and_no_other_number(editor):
    pair = services.add_target(actor=editor, said=said(TargetKind.LIGAND_RECEPTOR))
    assert pair.members.count() == 2
    alone = said(TargetKind.LIGAND_RECEPTOR, symbol="ALONE", members=(TargetFactory().curie,))
    with pytest.raises(Refused, match="the two targets of the pair"):
        services.add_target(actor=editor, said=alone)


def test_no_two_targets_have_the_same_id_or_the_same_symbol(editor):
    TargetFactory(curie="HGNC:1", symbol="CSF1R")
    for changes, field in (({"curie": "HGNC:1"}, "curie"), ({"symbol": "csf1r"}, "symbol")):
        with pytest.raises(Refused) as refusal:
            services.add_target(actor=editor, said=replace(said(), **changes))
        assert (refusal.value.code, refusal.value.field) == ("duplicate", field)


def test_a_change_keeps_the_id_and_is_told_in_the_history(editor):
    target = services.add_target(actor=editor, said=said())
    changed = services.change_target(
        actor=editor,
        target=target,
        said=said(curie="HGNC:9", classes=("myeloid",), identifiers=(("uniprot", "P07333"),)),
    )
    assert (changed.curie, changed.classes) == ("HGNC:2433", ["myeloid"])
    assert [str(one) for one in changed.identifiers.all()] == ["uniprot:P07333"]
    assert [event.verb for event in Event.objects.of_object(target)] == ["create", "update"]


def test_only_editors_add_change_and_merge(curator):
    target, other = TargetFactory(), TargetFactory()
    for act in (
        lambda: services.add_target(actor=curator, said=said()),
        lambda: services.change_target(actor=curator, target=target, said=said()),
        lambda: services.merge_targets(actor=curator, target=target, into=other, reason="The same."),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "forbidden"


# --- merging -----------------------------------------------------------------------------------


def test_the_heir_takes_over_names_identifiers_links_and_places_in_pairs(editor):
    cell, therapy = TermFactory(), TermFactory()
    target = TargetFactory(symbol="OLD", synonyms=["ancient"], former_symbols=["OLDER"])
    target.identifiers.create(resource="uniprot", identifier="P07333")
    target.cell_types.add(cell)
    target.therapies.add(therapy)
    heir = TargetFactory(symbol="HEIR")
    pair = services.add_target(
        actor=editor, said=said(TargetKind.LIGAND_RECEPTOR, members=(target.curie, TargetFactory().curie))
    )
    services.merge_targets(actor=editor, target=target, into=heir, reason="The same protein.")
    heir.refresh_from_db()
    target.refresh_from_db()
    assert target.merged_into == heir
    assert (heir.synonyms, heir.former_symbols) == (["OLD", "ancient"], ["OLDER"])
    assert [one.identifier for one in heir.identifiers.all()] == ["P07333"]
    assert (list(heir.cell_types.all()), list(heir.therapies.all())) == ([cell], [therapy])
    assert heir in pair.members.all()
    assert target not in pair.members.all()
    event = Event.objects.of_object(target).last()
    assert (event.verb, event.reason, event.data) == ("merge", "The same protein.", {"into": heir.curie})


def test_what_was_merged_before_goes_straight_to_the_last_heir(editor):
    first, second, third = (TargetFactory() for _ in range(3))
    services.merge_targets(actor=editor, target=first, into=second, reason="The same.")
    services.merge_targets(actor=editor, target=second, into=third, reason="The same.")
    first.refresh_from_db()
    assert first.merged_into == third


def test_a_merge_needs_two_different_targets_in_use_and_a_reason(editor):
    target, heir = TargetFactory(), TargetFactory()
    pending, gone = TargetFactory(status=TermStatus.PENDING), TargetFactory(merged_into=heir)
    for into in (target, pending, gone):
        with pytest.raises(Refused) as refusal:
            services.merge_targets(actor=editor, target=target, into=into, reason="The same.")
        assert refusal.value.code == "state"
    with pytest.raises(Refused) as refusal:
        services.merge_targets(actor=editor, target=target, into=heir, reason=" ")
    assert refusal.value.field == "reason"


# --- requests ----------------------------------------------------------------------------------


def ask(person, **changes) -> TargetRequest:
    return services.request_target(actor=person, said=said(**changes), reason="A paper is about it.")


def test_what_is_asked_for_can_be_chosen_in_drafts_at_once_and_not_published(curator):
    target = ask(curator).target
    assert target.status == TermStatus.PENDING
    assert target in Target.objects.choosable()
    assert target not in Target.objects.usable()


def test_an_approved_request_leaves_the_id_and_may_change_the_words(curator, editor):
    request = ask(curator)
    target = services.approve_target_request(actor=editor, request=request, said=said(name="better words"))
    assert (target.status, target.name, target.pk) == (TermStatus.APPROVED, "better words", request.target_id)
    notice = Notice.objects.get(person=curator)
    assert "was approved" in notice.text
    assert notice.url == "/vocabularies/target-requests/"


def test_a_declined_request_keeps_the_target_for_what_names_it(curator, editor):
    request = ask(curator)
    with pytest.raises(Refused):
        services.decline_target_request(actor=editor, request=request, answer="")
    services.decline_target_request(actor=editor, request=request, answer="Too vague.")
    assert Target.objects.get().status == TermStatus.DECLINED
    assert "Too vague." in Notice.objects.get(person=curator).text


def test_a_request_may_be_answered_with_a_target_that_exists(curator, editor):
    heir, request = TargetFactory(symbol="HEIR"), ask(curator)
    with pytest.raises(Refused):
        services.answer_target_request_with(actor=editor, request=request, instead=request.target)
    services.answer_target_request_with(actor=editor, request=request, instead=heir)
    request.refresh_from_db()
    assert (request.state, request.target.merged_into) == ("instead", heir)


def test_nobody_decides_on_their_own_request_or_on_one_twice(editor, other_editor):
    request = ask(editor)
    with pytest.raises(Refused, match="You asked for this yourself"):
        services.approve_target_request(actor=editor, request=request)
    services.approve_target_request(actor=other_editor, request=request)
    with pytest.raises(Refused, match="decided on already"):
        services.decline_target_request(actor=other_editor, request=request, answer="No.")


def test_visitors_do_not_ask(visitor):
    with pytest.raises(Refused) as refusal:
        ask(visitor)
    assert refusal.value.code == "forbidden"


@pytest.mark.parametrize("typed", ["HGNC:2433", "2433", "csf1r", "FMS", "CD115"])
def test_a_gene_is_found_by_id_symbol_former_symbol_or_alias_and_fills_everything_in(editor, typed):
    applied(genes("HGNC:2433,CSF1R,colony stimulating factor 1 receptor,Approved,CD115,FMS,P07333"))
    gene = Gene.objects.meant_by(typed).get()
    target = services.add_target(actor=editor, said=replace(services.said_of_gene(gene), classes=("myeloid",)))
    assert (target.curie, target.symbol, target.name) == ("HGNC:2433", "CSF1R", "colony stimulating factor 1 receptor")
    assert (target.synonyms, target.former_symbols) == (["CD115"], ["FMS"])
    assert [str(one) for one in target.identifiers.all()] == ["uniprot:P07333"]


def test_a_withdrawn_gene_is_not_offered():
    applied(genes("HGNC:2433,CSF1R,withdrawn,Entry Withdrawn"))
    assert not Gene.objects.meant_by("CSF1R").exists()
