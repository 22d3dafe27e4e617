"""Targets made and changed by people, one at a time, and duplicates merged into one."""

import re
from dataclasses import replace

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import record_event
from apps.core.exceptions import Refused

from .. import identity
from ..choices import FIRST_LOCAL_NUMBER, TargetClass, TargetKind, TermStatus
from ..models import Gene, Target, TargetIdentifier
from ..permissions import may_manage, may_merge
from ..sources import TargetData
from .local import one_at_a_time, required
from .saving import write_targets

SYMBOL_LIMIT, NAME_LIMIT, OTHERS_LIMIT = 80, 400, 50
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_IDENTIFIERS_OF_GENE = ("ncbigene", "ensembl")


@transaction.atomic
def add_target(*, actor: User, said: TargetData) -> Target:
    """An approved target at once; without an id it gets one of our own (``TMET:``)."""
    may_manage(actor).require()
    return make_target(said, actor, TermStatus.APPROVED)


@transaction.atomic
def change_target(*, actor: User, target: Target, said: TargetData) -> Target:
    """Give a target other words, classes or members; its id and whether it is approved stay."""
    may_manage(actor).require()
    target = locked_target(target)
    if target.merged_into_id:
        raise Refused(f"{target.symbol} was merged into {target.merged_into}: change that one.", code="state")
    return rewrite_target(target, said, actor)


@transaction.atomic
def merge_targets(*, actor: User, target: Target, into: Target, reason: str) -> Target:
    """Let ``into`` stand for ``target`` from now on; gives the heir.

    The heir takes over names, identifiers, cell types, therapies and places in pairs and complexes. What is
    published keeps saying what it says, and is found under the heir; the former id leads there.
    """
    reason = required(reason, "Say why they are the same: it stands in the history of both.", "reason")
    one_at_a_time()
    held = Target.objects.select_for_update(of=("self",)).in_bulk([target.pk, into.pk])
    target, heir = held[target.pk], held[into.pk]
    may_merge(actor, target, heir).require()
    _inherit(heir, target)
    target.merged_into = heir
    target.save(update_fields=["merged_into"])
    # Nobody has to follow more than one step.
    Target.objects.filter(merged_into=target).update(merged_into=heir)
    record_event(actor=actor, verb="merge", obj=target, reason=reason, data={"into": heir.curie})
    record_event(actor=actor, verb="take_over", obj=heir, reason=reason, data={"from": target.curie})
    return heir


def said_of_gene(gene: Gene) -> TargetData:
    """A target as the HGNC table describes it; what it is to the microenvironment is for people to say."""
    others = [(resource, getattr(gene, resource)) for resource in _IDENTIFIERS_OF_GENE]
    return TargetData(
        curie=gene.curie,
        kind=TargetKind.GENE,
        symbol=gene.symbol,
        name=gene.name or gene.symbol,
        classes=(),
        synonyms=tuple(gene.aliases),
        former_symbols=tuple(gene.previous),
        identifiers=tuple((resource, value) for resource, value in others if value)
        + tuple(("uniprot", value) for value in gene.uniprot),
    )


def locked_target(target: Target) -> Target:
    return Target.objects.select_for_update(of=("self",)).select_related("merged_into").get(pk=target.pk)


def make_target(said: TargetData, actor: User, status: TermStatus) -> Target:
    """A new row, with its id or with the next one of our own."""
    one_at_a_time()
    said = checked_target(replace(said, status=status))
    write_targets([said], actor)
    return Target.objects.get(curie=said.curie)


def rewrite_target(target: Target, said: TargetData, actor: User) -> Target:
    one_at_a_time()
    said = checked_target(replace(said, curie=target.curie, status=target.status), of=target)
    write_targets([said], actor)
    return Target.objects.get(pk=target.pk)


