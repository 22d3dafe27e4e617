"""What BibTeX says, as citations, however it is written and however broken."""

import io
import tracemalloc

import pytest

from apps.literature.choices import ReferenceType, RetractionState
from apps.literature.formats import Problem, RawRecord, Reader, Unreadable, bibtex_context, lines
from apps.literature.formats.citation import Author, Citation
from apps.literature.formats.tex import printed, verbatim
from tests.literature import shared_files


def read(text: str) -> tuple[list[Citation], list[Problem]]:
    items = list(Reader(io.BytesIO(text.encode())))
    return [each for each in items if isinstance(each, Citation)], [each for each in items if isinstance(each, Problem)]


def one(fields: str, type: str = "article") -> Citation:
    citations, problems = read(f"@{type}{{key,\n{fields}\n}}")
    assert problems == []
    return citations[0]


def titles(text: str) -> list[str]:
    return [each.title for each in read(text)[0]]


def test_reads_every_field():
    citation = one(
        r"""
        author = {van der Ex, Ada and {The Stroma Group} and Solo, Jr, S. B. and others},
        editor = {Editor, Eve},
        title = {{The {CSF1R} axis in TGF-$\beta$ \textit{stroma}}},
        subtitle = {Then and now},
        journaltitle = {Journal of Examples \& more},
        date = {2020-01-31},
        volume = 7,
        number = {2},
        pages = {10--18},
        language = {english},
        doi = {https://doi.org/10.1000/A\_B},
        pmid = {123},
        pmcid = {PMC42},
        abstract = {Half (50\%) were seen.},
        keywords = {macrophages},
        document_type = {Review},
        """
    )
    assert citation == Citation(
        position=1,
        pmid=123,
        doi="10.1000/a_b",
        pmcid="PMC42",
        title="The CSF1R axis in TGF-β stroma: Then and now",
        abstract="Half (50%) were seen.",
        journal="Journal of Examples & more",
        year=2020,
        volume="7",
        issue="2",
        pages="10–18",
        language="english",
        authors=(Author("van der Ex", "Ada"), Author(collective="The Stroma Group"), Author("Solo", "S. B. Jr")),
        reference_type=ReferenceType.REVIEW,
        publication_types=("Review",),
    )


# --- fields -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Noe, Una B.", Author("Noe", "Una B.")),
        ("Una B. Noe", Author("Noe", "Una B.")),
        ("Una van der Noe", Author("van der Noe", "Una")),
        ("van der Noe, Una", Author("van der Noe", "Una")),
        ("{de} Noe, Una", Author("de Noe", "Una")),
        ("Noe, III, Una", Author("Noe", "Una III")),
        (r"{\"O}zt{\"u}rk, {\c{C}}a{\u{g}}la", Author("Öztürk", "Çağla")),
        ("{Noe and Sons}", Author(collective="Noe and Sons")),
        ("{Noe}", Author("Noe")),
        ("{A {Nested} Group}", Author(collective="A Nested Group")),
        ("family=Noe, given=Una, prefix=van", Author("van Noe", "Una")),
        ("Noe,", Author("Noe")),
    ],
)
def test_reads_a_name_as_bibtex_does(name, author):
    assert one(f"author = {{{name} and Solo, Sam}}").authors == (author, Author("Solo", "Sam"))


def test_names_are_told_apart_by_the_word_in_any_case_and_empty_ones_are_none():
    citation = one("author = {Noe, Una AND\n Solo, Sam and  and ,}")
    assert citation.authors[:2] == (Author("Noe", "Una"), Author("Solo", "Sam"))
    assert one("author = {}").authors == ()


