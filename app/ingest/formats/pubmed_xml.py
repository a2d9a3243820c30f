"""PubMed XML: articles and books. Source: NLM, PubMed DTD."""

from __future__ import annotations

import re
from functools import partial
from xml.etree.ElementTree import Element

from app.ingest.formats.drafting import Drafting
from app.ingest.formats.entry import Relation
from app.ingest.formats.import_format import ImportFormat, Recognition
from app.ingest.formats.tagged.medline import TYPES
from app.ingest.formats.xml_records import count_elements, entries, found, text
from app.vocabulary import CitationType, IdentifierScheme

_RECORDS = "PubmedArticle|PubmedBookArticle"
_RELATIONS = {
    "RetractionIn": Relation.RETRACTED_IN,
    "RetractionOf": Relation.RETRACTION_OF,
    "PartialRetractionIn": Relation.PARTIALLY_RETRACTED_IN,
    "PartialRetractionOf": Relation.PARTIAL_RETRACTION_OF,
    "ExpressionOfConcernIn": Relation.CONCERN_IN,
    "ExpressionOfConcernFor": Relation.CONCERN_FOR,
    "ErratumIn": Relation.ERRATUM_IN,
    "ErratumFor": Relation.ERRATUM_FOR,
    "CorrectedandRepublishedIn": Relation.CORRECTED_IN,
    "CorrectedandRepublishedFrom": Relation.CORRECTED_FROM,
    "RepublishedIn": Relation.REPUBLISHED_IN,
    "RepublishedFrom": Relation.REPUBLISHED_FROM,
    "UpdateIn": Relation.UPDATED_IN,
    "UpdateOf": Relation.UPDATE_OF,
    "CommentIn": Relation.COMMENTED_IN,
    "CommentOn": Relation.COMMENT_ON,
}
_SCHEMES = {
    "doi": IdentifierScheme.DOI,
    "pubmed": IdentifierScheme.PMID,
    "pmc": IdentifierScheme.PMCID,
}
# Kept as they are, each value under the name of its element.
_NAMES_KEPT = """
    Language ISSN MedlineTA NlmUniqueID VernacularTitle Keyword Affiliation DescriptorName
    NameOfSubstance GrantID CoiStatement CopyrightInformation CollectionTitle PublisherName
    PublisherLocation GeneralNote SpaceFlightMission GeneSymbol NumberOfReferences Suffix
"""
_KEPT = _NAMES_KEPT.split()


def draw(drafting: Drafting, element: Element, line: int) -> None:
    """Take what a record says."""
    book = element.find("BookDocument")
    if book is not None:
        _book(drafting, book, line)
    else:
        _article(drafting, element, line)
    _relations(drafting, element, line)
    _identifiers(drafting, element, line)
    for name in _KEPT:
        for each in element.iter(name):
            drafting.keep(text(each), line, name)


def _article(drafting: Drafting, element: Element, line: int) -> None:
    citation = element.find("MedlineCitation")
    if citation is None:
        return
    drafting.identify(IdentifierScheme.PMID, found(citation, "PMID"), line, "PMID")
    article = citation.find("Article")
    if article is None:
        return
    title = found(article, "ArticleTitle")
    drafting.field("title", 0, title, line, "ArticleTitle")
    drafting.field("title", 1, found(article, "VernacularTitle"), line, "VernacularTitle")
    drafting.field("container_title", 0, found(article, "Journal/Title"), line, "Title")
    abbreviated = found(article, "Journal/ISOAbbreviation")
    drafting.field("container_title", 1, abbreviated, line, "ISOAbbreviation")
    issue = article.find("Journal/JournalIssue")
    if issue is not None:
        drafting.field("volume", 0, found(issue, "Volume"), line, "Volume")
        drafting.field("issue", 0, found(issue, "Issue"), line, "Issue")
        _date(drafting, issue, line)
    for date in article.iter("ArticleDate"):
        drafting.field("year", 1, found(date, "Year"), line, "ArticleDate")
    _pages(drafting, article, line)
    _abstract(drafting, article, line)
    _authors(drafting, article.find("AuthorList"), line)
    for each in article.iterfind("PublicationTypeList/PublicationType"):
        _kind(drafting, text(each), line)
    for each in article.iter("ELocationID"):
        if each.get("EIdType") == "doi" and each.get("ValidYN") != "N":
            drafting.identify(IdentifierScheme.DOI, text(each), line, "ELocationID")
    for each in article.iter("AccessionNumber"):
        drafting.registry(text(each), line, "AccessionNumber")