def checked_target(said: TargetData, of: Target | None = None) -> TargetData:
    """The same, tidied; ``Refused`` names what is missing, does not fit its kind, or is another target's already."""
    if said.kind not in TargetKind.values:
        raise Refused("Choose what kind of target it is.", field="kind")
    curie = of.curie if of else identity.tidied(said.curie) or _next_curie()
    if of is None and (problem := identity.objection(said.kind, curie)):
        raise Refused(problem, field="curie")
    symbol = required(_line(said.symbol), "Give it a symbol or a short name.", "symbol")
    name = _line(said.name) or symbol
    for text, limit, field in ((symbol, SYMBOL_LIMIT, "symbol"), (name, NAME_LIMIT, "name")):
        if len(text) > limit:
            raise Refused(f"The text has {len(text):,} characters; at most {limit:,} are possible.", field=field)
    if not said.classes or not set(said.classes) <= set(TargetClass.values):
        raise Refused("Choose what it is to the tumour microenvironment: one class or more.", field="classes")
    _new(curie, symbol, of)
    return replace(
        said,
        curie=curie,
        symbol=symbol,
        name=name,
        synonyms=_names(said.synonyms, symbol, "synonyms", limit=200),
        former_symbols=_names(said.former_symbols, symbol, "former_symbols", limit=SYMBOL_LIMIT),
        members=_members(said, curie),
    )


def _new(curie: str, symbol: str, of: Target | None) -> None:
    known = Target.objects.exclude(pk=of.pk) if of else Target.objects.all()
    one = known.filter(curie=curie).first() or known.choosable().filter(symbol__iexact=symbol).first()
    if one is not None:
        waits = ", which awaits a decision" if one.status == TermStatus.PENDING else ""
        field = "curie" if one.curie == curie else "symbol"
        raise Refused(f"There is {one} already{waits}.", field=field, code="duplicate")


def _members(said: TargetData, curie: str) -> tuple[str, ...]:
    members = tuple(dict.fromkeys(said.members))
    if members and said.kind not in identity.MADE_OF_OTHERS:
        raise Refused(f"A {TargetKind(said.kind).label.lower()} has no members.", field="members")
    if said.kind == TargetKind.LIGAND_RECEPTOR and len(members) != 2:
        raise Refused("Name the two targets of the pair: the ligand and the receptor.", field="members")
    if curie in members:
        raise Refused("A target is no member of itself.", field="members")
    usable = set(Target.objects.choosable().filter(curie__in=members).values_list("curie", flat=True))
    if gone := [member for member in members if member not in usable]:
        raise Refused(f"{', '.join(gone)} cannot be chosen. Choose another one.", field="members")
    return members


def _names(names: tuple[str, ...], symbol: str, field: str, *, limit: int) -> tuple[str, ...]:
    tidy = tuple(dict.fromkeys(name for name in map(_line, names) if name and name != symbol))
    if len(tidy) > OTHERS_LIMIT or any(len(name) > limit for name in tidy):
        raise Refused(f"At most {OTHERS_LIMIT} are possible, of {limit} characters each.", field=field)
    return tidy


def _line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _next_curie() -> str:
    given = Target.objects.filter(curie__regex=rf"^{identity.LOCAL}:\d{{7}}$").order_by("-curie")
    last = given.values_list("curie", flat=True).first()
    number = max(FIRST_LOCAL_NUMBER, int(last.partition(":")[2]) + 1 if last else 0)
    return f"{identity.LOCAL}:{number:07d}"


def _inherit(heir: Target, target: Target) -> None:
    synonyms = (*heir.synonyms, target.symbol, *target.synonyms)
    heir.synonyms = [name for name in dict.fromkeys(synonyms) if name != heir.symbol]
    former = (*heir.former_symbols, *target.former_symbols)
    heir.former_symbols = [name for name in dict.fromkeys(former) if name != heir.symbol]
    heir.save(update_fields=["synonyms", "former_symbols"])
    TargetIdentifier.objects.bulk_create(
        (
            TargetIdentifier(target=heir, resource=resource, identifier=identifier)
            for resource, identifier in target.identifiers.values_list("resource", "identifier")
        ),
        ignore_conflicts=True,
    )
    for field in ("cell_types", "therapies", "members"):
        getattr(heir, field).add(*getattr(target, field).all())
    for whole in target.member_of.exclude(pk=heir.pk):
        whole.members.add(heir)
        whole.members.remove(target)