@pytest.mark.parametrize(
    ("fields", "doi", "pmid", "pmcid"),
    [
        ("doi = {doi:10.1000/ABC}", "10.1000/abc", None, None),
        ("doi = {n/a}, url = {https://doi.org/10.1000/abc}", "10.1000/abc", None, None),
        ("bdsk-url-2 = {http://dx.doi.org/10.1000/abc}", "10.1000/abc", None, None),
        ("url = {https://publisher.example/doi/10.1000/abc/full}", None, None, None),
        ("eprint = {10.1000/abc}, eprinttype = {doi}", "10.1000/abc", None, None),
        ("note = {See doi: 10.1000/abc.}", "10.1000/abc", None, None),
        ("note = {{PMID:} 123}", None, 123, None),
        ("eprint = {123}, eprinttype = {pubmed}", None, 123, None),
        ("url = {http://www.ncbi.nlm.nih.gov/pubmed/123}", None, 123, None),
        ("eprint = {1234.5678}, archiveprefix = {arXiv}", None, None, None),
        ("pmid = 123, pmid = {123}, pmc = {42}", None, 123, "PMC42"),
        ("url = {https://pmc.ncbi.nlm.nih.gov/articles/PMC42/}", None, None, "PMC42"),
        (r"note = {[PMC:\href{https://a.example/}{PMC42}]}", None, None, "PMC42"),
    ],
)
def test_identifiers_are_found_in_the_fields_where_they_are_put(fields, doi, pmid, pmcid):
    citation = one(fields)
    assert (citation.doi, citation.pmid, citation.pmcid) == (doi, pmid, pmcid)


def test_a_key_may_be_a_pmid():
    citations, _ = read("@article{pmid123, title = {A}}\n@article{pmid124, title = {B}, pmid = {125}}")
    assert [each.pmid for each in citations] == [123, 125]


def test_an_identifier_that_is_none_is_left_out_and_told():
    citation = one("doi = {in press}, pmid = {soon}")
    assert (citation.doi, citation.pmid) == (None, None)
    assert citation.notes == ("“in press” is no DOI and was left out.", "“soon” is no PMID and was left out.")


@pytest.mark.parametrize(
    ("fields", "year"),
    [("year = 2001", 2001), ("year = {c2001a}", 2001), ("year = {in press}, date = {2002/2003}", 2002), ("", None)],
)
def test_year_is_that_of_the_year_or_the_date(fields, year):
    assert one(fields).year == year


@pytest.mark.parametrize(
    ("type", "fields", "kind"),
    [
        ("article", "", ReferenceType.ARTICLE),
        ("InProceedings", "", ReferenceType.ARTICLE),
        ("incollection", "type = {Review}", ReferenceType.BOOK),
        ("article", "journal = {bioRxiv}", ReferenceType.PREPRINT),
        ("misc", "eprint = {1}, archiveprefix = {arXiv}", ReferenceType.PREPRINT),
        ("article", "journal = {J Ex}, eprint = {1}, archiveprefix = {arXiv}", ReferenceType.ARTICLE),
        ("phdthesis", "type = {PhD thesis}", ReferenceType.OTHER),
        ("article", "type = {Editorial Material; Early Access}", ReferenceType.EDITORIAL),
    ],
)
def test_kind_is_that_of_the_entry_unless_words_say_more(type, fields, kind):
    assert one(fields, type).reference_type == kind


def test_a_title_marked_as_retracted_is_of_a_retracted_article():
    assert one("title = {{RETRACTED}: Wrong}").retraction_state == RetractionState.RETRACTED


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"{\"O}zg\"ur \'{\i}\v{s}\c c \o{}re \AA{}s {\ss} \L{}", "Özgür íšç øre Ås ß Ł"),
        (r"CD8$^{+}$ T cells, H\textsubscript{2}O, IFN-$\gamma$", "CD8+ T cells, H2O, IFN-γ"),
        (r"{\it In vivo} \emph{and} \textbf{bold}, \href{https://a.example}{linked}", "In vivo and bold, linked"),
        (r"a -- b --- c ``d'' e~f 5\% \& \$6 \_g", "a – b — c “d” e f 5% & $6 _g"),
        (r"50% of & US$ 5 # unescaped", "50% of & US$ 5 # unescaped"),
        (r"$p \leq 10^{-3}$ and $\bar{x}$", "p ≤ 10-3 and x̅"),
        (r"\unknown{kept} \mbox{IL-2} $<$i$>$x$<$/i$>$", "kept IL-2 x"),
        (r"\'{\^e} \{x\} D\\'e a\\b", "ế {x} Dé a b"),
        (r"unbalanced } and { here", "unbalanced and here"),
        (r"\href{only", "only"),
    ],
)
def test_tex_is_read_as_it_looks_in_print(tex, text):
    assert printed(tex) == text


