"""PubMed XML and references for tests. ``article(pmid)`` is one record; ``article_set`` a whole file."""

import gzip
import io
from xml.sax.saxutils import escape, quoteattr

from apps.literature import services
from apps.literature.models import ImportRun

HEADER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


def article(
    pmid: int | str = 1,
    title: str = "Macrophages in the margin",
    *,
    doi: str = "",
    pmcid: str = "",
    abstract: str = "",
    year: str = "<Year>2020</Year>",
    version: int = 1,
    revised: str = "",
    authors: str = "",
    types: tuple[str, ...] = ("Journal Article",),
    links: str = "",
    inside: str = "",
    after: str = "",
) -> str:
    """One ``PubmedArticle``; ``title``, ``year``, ``authors``, ``links``, ``inside`` and ``after`` are markup."""
    ids = f'<ArticleId IdType="pubmed">{pmid}</ArticleId>'
    ids += f'<ArticleId IdType="doi">{escape(doi)}</ArticleId>' if doi else ""
    ids += f'<ArticleId IdType="pmc">{escape(pmcid)}</ArticleId>' if pmcid else ""
    authors = authors or "<Author><LastName>Noe</LastName><ForeName>Una</ForeName></Author>"
    type_list = "".join(f"<PublicationType>{name}</PublicationType>" for name in types)
    date = "".join(
        f"<{part}>{value}</{part}>" for part, value in zip(("Year", "Month", "Day"), revised.split("-"), strict=False)
    )
    return f"""<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version={quoteattr(str(version))}>{pmid}</PMID>
    {f"<DateRevised>{date}</DateRevised>" if revised else ""}
    <Article PubModel="Print">
      <Journal>
        <JournalIssue CitedMedium="Internet"><Volume>7</Volume><Issue>2</Issue><PubDate>{year}</PubDate></JournalIssue>
        <Title>Journal of Examples</Title><ISOAbbreviation>J Ex</ISOAbbreviation>
      </Journal>
      <ArticleTitle>{title}</ArticleTitle>
      <Pagination><MedlinePgn>10-8</MedlinePgn></Pagination>
      {f"<Abstract><AbstractText>{escape(abstract)}</AbstractText></Abstract>" if abstract else ""}
      <AuthorList CompleteYN="Y">{authors}</AuthorList>
      <Language>eng</Language>
      <PublicationTypeList>{type_list}</PublicationTypeList>
      {inside}
    </Article>
    {f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList>" if links else ""}
    {after}
  </MedlineCitation>
  <PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>{ids}</ArticleIdList></PubmedData>
</PubmedArticle>"""


def article_set(*articles: str, tail: str = "") -> bytes:
    body = "\n".join(articles)
    return f"{HEADER}<PubmedArticleSet>\n{body}\n{tail}</PubmedArticleSet>\n".encode()


def many(count: int, *, first: int = 1000) -> bytes:
    """A file of so many different articles."""
    return article_set(
        *(
            article(first + n, f"Article {n} on stroma", doi=f"10.5555/example.{first + n}", abstract=f"Finding {n}.")
            for n in range(count)
        )
    )


def make_run(content: bytes, *, requested_by=None, name: str = "export.xml", compressed: bool = False) -> ImportRun:
    """A queued run of this file, as the portal would make it."""
    data = gzip.compress(content) if compressed else content
    return services.request_import(requested_by=requested_by, file=io.BytesIO(data), file_name=name)


def imported(content: bytes, **changes) -> ImportRun:
    """A run of this file that is over."""
    run = make_run(content, **changes)
    services.run_import(run.pk)
    run.refresh_from_db()
    return run