def _book(drafting: Drafting, document: Element, line: int) -> None:
    book_title = found(document, "Book/BookTitle")
    title = found(document, "ArticleTitle")
    drafting.type = CitationType.CHAPTER if title else CitationType.BOOK
    drafting.field("title", 0, title, line, "ArticleTitle")
    drafting.field("book_title", 0, book_title, line, "BookTitle")
    drafting.identify(IdentifierScheme.PMID, found(document, "PMID"), line, "PMID")
    book = document.find("Book")
    if book is not None:
        _date(drafting, book, line)
        drafting.field("volume", 0, found(book, "Volume"), line, "Volume")
        for each in book.iter("Isbn"):
            drafting.identify(IdentifierScheme.ISBN, text(each), line, "Isbn")
    _pages(drafting, document, line)
    _abstract(drafting, document, line)
    own = document.find("AuthorList")
    _authors(drafting, document.find("Book/AuthorList") if own is None else own, line)
    for each in document.iterfind("PublicationType"):
        _kind(drafting, text(each), line)


def _date(drafting: Drafting, element: Element, line: int) -> None:
    year, words = found(element, "PubDate/Year"), found(element, "PubDate/MedlineDate")
    drafting.field("year", 0, year, line, "Year")
    drafting.field("year", 0, words, line, "MedlineDate")


def _pages(drafting: Drafting, element: Element, line: int) -> None:
    """The range as printed, else its ends."""
    pages = element.find("Pagination")
    if pages is None:
        return
    printed = found(pages, "MedlinePgn")
    if printed:
        drafting.field("pages", 0, printed, line, "MedlinePgn")
        return
    drafting.field("first_page", 0, found(pages, "StartPage"), line, "StartPage")
    drafting.field("last_page", 0, found(pages, "EndPage"), line, "EndPage")


def _abstract(drafting: Drafting, element: Element, line: int) -> None:
    for each in element.iterfind("Abstract/AbstractText"):
        label, words = each.get("Label", ""), text(each)
        named = label and label != "UNLABELLED" and words
        drafting.abstract(f"{label}: {words}" if named else words, line, "AbstractText")
    for each in element.iterfind("OtherAbstract/AbstractText"):
        drafting.keep(text(each), line, "OtherAbstract")


def _authors(drafting: Drafting, authors: Element | None, line: int) -> None:
    if authors is None:
        return
    drafting.truncated |= authors.get("CompleteYN") == "N"
    for author in authors.iterfind("Author"):
        if author.get("ValidYN") == "N":
            drafting.keep(text(author), line, "Author ValidYN=N")
            continue
        family, group = found(author, "LastName"), found(author, "CollectiveName")
        given = found(author, "ForeName") or found(author, "Initials")
        suffix = found(author, "Suffix")
        if family:
            drafting.person(family, " ".join(filter(None, (given, suffix))))
        elif group:
            drafting.group(group)
        for each in author.iterfind("Identifier"):
            if each.get("Source") == "ORCID" and (family or group):
                drafting.orcid(text(each), line, "Identifier")


def _kind(drafting: Drafting, name: str, line: int) -> None:
    drafting.kind(name)
    drafting.keep(name, line, "PublicationType")
    known = TYPES.get(name.casefold())
    if known and drafting.type is CitationType.ARTICLE_JOURNAL:
        drafting.type = known


def _relations(drafting: Drafting, element: Element, line: int) -> None:
    path = "MedlineCitation/CommentsCorrectionsList/CommentsCorrections"
    for each in element.iterfind(path):
        kind = each.get("RefType", "")
        source, pmid = found(each, "RefSource"), found(each, "PMID")
        if kind in _RELATIONS:
            drafting.relate(_RELATIONS[kind], source, line, pmid or None)
        else:
            drafting.keep(f"{source} PMID: {pmid}" if pmid else source, line, kind)


def _identifiers(drafting: Drafting, element: Element, line: int) -> None:
    """The article's own numbers, not those of its references."""
    for path in ("PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId",
                 "BookDocument/ArticleIdList/ArticleId"):  # fmt: skip
        for each in element.iterfind(path):
            kind, value = each.get("IdType", ""), text(each)
            if kind == "pubmed" and drafting.has(IdentifierScheme.PMID):
                continue
            if kind in _SCHEMES:
                drafting.identify(_SCHEMES[kind], value, line, f"ArticleId {kind}")
            else:
                drafting.keep(value, line, f"ArticleId {kind}")


PUBMED_XML = ImportFormat(
    "pubmed_xml",
    "PubMed XML",
    Recognition(
        root=re.compile(
            r"<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle|PubmedBookArticleSet)[\s>/]"
        )
    ),
    partial(entries, _RECORDS, draw),
    count_elements(_RECORDS),
)