def test_addresses_are_hardly_tex():
    assert verbatim(r"\url{https://a.example/b\_c--d~e\%20f}") == "https://a.example/b_c--d~e%20f"


# --- the file ---------------------------------------------------------------------------------


def test_an_entry_may_be_written_in_many_ways():
    text = """
    Free text is a remark. @article{one, title = "One {"}quoted{"}", year = 2001 , }
    @Article (two, title = {Two (2)}, month = May)  @misc{three, title={Three}} @misc{four, title={Four}}
@BOOK
{ five ,title={Five}
, % remark = {no}
 year = 2005 }
@article{ title = {Without a key} }
@unknown{six, title = {Six}}
@comment{@article{none}} @preamble{"\\newcommand{x}{}"}
@misc{seven,
}"""
    found = titles(text.replace("    Free", "Free").replace("    @", "@"))
    assert found == ["Two (2)", "Three", "Four", "Five", "Without a key", "Six", ""]


def test_abbreviations_are_put_in_wherever_they_were_defined_before():
    text = """@string{first = "J. " } @string(JEX = first # {Ex.})
@article{a, journal = jex, title = {A } # 1 # { and } # "B", month = jan}
@article{b, journal = jexx}"""
    citations, problems = read(text)
    assert [(each.journal, each.title) for each in citations] == [("J. Ex.", "A 1 and B"), ("jexx", "")]
    assert [(each.position, each.identifier) for each in problems] == [(2, "b")]
    assert "“jexx” is an abbreviation that the file does not explain" in problems[0].reason


def test_an_entry_takes_the_year_of_the_one_it_refers_to():
    text = """@inproceedings{a, title = {A}, crossref = {Conf}}
@inproceedings{b, title = {B}, year = 1999, crossref = {conf}}
@proceedings{conf, title = {C}, date = {2001-02}, volume = 7}
@incollection{c, title = {D}, crossref = {conf}}
@incollection{d, title = {E}, crossref = {lost}}"""
    citations, problems = read(text)
    assert [(each.title, each.year, each.volume) for each in citations] == [
        ("A", 2001, "7"),
        ("B", 1999, "7"),
        ("C", 2001, "7"),
        ("D", 2001, "7"),
        ("E", None, ""),
    ]
    assert [(each.position, each.identifier) for each in problems] == [(5, "d")]


def test_an_entry_does_not_wait_for_ever_for_the_one_it_refers_to(monkeypatch):
    monkeypatch.setattr(bibtex_context, "LOOK_AHEAD", 10_000)
    others = "".join(f"@misc{{k{number}, title = {{T{number}}}}}\n" for number in range(50))
    citations, problems = read(f"@inbook{{a, crossref = {{z}}}}\n{others}@book{{z, year = 2001}}")
    assert [each.position for each in citations] == list(range(1, 53))
    assert citations[0].year is None
    assert [each.position for each in problems] == [1]


# --- damage -----------------------------------------------------------------------------------


def test_a_brace_that_is_not_closed_costs_its_field_and_nothing_else():
    text = """@article{a,
  title = {A},
  journal = {J Ex,
  year = {2001}
}
@article{b, title = {B}}"""
    citations, problems = read(text)
    assert [(each.title, each.year, each.journal) for each in citations] == [("A", 2001, ""), ("B", None, "")]
    assert problems == [
        Problem(
            1,
            "a",
            "The braces of the entry on line 1 do not match and what could not be read was left out:"
            " “journal” on line 3.",
        )
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "@article{a,\n title = {A},\n year = 2001\n",
        "@article{a,\n title = {A}},\n year = {2001},\n}",
        "@article{a,\n title = {A},\n note = {}}, year = 2000},\n year = 2001}\n",
    ],
)
def test_a_brace_too_many_or_too_few_is_told_and_costs_nothing(entry):
    citations, problems = read(f"@misc{{first, title = {{First}}}}\n{entry}\n@article{{b, title = {{B}}}}")
    assert [(each.title, each.year) for each in citations] == [("First", None), ("A", 2001), ("B", None)]
    assert [(each.position, each.identifier) for each in problems] == [(2, "a")]
    assert "on line 2 do not match, but all could be read" in problems[0].reason


