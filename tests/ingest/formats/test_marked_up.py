"""XML, BibTeX, CSL-JSON and reference lists: what their records say, and how they break."""

from __future__ import annotations

import pytest

from app.ingest.formats import FileTooLargeError, Relation, UnreadableFileError, read
from tests.ingest.formats.reading_files import HERE, accounted, draft, one

ARTICLE = """<PubmedArticle><MedlineCitation><PMID>1</PMID><Article>
<ArticleTitle>The <i>in vitro</i> H<sub>2</sub>O &amp; more</ArticleTitle>
<Journal><Title>Pain</Title>
<JournalIssue><PubDate><Year>2009</Year></PubDate></JournalIssue></Journal>
<AuthorList CompleteYN="N"><Author><LastName>Bell</LastName><ForeName>R F</ForeName>
<Identifier Source="ORCID">https://orcid.org/0000000218250097</Identifier></Author></AuthorList>
</Article><CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn">
<RefSource>Pain. 2010;1:2</RefSource><PMID>9</PMID></CommentsCorrections></CommentsCorrectionsList>
</MedlineCitation></PubmedArticle>"""


def test_markup_in_a_title_leaves_its_words() -> None:
    assert draft(ARTICLE)["title"] == "The in vitro H2O & more"


def test_a_pubmed_record_tells_of_its_retraction_and_of_missing_authors() -> None:
    entry = one(ARTICLE)
    assert entry.draft is not None
    assert entry.draft["publication_status"] == "retracted"
    assert entry.related[0][:3] == (Relation.RETRACTED_IN, "Pain. 2010;1:2", "9")
    assert entry.draft["authors_truncated"] is True
    assert entry.draft["authors"][0]["orcid"] == "0000-0002-1825-0097"


def test_a_corrupt_record_of_xml_leaves_the_others_whole() -> None:
    broken = ARTICLE.replace("</ArticleTitle>", "")
    reading = accounted(f"<PubmedArticleSet>\n{ARTICLE}\n{broken}\n{ARTICLE}".encode())
    assert [entry.draft is not None for entry in reading.entries] == [True, False, True]
    problem = reading.entries[1].problems[0]
    assert (problem.line, "mismatched tag" in problem.message) == (17, True)


def test_records_inside_comments_do_not_count() -> None:
    assert len(accounted(f"<!-- {ARTICLE} -->\n{ARTICLE}".encode()).entries) == 1


def test_two_files_of_xml_may_be_joined() -> None:
    data = (HERE / "083_jabref_medlineimportertestnbib.xml").read_bytes()
    assert len(accounted(data + data).parsed) == 4


def test_declared_entities_are_refused_and_files_are_never_fetched() -> None:
    with pytest.raises(UnreadableFileError, match="entities"):
        read(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + ARTICLE.encode())
    (entry,) = accounted(ARTICLE.replace("&amp;", "&bomb;").encode()).entries
    assert entry.draft is None
    assert "undefined entity" in entry.problems[0].message


def test_what_nests_too_deep_is_refused() -> None:
    deep = "<i>" * 100 + "</i>" * 100
    (entry,) = accounted(ARTICLE.replace("<i>", deep + "<i>").encode()).entries
    assert entry.draft is None
    assert entry.problems[0].message == "elements nest deeper than 64"
    with pytest.raises(FileTooLargeError, match="nest deeper than 64"):
        read(b'[{"a":' + b"[" * 100)


BIBTEX = """@string{pain = "Pain"}
@comment{ignored}
@article{bell2012,
  author = {Bell, Rae F. and {World Health Organization} and M{\\"u}ller, J{\\'a}n and others},
  title = "The {K}etamine \\& co", journal = pain # " Medicine",
  year = 2012, pages = {304--11}, doi = {https://doi.org/10.1000/X_1},
}
"""


def test_a_record_of_bibtex_is_read_with_strings_and_latex() -> None:
    found = draft(BIBTEX)
    assert found["title"] == "The Ketamine & co"
    assert found["container_title"] == "Pain Medicine"
    assert found["pages"] == "304-311"
    assert found["identifiers"] == [{"scheme": "doi", "value": "10.1000/x_1"}]


def test_and_others_is_no_author() -> None:
    found = draft(BIBTEX)
    assert found["authors_truncated"] is True
    assert found["authors"] == [
        {"family": "Bell", "given": "Rae F."},
        {"literal": "World Health Organization"},
        {"family": "Müller", "given": "Ján"},
    ]


