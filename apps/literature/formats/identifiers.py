"""Finding identifiers in texts that hold other words as well: notes, addresses, whole lines."""

import re
from urllib.parse import unquote

from .citation import clean_doi, clean_pmcid, clean_pmid

DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
DOI_ADDRESS = re.compile(r"\bdoi\.(?:acm\.)?org/(10\.\S+)", re.IGNORECASE)
PMID = re.compile(
    r"\bPMID[:\s]*(\d{1,9})\b|\bPUBMED (\d{5,9})\b"
    r"|\b(?:pubmed(?:\.ncbi\.nlm\.nih\.gov)?|europepmc\.org/\w+/MED)/(?:\?term=)?(\d{1,9})\b",
    re.IGNORECASE,
)
PMCID = re.compile(r"\b(PMC\d{1,12}(?:\.\d{1,3})?)\b", re.IGNORECASE)
BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}


def doi_in(text: str) -> str | None:
    """The first DOI, wherever it stands, without the punctuation of a sentence around it."""
    found = DOI.search(text)
    return clean_doi(without_punctuation(found[0])) if found else None


def doi_of_address(text: str) -> str | None:
    """The DOI of the first address that leads to doi.org; other addresses hold more than the DOI."""
    found = DOI_ADDRESS.search(text)
    return clean_doi(without_punctuation(unquote(found[1]))) if found else None


def pmid_in(text: str) -> int | None:
    """The first number that is called a PMID, or stands in an address of PubMed."""
    found = PMID.search(text)
    return clean_pmid(found[1] or found[2] or found[3]) if found else None


def pmcid_in(text: str) -> str | None:
    found = PMCID.search(text)
    return clean_pmcid(found[1]) if found else None


def without_punctuation(doi: str) -> str:
    """A DOI may end with a bracket only if that was opened within it, and never with a full stop."""
    while doi:
        last = doi[-1]
        opened = BRACKETS.get(last)
        if last in ".,;:'\"”’*" or (opened and doi.count(last) > doi.count(opened)):
            doi = doi[:-1]
        else:
            break
    return doi