@pytest.mark.parametrize(
    "fields",
    [
        "title = {A}\n year = 2001",
        "title = {A},, year = 2001,",
        "title = {A} {B}, year = 2001",
        "year = 2001, funding text 1 = {x}, title = {A}",
        "nonsense, title = {A}, year = {2001}",
        r"title = {A}, file = {C:\{x}, year = 2001",
        'title = "A", abstract = "a {"} quote", year = 2001',
        "title = {A}, title = {B}, year = 2001",
    ],
)
def test_careless_entries_are_read_without_ado(fields):
    citation = one(fields)
    assert (citation.title, citation.year) == ("A", 2001)


def test_words_without_braces_are_a_text():
    assert one("title = Without any braces, year = 2001").title == "Without any braces"


def test_an_abbreviation_that_grows_without_bounds_is_left_out():
    text = '@string{a = "ha"}\n' + "@string{a = a # a # a # a}\n" * 40 + "@article{k, title = a}"
    citations, problems = read(text)
    assert len(citations[0].title) <= bibtex_context.LONGEST_ABBREVIATION
    assert problems[0] == Problem(None, "a", "The abbreviation “a” on line 8 is too much and was left out.")


def test_a_giant_field_is_told_and_the_next_entry_read(monkeypatch):
    monkeypatch.setattr("apps.literature.formats.bibtex_entries.RECORD_LIMIT", 100_000)
    monkeypatch.setattr(lines, "RECORD_LIMIT", 100_000)
    text = "@misc{a, title = {A}}\n@misc{b,\n title = {" + "B" * 20_000_000 + "}}\n@misc{c, title = {C}}"
    file = io.BytesIO(text.encode())
    tracemalloc.start()
    items = list(Reader(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [each.title for each in items if isinstance(each, Citation)] == ["A", "C"]
    problem = items[1]
    assert isinstance(problem, Problem)
    assert problem.position == 2
    assert "begins on line 2 is larger than" in problem.reason
    assert peak < 5_000_000


def test_memory_does_not_grow_with_the_file():
    def peak(count: int) -> int:
        file = io.BytesIO(
            b"".join(b"@article{k%d, title = {T}, crossref = {no}}\n" % number for number in range(count))
        )
        tracemalloc.start()
        assert sum(isinstance(each, Citation) for each in Reader(file)) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few, more = peak(12_000), peak(24_000)
    assert more < few * 1.2


def test_a_file_without_entries_says_so():
    citations, problems = read("@comment{nothing here}\n@string{a = {b}}\n")
    assert citations == []
    assert problems == [Problem(None, "", "The file holds no records.")]


def test_a_typeset_bibliography_is_refused_with_the_way_out():
    with pytest.raises(Unreadable, match="the BibTeX file"):
        Reader(io.BytesIO(b"\\begin{thebibliography}{9}\n\\bibitem{a} Noe.\n"))


@pytest.mark.parametrize("text", ["@media print {\n a { b: c }\n}", "@Override\npublic void x() {}", "me@example.org"])
def test_other_texts_are_not_taken_for_bibtex(text):
    with pytest.raises(Unreadable):
        Reader(io.BytesIO(text.encode()))


def test_the_same_entry_has_the_same_digest_wherever_it_stands_and_however_it_is_set():
    def digests(text: str) -> list[bytes]:
        return [each.digest for each in Reader(io.BytesIO(text.encode())).records() if isinstance(each, RawRecord)]

    a, b = "@misc{a, title = {A}, year = 2001}\n", "@misc{b, title = {B}}\n"
    assert digests(a + b) == digests(f'{b}% remark\n@MISC{{a2,\n  Title="A",\n  year = {{2001}},\n}}')[::-1]


@shared_files.needed
def test_reads_the_real_files():
    fields, right, files, said = shared_files.score("bibtex")
    # Of one file two of three entries are not expected: strict parsers stumble over names of fields with a blank.
    assert fields > 99.9, said
    assert right >= files - 1, said
