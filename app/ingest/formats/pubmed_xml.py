"""PubMed XML: articles and books. Source: NLM, PubMed DTD."""

from __future__ import annotations

import re
from functools import partial
from xml.etree.ElementTree import Element

from app.ingest.formats.draft_builder import DraftBuilder
from app.ingest.formats.entry import Relation
from app.ingest.formats.import_format import ImportFormat, Recognition
from app.ingest.formats.tagged.medline import TYPES
from app.ingest.formats.xml_records import (
    count_elements,
    element_text,
    entries,
    outermost_elements,
    text_at,
)
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
_UNMAPPED_NAMES = """
    Language ISSN MedlineTA NlmUniqueID VernacularTitle Keyword Affiliation DescriptorName
    NameOfSubstance GrantID CoiStatement CopyrightInformation CollectionTitle PublisherName
    PublisherLocation GeneralNote SpaceFlightMission GeneSymbol NumberOfReferences Suffix
"""
_UNMAPPED = _UNMAPPED_NAMES.split()


def read_record(builder: DraftBuilder, element: Element, line: int) -> None:
    """Take what a record says."""
    book = element.find("BookDocument")
    if book is not None:
        _book(builder, book, line)
    else:
        _article(builder, element, line)
    _relations(builder, element, line)
    _identifiers(builder, element, line)
    for name in _UNMAPPED:
        for each in outermost_elements(element, name):
            builder.keep(element_text(each), line, name)


def _article(builder: DraftBuilder, element: Element, line: int) -> None:
    citation = element.find("MedlineCitation")
    if citation is None:
        return
    builder.identify(IdentifierScheme.PMID, text_at(citation, "PMID"), line, "PMID")
    article = citation.find("Article")
    if article is None:
        return
    title = text_at(article, "ArticleTitle")
    builder.field("title", 0, title, line, "ArticleTitle")
    builder.field("title", 1, text_at(article, "VernacularTitle"), line, "VernacularTitle")
    builder.field("container_title", 0, text_at(article, "Journal/Title"), line, "Title")
    abbreviated = text_at(article, "Journal/ISOAbbreviation")
    builder.field("container_title", 1, abbreviated, line, "ISOAbbreviation")
    issue = article.find("Journal/JournalIssue")
    if issue is not None:
        builder.field("volume", 0, text_at(issue, "Volume"), line, "Volume")
        builder.field("issue", 0, text_at(issue, "Issue"), line, "Issue")
        _date(builder, issue, line)
    for date in article.iter("ArticleDate"):
        builder.field("year", 1, text_at(date, "Year"), line, "ArticleDate")
    _pages(builder, article, line)
    _abstract(builder, article, line)
    _authors(builder, article.find("AuthorList"), line)
    for each in article.iterfind("PublicationTypeList/PublicationType"):
        _kind(builder, element_text(each), line)
    for each in outermost_elements(article, "ELocationID"):
        if each.get("EIdType") == "doi" and each.get("ValidYN") != "N":
            builder.identify(IdentifierScheme.DOI, element_text(each), line, "ELocationID")
    for each in outermost_elements(article, "AccessionNumber"):
        builder.registry(element_text(each), line, "AccessionNumber")


def _book(builder: DraftBuilder, document: Element, line: int) -> None:
    book_title = text_at(document, "Book/BookTitle")
    title = text_at(document, "ArticleTitle")
    builder.type = CitationType.CHAPTER if title else CitationType.BOOK
    builder.field("title", 0, title, line, "ArticleTitle")
    builder.field("book_title", 0, book_title, line, "BookTitle")
    builder.identify(IdentifierScheme.PMID, text_at(document, "PMID"), line, "PMID")
    book = document.find("Book")
    if book is not None:
        _date(builder, book, line)
        builder.field("volume", 0, text_at(book, "Volume"), line, "Volume")
        for each in outermost_elements(book, "Isbn"):
            builder.identify(IdentifierScheme.ISBN, element_text(each), line, "Isbn")
    _pages(builder, document, line)
    _abstract(builder, document, line)
    own = document.find("AuthorList")
    _authors(builder, document.find("Book/AuthorList") if own is None else own, line)
    for each in document.iterfind("PublicationType"):
        _kind(builder, element_text(each), line)


