"""What a reference has to do with other publications, in words, with the way there."""

from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse

from ..choices import LinkKind
from ..models import Reference, ReferenceLink


@dataclass(frozen=True, slots=True)
class Relation:
    """“Corrected by” that publication; ``is_here`` where the portal has it."""

    label: str
    title: str
    url: str
    is_here: bool
    note: str = ""


def relations_of(reference: Reference) -> list[Relation]:
    """Each other publication once for what it is to this one, whichever of the two says so."""
    found: dict[tuple[str, str], Relation] = {}
    for link in reference.links.select_related("other"):
        relation = _here(link.kind, link.other, link.note) if link.other else _elsewhere(link)
        found.setdefault((link.kind, relation.url), relation)
    for link in reference.linked_from.select_related("reference"):
        kind = LinkKind(link.kind).inverse
        relation = _here(kind, link.reference)
        found.setdefault((kind, relation.url), relation)
    if reference.preprint_of:
        relation = _here(LinkKind.PREPRINT_OF, reference.preprint_of)
        found.setdefault((LinkKind.PREPRINT_OF, relation.url), relation)
    for preprint in reference.preprints.order_by("pk"):
        relation = _here(LinkKind.ARTICLE_OF, preprint)
        found.setdefault((LinkKind.ARTICLE_OF, relation.url), relation)
    order = list(LinkKind)
    return [
        relation for (kind, _), relation in sorted(found.items(), key=lambda item: order.index(LinkKind(item[0][0])))
    ]


def _here(kind: str, other: Reference, note: str = "") -> Relation:
    return Relation(
        LinkKind(kind).label, other.title, reverse("literature:reference-detail", args=[other.pk]), True, note
    )


def _elsewhere(link: ReferenceLink) -> Relation:
    if link.pmid:
        title, url = f"PMID {link.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{link.pmid}/"
    else:
        title, url = f"DOI {link.doi}", f"https://doi.org/{quote(link.doi or '')}"
    return Relation(link.get_kind_display(), title, url, False, link.note)
