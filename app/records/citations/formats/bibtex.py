"""BibTeX, in UTF-8 with the characters escaped that LaTeX reads as commands.

Source: BibTeX's documentation (Patashnik 1988); doi, pmid and abstract as BibLaTeX and Zotero do.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.query.formats import TextFormat
from app.records.citations.formats.members import Card, family_first, identifiers, notes, one_line
from app.vocabulary import CitationType, IdentifierScheme

TYPES = {
    CitationType.ARTICLE_JOURNAL: "article",
    CitationType.ARTICLE: "unpublished",
    CitationType.BOOK: "book",
    CitationType.CHAPTER: "incollection",
    CitationType.DATASET: "dataset",
    CitationType.PAPER_CONFERENCE: "inproceedings",
    CitationType.REPORT: "techreport",
    CitationType.THESIS: "thesis",
    CitationType.WEBPAGE: "online",
    CitationType.PATENT: "patent",
    CitationType.LEGISLATION: "legislation",
    CitationType.DOCUMENT: "misc",
}
IN_BOOKS = {CitationType.CHAPTER, CitationType.PAPER_CONFERENCE}
_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: "\\" + mark for mark in "{}%&$#_"},
    }
)
NUMBERS = (IdentifierScheme.DOI, IdentifierScheme.PMID, IdentifierScheme.PMCID)


def bibtex(card: Card) -> str:
    """One entry and an empty line; its key is the slug."""
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in _fields(card))
    return f"@{TYPES[card['type']]}{{{card['slug']},\n{fields}\n}}\n\n"


def escaped(text: str) -> str:
    """Text on one line that LaTeX prints as it is."""
    return one_line(text).translate(_ESCAPED)


def _fields(card: Card) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{escaped(card['title'])}}}"  # braces inside keep its case
    people = [_name(author) for author in card["authors"]]
    people += ["others"] if card["authors_truncated"] else []
    if people:
        yield "author", " and ".join(people)
    container = "booktitle" if card["type"] in IN_BOOKS else "journal"
    plain = ((container, "container_title"), ("year", "year"), ("volume", "volume"))
    for name, field in (*plain, ("number", "issue"), ("abstract", "abstract")):
        if card[field]:
            yield name, escaped(str(card[field]))
    if card["pages"]:
        yield "pages", escaped(card["pages"]).replace("-", "--")
    for scheme in NUMBERS:
        for _, value in identifiers(card, scheme):
            yield scheme.value, value
    if books := [value for _, value in identifiers(card, IdentifierScheme.ISBN)]:
        yield "isbn", ", ".join(books)
    known = [each for each in card["authors"] if each["orcid"]]
    if known:
        pairs = (f"{family_first(each)}/{each['orcid']}" for each in known)
        yield "orcid-numbers", escaped("; ".join(pairs))
    if told := list(notes(card)):
        yield "note", escaped("; ".join(told))


def _name(author: dict[str, str]) -> str:
    if not author["family"]:
        return f"{{{escaped(author['literal'])}}}"
    return escaped(family_first(author))


BIBTEX = TextFormat("bibtex", "application/x-bibtex", "bib", bibtex)