def test_a_brace_that_is_never_closed_breaks_one_record_only() -> None:
    text = BIBTEX + BIBTEX.replace("{304--11}", "{304--11") + BIBTEX
    reading = accounted(text.encode())
    assert [entry.draft is not None for entry in reading.entries] == [True, False, True]
    assert reading.entries[1].line == 10
    assert "missing" in reading.entries[1].problems[0].message


def test_a_part_takes_from_the_whole_it_refers_to() -> None:
    part = "@inproceedings{a, title = {Part}, crossref = {b}}\n"
    first, _ = accounted((part + "@proceedings{b, title={All}, year=2001}").encode()).parsed
    assert first.draft is not None
    assert (first.draft["container_title"], first.draft["year"]) == ("All", 2001)
    assert "not in the file" in one(part).problems[0].message


ITEM = """{"type": "article-journal", "title": "Ketamine", "page": "304-11", "DOI": "10.1000/X",
 "author": [{"family": "Berg", "non-dropping-particle": "van den", "given": "J"},
 {"literal": "WHO"}], "issued": {"date-parts": [["2009", 3]]}, "note": "PMID: 19604642\\nread"}"""


def test_an_item_of_csl_json_is_read_with_particles_and_notes() -> None:
    entry = one(f"[{ITEM}]")
    assert entry.draft == {
        "type": "article_journal",
        "title": "Ketamine",
        "year": 2009,
        "pages": "304-311",
        "authors": [{"family": "van den Berg", "given": "J"}, {"literal": "WHO"}],
        "identifiers": [
            {"scheme": "doi", "value": "10.1000/x"},
            {"scheme": "pmid", "value": "19604642"},
        ],
    }
    assert entry.unread == [("note", "read", 1)]


@pytest.mark.parametrize("text", [ITEM, f"[{ITEM}]", f'{{"items": [{ITEM}]}}', f"{ITEM}\n{ITEM}"])
def test_items_may_stand_alone_in_an_array_or_one_after_the_other(text: str) -> None:
    assert len(accounted(text.encode()).parsed) == text.count('"type"')


def test_broken_items_leave_the_others_whole() -> None:
    reading = accounted(f'[{ITEM}, {{"title": x}}, 7, {ITEM}, {ITEM[:40]}'.encode())
    assert [entry.draft is not None for entry in reading.entries] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert [entry.line for entry in reading.entries] == [1, 3, 3, 3, 5]


LIST = """1. Sigtermans MJ, van Hilten JJ, Bauer MC, et al. Ketamine produces effective and
   long-term pain relief. Pain 2009;145:304-11.
2. Bredlau AL, McDermott MP. Oral ketamine: a pilot study. Journal of Pediatrics
   2013;163:194-200.e1.
3. Sear JW. Ketamine hepato-toxicity: unexpected or predicted? Pain 2011;152:1946-7.
4. Ricke AK, Snook RJ, Anand A. Induction of mania. Biological Psychiatry 2011;70:e13-4.
5: Mangalam H. The Bio* toolkits--a brief overview. Brief Bioinform. 2002
   Sep;3(3):296-302. doi: 10.1093/bib/3.3.296. PMID: 12230038.

Comments are closed."""


def test_a_printed_list_is_read_as_far_as_it_follows_its_form() -> None:
    drafts = [entry.draft or {} for entry in accounted(LIST.encode()).parsed]
    assert [each["pages"] for each in drafts] == [
        "304-311", "194-200.e1", "1946-1947", "e13-e14", "296-302"
    ]  # fmt: skip
    assert [each["container_title"] for each in drafts] == [
        "Pain", "Journal of Pediatrics", "Pain", "Biological Psychiatry", "Brief Bioinform"
    ]  # fmt: skip
    assert [len(each["authors"]) for each in drafts] == [3, 2, 1, 3, 1]
    assert drafts[0]["title"] == "Ketamine produces effective and long-term pain relief"
    assert drafts[2]["title"] == "Ketamine hepato-toxicity: unexpected or predicted?"
    assert drafts[0]["authors_truncated"] is True
    assert drafts[4]["identifiers"][1] == {"scheme": "pmid", "value": "12230038"}


def test_a_reference_keeps_its_own_words_and_text_beside_the_list_is_told() -> None:
    reading = accounted(LIST.encode())
    assert reading.parsed[2].draft is not None
    assert reading.parsed[2].draft["verbatim"].startswith("Sear JW. Ketamine")
    assert "Comments are closed" in reading.problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        "<records><!--><record/>",
        "<records><!-- <!--> <record/>",
        "<records><!--a--><record/><!--><record/>",
        "<records><record/><record",
    ],
)
def test_a_mark_that_is_in_two_marks_is_counted_as_it_is_read(text: str) -> None:
    accounted(text.encode())
