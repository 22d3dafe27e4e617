"""PubMed files for the benchmarks: invented, always the same for the same numbers, shaped like the real ones.

A record has about 7.5 KB, as in PubMed's baseline of recent years: abstracts in sections with inline
markup, authors with affiliations, MeSH headings, chemicals, keywords, grants, a history, and in every
eighth one a list of cited references.
"""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

HEADER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
SYLLABLES = [
    first + vowel + last
    for first in ("b", "c", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "th", "str", "ph")
    for vowel in ("a", "e", "i", "o", "u")
    for last in ("", "l", "n", "r", "s", "t", "x")
]
SECTIONS = (
    ("BACKGROUND", "BACKGROUND"),
    ("METHODS", "METHODS"),
    ("RESULTS", "RESULTS"),
    ("CONCLUSIONS", "CONCLUSIONS"),
)
MARKUP = (
    "<i>in vivo</i>", "CD8<sup>+</sup> T cells", "<i>TP53</i>", "TGF-&#x3b2;", "<b>n</b> = 42",
    "H<sub>2</sub>O<sub>2</sub>", "p &lt; 0.05", "PD-1/PD-L1", "IFN-γ", "95% CI 1.2–3.4",
)  # fmt: skip


class Words:
    """A vocabulary whose words come as often as words do; sentences, journals, places and headings of it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.words = [
            "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(12_000)
        ]
        weights = [1 / (rank + 8) for rank in range(len(self.words))]
        self.stream = iter(chance.choices(self.words, weights, k=400_000))
        self.weights = weights
        self.journals = [(f"Journal of {self.name()} {self.name()}", f"J {self.name()[:9]}") for _ in range(400)]
        self.places = [
            f"Department of {self.name()}, {self.name()} University Hospital, {chance.randint(1, 99)} {self.name()}"
            f" Street, {self.name()}, {self.name()} {chance.randint(1000, 99999)}, {self.name()}."
            for _ in range(3_000)
        ]
        self.headings = [" ".join(self.some(chance.randint(1, 3))).title() for _ in range(3_000)]

    def some(self, count: int) -> list[str]:
        taken = [word for word, _ in zip(self.stream, range(count), strict=False)]
        if len(taken) < count:
            self.stream = iter(self.chance.choices(self.words, self.weights, k=400_000))
            taken += self.some(count - len(taken))
        return taken

    def sentence(self, length: int) -> str:
        words = self.some(length)
        if self.chance.random() < 0.4:
            words[length // 2] = self.chance.choice(MARKUP)
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    def name(self) -> str:
        return self.chance.choice(self.words).capitalize()


def records(count: int, *, first: int = 30_000_000, seed: int = 1) -> Iterator[str]:
    """``count`` records; their PMIDs begin at ``first`` and have eight digits."""
    words = Words(random.Random(seed))
    for number in range(count):
        yield _record(first + number, words)


def _record(pmid: int, words: Words) -> str:
    chance = words.chance
    year = chance.randint(1995, 2025)
    journal, abbreviation = chance.choice(words.journals)
    doi = f"10.{1000 + pmid % 9000}/s{pmid}.{year}"
    pmc = f'<ArticleId IdType="pmc">PMC{pmid - 20_000_000}</ArticleId>' if chance.random() < 0.4 else ""
    parts = [
        f"""  <PubmedArticle>
    <MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">
      <PMID Version="1">{pmid}</PMID>
      <DateCompleted>{_date(chance, year)}</DateCompleted>
      <DateRevised>{_date(chance, year)}</DateRevised>
      <Article PubModel="Print-Electronic">
        <Journal>
          <ISSN IssnType="Electronic">{chance.randint(1000, 9999)}-{chance.randint(1000, 9999)}</ISSN>
          <JournalIssue CitedMedium="Internet">
            <Volume>{chance.randint(1, 300)}</Volume>
            <Issue>{chance.randint(1, 52)}</Issue>
            <PubDate>{_date(chance, year)}</PubDate>
          </JournalIssue>
          <Title>{journal}</Title>
          <ISOAbbreviation>{abbreviation}</ISOAbbreviation>
        </Journal>
        <ArticleTitle>{words.sentence(chance.randint(8, 18))}</ArticleTitle>
        <Pagination><StartPage>{pmid % 900}</StartPage><EndPage>{pmid % 900 + 9}</EndPage>\
<MedlinePgn>{pmid % 900}-{pmid % 900 + 9}</MedlinePgn></Pagination>
        <ELocationID EIdType="doi" ValidYN="Y">{doi}</ELocationID>
        <Abstract>
{_abstract(chance, words)}        </Abstract>
        <AuthorList CompleteYN="Y">