def _date(builder: DraftBuilder, element: Element, line: int) -> None:
    year, words = text_at(element, "PubDate/Year"), text_at(element, "PubDate/MedlineDate")
    builder.field("year", 0, year, line, "Year")
    builder.field("year", 0, words, line, "MedlineDate")


def _pages(builder: DraftBuilder, element: Element, line: int) -> None:
    """The range as printed, else its ends."""
    pages = element.find("Pagination")
    if pages is None:
        return
    printed = text_at(pages, "MedlinePgn")
    if printed:
        builder.field("pages", 0, printed, line, "MedlinePgn")
        return
    builder.field("first_page", 0, text_at(pages, "StartPage"), line, "StartPage")
    builder.field("last_page", 0, text_at(pages, "EndPage"), line, "EndPage")


def _abstract(builder: DraftBuilder, element: Element, line: int) -> None:
    for each in element.iterfind("Abstract/AbstractText"):
        label, words = each.get("Label", ""), element_text(each)
        named = label and label != "UNLABELLED" and words
        builder.abstract(f"{label}: {words}" if named else words, line, "AbstractText")
    for each in element.iterfind("OtherAbstract/AbstractText"):
        builder.keep(element_text(each), line, "OtherAbstract")


def _authors(builder: DraftBuilder, authors: Element | None, line: int) -> None:
    if authors is None:
        return
    builder.truncated |= authors.get("CompleteYN") == "N"
    for author in authors.iterfind("Author"):
        if author.get("ValidYN") == "N":
            builder.keep(element_text(author), line, "Author ValidYN=N")
            continue
        family, group = text_at(author, "LastName"), text_at(author, "CollectiveName")
        given = text_at(author, "ForeName") or text_at(author, "Initials")
        suffix = text_at(author, "Suffix")
        if family:
            builder.person(family, " ".join(filter(None, (given, suffix))))
        elif group:
            builder.group(group)
        for each in author.iterfind("Identifier"):
            if each.get("Source") == "ORCID" and (family or group):
                builder.orcid(element_text(each), line, "Identifier")


def _kind(builder: DraftBuilder, name: str, line: int) -> None:
    builder.publication_type(name)
    builder.keep(name, line, "PublicationType")
    known = TYPES.get(name.casefold())
    if known and builder.type is CitationType.ARTICLE_JOURNAL:
        builder.type = known


def _relations(builder: DraftBuilder, element: Element, line: int) -> None:
    path = "MedlineCitation/CommentsCorrectionsList/CommentsCorrections"
    for each in element.iterfind(path):
        kind = each.get("RefType", "")
        source, pmid = text_at(each, "RefSource"), text_at(each, "PMID")
        if kind in _RELATIONS:
            builder.relate(_RELATIONS[kind], source, line, pmid or None)
        else:
            builder.keep(f"{source} PMID: {pmid}" if pmid else source, line, kind)


def _identifiers(builder: DraftBuilder, element: Element, line: int) -> None:
    """The article's own numbers, not those of its references."""
    for path in ("PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId",
                 "BookDocument/ArticleIdList/ArticleId"):  # fmt: skip
        for each in element.iterfind(path):
            kind, value = each.get("IdType", ""), element_text(each)
            if kind == "pubmed" and builder.has(IdentifierScheme.PMID):
                continue
            if kind in _SCHEMES:
                builder.identify(_SCHEMES[kind], value, line, f"ArticleId {kind}")
            else:
                builder.keep(value, line, f"ArticleId {kind}")


PUBMED_XML = ImportFormat(
    "pubmed_xml",
    "PubMed XML",
    Recognition(
        root=re.compile(
            r"<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle|PubmedBookArticleSet)[\s>/]"
        )
    ),
    partial(entries, _RECORDS, read_record),
    count_elements(_RECORDS),
)
