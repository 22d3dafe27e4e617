"""Which service is asked for which identifier, in which order.

PMIDs are PubMed's. For DOIs and PMCIDs, Europe PMC is asked first, many at once: it tells the PMIDs of
those that PubMed has, which then describes them; what Europe PMC alone has (preprints, most of all) is
taken from there, and DOIs that it does not know from Crossref. So a hundred identifiers of any kind
cost a handful of questions, and each comes from the service that describes it best.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..formats import Citation, Problem, RawRecord
from .answers import SourceRefused
from .crossref import Crossref
from .europepmc import EuropePMC
from .http import nothing
from .pubmed import PubMed
from .records import Fetches, Record, label_of

#: More refusals than one or two odd identifiers among hundreds explain: it is something else.
MOST_REFUSALS = 20


@dataclass(frozen=True, slots=True)
class Fetched(RawRecord):
    """A record that came from a service, parsed already."""

    citation: Citation


def look_up(wanted: Sequence[tuple[int, str]], *, beat: Callable[[], None] = nothing) -> Iterator[Fetched | Problem]:
    """Exactly one item for each position and identifier, in order: its record, or why there is none."""
    refusals: dict[str, str] = {}
    known = _known(list(dict.fromkeys(identifier for _, identifier in wanted)), refusals, beat)
    for position, identifier in wanted:
        if record := known.get(identifier):
            citation = replace(record.citation, position=position)
            yield Fetched(position=position, line=0, digest=record.digest, payload=b"", citation=citation)
        else:
            yield Problem(position, label_of(identifier), refusals.get(identifier) or _unknown(identifier))


def _known(identifiers: list[str], refusals: dict[str, str], beat: Callable[[], None]) -> dict[str, Record]:
    pubmed = PubMed(beat=beat)
    of_pubmed = [identifier for identifier in identifiers if identifier.startswith("pmid:")]
    others = [identifier for identifier in identifiers if not identifier.startswith("pmid:")]
    elsewhere = _ask(EuropePMC(beat=beat), others, refusals)
    pmids = {name: f"pmid:{record.citation.pmid}" for name, record in elsewhere.items() if record.citation.pmid}
    described = _ask(pubmed, list(dict.fromkeys((*of_pubmed, *pmids.values()))), refusals)
    dois = [name for name in others if name.startswith("doi:") and name not in elsewhere]
    return (
        _ask(Crossref(beat=beat), dois, refusals)
        | elsewhere
        | {name: described[pmid] for name, pmid in pmids.items() if pmid in described}
        | {name: described[name] for name in of_pubmed if name in described}
    )


def _ask(service: Fetches, identifiers: list[str], refusals: dict[str, str]) -> dict[str, Record]:
    """What it knows of them. A question that it refuses is asked again in halves, to find the one at fault."""
    if not identifiers:
        return {}
    try:
        return service.fetch(identifiers)
    except SourceRefused as refused:
        if len(identifiers) == 1:
            refusals[identifiers[0]] = refused.reason
            if len(refusals) > MOST_REFUSALS:
                raise
            return {}
    middle = len(identifiers) // 2
    return _ask(service, identifiers[:middle], refusals) | _ask(service, identifiers[middle:], refusals)


def _unknown(identifier: str) -> str:
    kind = identifier.partition(":")[0]
    who = {"pmid": "PubMed has no", "pmcid": "Europe PMC has no", "doi": "Neither Europe PMC nor Crossref has a"}[kind]
    return f"{who} record with {label_of(identifier)}."