"""
    ]
    for _ in range(chance.choice((5, 5, 6, 6, 7, 8, 10, 15))):
        given = words.name()
        parts.append(
            f'          <Author ValidYN="Y"><LastName>{words.name()}</LastName><ForeName>{given} {given[0]}</ForeName>'
            f"<Initials>{given[0]}</Initials><AffiliationInfo><Affiliation>{chance.choice(words.places)}</Affiliation>"
            "</AffiliationInfo></Author>\n"
        )
    grants = "".join(
        f"<Grant><GrantID>R01 CA{chance.randint(10_000, 999_999)}</GrantID><Acronym>CA</Acronym><Agency>NCI NIH HHS"
        "</Agency><Country>United States</Country></Grant>"
        for _ in range(chance.choice((0, 0, 1, 3)))
    )
    review = '<PublicationType UI="D016454">Review</PublicationType>' if chance.random() < 0.15 else ""
    parts.append(
        f"""        </AuthorList>
        <Language>eng</Language>
        {f'<GrantList CompleteYN="Y">{grants}</GrantList>' if grants else ""}
        <PublicationTypeList>
          <PublicationType UI="D016428">Journal Article</PublicationType>{review}
        </PublicationTypeList>
        <ArticleDate DateType="Electronic">{_date(chance, year)}</ArticleDate>
      </Article>
      <MedlineJournalInfo>
        <Country>England</Country>
        <MedlineTA>{abbreviation}</MedlineTA>
        <NlmUniqueID>{chance.randint(10**6, 10**8)}</NlmUniqueID>
      </MedlineJournalInfo>
      <ChemicalList>
"""
    )
    for _ in range(chance.randint(0, 4)):
        substance = f'<NameOfSubstance UI="D{chance.randint(10_000, 99_999):06}">{words.name()}</NameOfSubstance>'
        parts.append(f"        <Chemical><RegistryNumber>0</RegistryNumber>{substance}</Chemical>\n")
    parts.append("      </ChemicalList>\n      <CitationSubset>IM</CitationSubset>\n      <MeshHeadingList>\n")
    for heading in chance.sample(words.headings, chance.randint(4, 12)):
        ui = chance.randint(1, 99_999)
        parts.append(
            f'        <MeshHeading><DescriptorName UI="D{ui:06}" MajorTopicYN="N">{heading}</DescriptorName>'
            + (f'<QualifierName UI="Q{ui % 900:06}" MajorTopicYN="Y">metabolism</QualifierName>' if ui % 3 == 0 else "")
            + "</MeshHeading>\n"
        )
    keywords = "".join(f'<Keyword MajorTopicYN="N">{word}</Keyword>' for word in words.some(chance.randint(0, 6)))
    history = "".join(
        f'        <PubMedPubDate PubStatus="{status}">{_date(chance, year)}</PubMedPubDate>\n'
        for status in ("received", "revised", "accepted", "pubmed", "medline", "entrez")
    )
    parts.append(
        f"""      </MeshHeadingList>
      <KeywordList Owner="NOTNLM">{keywords}</KeywordList>
    </MedlineCitation>
    <PubmedData>
      <History>
{history}      </History>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">{pmid}</ArticleId><ArticleId IdType="doi">{doi}</ArticleId>{pmc}
      </ArticleIdList>
{_cited(chance, words) if chance.random() < 0.12 else ""}    </PubmedData>
  </PubmedArticle>
"""
    )
    return "".join(parts)


def _date(chance: random.Random, year: int) -> str:
    return f"<Year>{year}</Year><Month>{chance.randint(1, 12):02}</Month><Day>{chance.randint(1, 28):02}</Day>"


def _abstract(chance: random.Random, words: Words) -> str:
    if chance.random() < 0.5:
        text = " ".join(words.sentence(chance.randint(12, 28)) for _ in range(chance.randint(5, 9)))
        return f"          <AbstractText>{text}</AbstractText>\n"
    return "".join(
        f'          <AbstractText Label="{label}" NlmCategory="{category}">'
        + " ".join(words.sentence(chance.randint(12, 26)) for _ in range(chance.randint(1, 3)))
        + "</AbstractText>\n"
        for label, category in SECTIONS
    )


def _cited(chance: random.Random, words: Words) -> str:
    lines = ["      <ReferenceList>\n"]
    for _ in range(chance.randint(15, 45)):
        pmid = chance.randint(10_000_000, 29_000_000)
        lines.append(
            f"        <Reference><Citation>{words.name()} {words.name()[0]}, et al. {' '.join(words.some(8))}. "
            f"J {words.name()[:5]}. {chance.randint(1990, 2024)};{chance.randint(1, 90)}:{pmid % 900}.</Citation>"
            f'<ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></Reference>\n'
        )
    lines.append("      </ReferenceList>\n")
    return "".join(lines)


def write(path: Path, count: int, *, first: int = 30_000_000, seed: int = 1) -> Path:
    """The file, made anew only where it is not there yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with gzip.open(part, "wt", encoding="utf-8", compresslevel=6) as file:
            file.write(HEADER)
            file.writelines(records(count, first=first, seed=seed))
            file.write("</PubmedArticleSet>\n")
        part.replace(path)
    return path
