"""Making one entry of what a record says, in whatever format: nothing it says is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from app.ingest.formats import names, page_ranges
from app.ingest.formats.entry import (
    Draft,
    Entry,
    EntryProblem,
    RecordTooLargeError,
    RelatedPublication,
    Relation,
    UnmappedField,
    excerpt,
)
from app.ingest.formats.lines import RecordText
from app.values.identifiers import identifier_example, normalise_identifier
from app.vocabulary import CitationType, IdentifierScheme, PublicationStatus

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+(?:<[^\s\"<>]+>[^\s\"<>]+)?", re.ASCII)
_PUBMED = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/)(\d{1,9})")
_CENTRAL = re.compile(r"(?:ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/)(PMC\d{1,9})", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})", re.IGNORECASE)
_REGISTRY = re.compile(r"\b(NCT\s?\d{8}|ISRCTN\s?\d{8})\b", re.IGNORECASE)
_RETRACTED_KIND = re.compile(r"retracted\s+(?:publication|article)", re.IGNORECASE)
_STATUS = {
    Relation.RETRACTED_IN: PublicationStatus.RETRACTED,
    Relation.CONCERN_IN: PublicationStatus.EXPRESSION_OF_CONCERN,
    Relation.PARTIALLY_RETRACTED_IN: PublicationStatus.CORRECTED,
    Relation.ERRATUM_IN: PublicationStatus.CORRECTED,
    Relation.CORRECTED_IN: PublicationStatus.CORRECTED,
}


def one_line(text: str) -> str:
    """A value that was broken over lines, as one."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """A text whose line ends mean something, without the space around them."""
    return "\n".join(filter(None, map(one_line, text.split("\n"))))


# The longest list of authors in print has 15,025; each may bring a name in two forms, an
# affiliation and an ORCID iD.
MOST_VALUES = 100_000
MOST_CHARACTERS = 8_000_000  # twice the longest record: some of what it says is kept in two forms


class EntryDetails:
    """Gathers what a record says; nothing of it is dropped.

    Whatever adds to it raises RecordTooLargeError beyond what is read of one record.
    """

    def __init__(self) -> None:
        self.problems: list[EntryProblem] = []
        self.unread: list[UnmappedField] = []
        self.related: list[RelatedPublication] = []
        self.known: dict[tuple[IdentifierScheme, str], int] = {}  # and the line of each
        self.status: set[PublicationStatus] = set()
        self._schemes: set[IdentifierScheme] = set()
        self._values = self._characters = 0

    def _count(self, text: str) -> None:
        """Count what is about to be held."""
        self._values += 1
        self._characters += len(text)
        if self._values > MOST_VALUES:
            raise RecordTooLargeError(f"it says more than {MOST_VALUES:,} things")
        if self._characters > MOST_CHARACTERS:
            raise RecordTooLargeError(f"it says more than {MOST_CHARACTERS:,} characters")

    def keep(self, value: str, line: int, tag: str) -> None:
        """Keep what no field takes."""
        if value:
            self._count(value)
            self.unread.append(UnmappedField(tag, value, line))

    def warn(self, line: int, message: str, suggestion: str | None = None) -> None:
        """Say what is odd at a line."""
        self._count(message)
        self.problems.append(EntryProblem(line, message, suggestion))

    def identify(self, scheme: IdentifierScheme, value: str, line: int, tag: str) -> None:
        """Add an identifier; one that does not fit its scheme is a problem, and kept."""
        value = value.strip()
        if not value:
            return
        found = _normalised_or_none(scheme, value)
        if found is None and scheme is IdentifierScheme.DOI:
            inside = _DOI.search(value[:2000])
            found = _normalised_or_none(scheme, inside[0]) if inside else None
        if found is None:
            right = identifier_example(scheme)
            self.warn(line, f"{tag}: {excerpt(value)} is not a {scheme.label}", f"like {right}")
            self.keep(value, line, tag)
        else:
            self._count(found)
            self.known.setdefault((scheme, found), line)
            self._schemes.add(scheme)

    def address(self, value: str, line: int, tag: str) -> None:
        """Keep a web address, and take the identifier it leads to."""
        self.keep(value, line, tag)
        start = value[:2000]
        if "doi.org/" in start and not self.has(IdentifierScheme.DOI):
            self.identify(IdentifierScheme.DOI, start[start.find("doi.org/") :], line, tag)
        for pattern, scheme in (
            (_PUBMED, IdentifierScheme.PMID),
            (_CENTRAL, IdentifierScheme.PMCID),
        ):
            if found := pattern.search(start):
                self.identify(scheme, found[1], line, tag)

    def has(self, scheme: IdentifierScheme) -> bool:
        """Whether an identifier of the scheme was found."""
        return scheme in self._schemes

    def registry(self, value: str, line: int, tag: str) -> None:
        """Keep what a databank is told of, and take trial numbers."""
        self.keep(value, line, tag)
        for found in _REGISTRY.finditer(value[:2000]):
            scheme = (
                IdentifierScheme.NCT if found[1][:3].upper() == "NCT" else IdentifierScheme.ISRCTN
            )
            self.identify(scheme, found[1], line, tag)

    def relate(self, relation: Relation, text: str, line: int, pmid: str | None = None) -> None:
        """Keep another publication that this one is tied to; some ties change its status."""
        text = one_line(text)
        if not text and not pmid:
            return
        number, doi = _PMID.search(text[-2000:]), _DOI.search(text[:2000])
        pmid = pmid or (number[1] if number else None)
        found = _normalised_or_none(IdentifierScheme.DOI, doi[0]) if doi else None
        self._count(text)
        self.related.append(RelatedPublication(relation, text, pmid, found, line))
        if relation in _STATUS:
            self.status.add(_STATUS[relation])

    def publication_type(self, value: str) -> None:
        """Read what a publication type or a note says about retraction."""
        if _RETRACTED_KIND.search(value[:2000]):
            self.status.add(PublicationStatus.RETRACTED)


def _normalised_or_none(scheme: IdentifierScheme, value: str) -> str | None:
    try:
        return normalise_identifier(scheme, value)
    except ValueError:
        return None


_RETRACTED_TITLE = re.compile(r"\W*retracted(?:\s+article)?\s*[:.\])]", re.IGNORECASE)
_BY_GRAVITY = (
    PublicationStatus.RETRACTED,
    PublicationStatus.EXPRESSION_OF_CONCERN,
    PublicationStatus.CORRECTED,
)
_PARTS_OF_BOOKS = {CitationType.CHAPTER, CitationType.PAPER_CONFERENCE}
_STUDY_SCHEMES = {IdentifierScheme.NCT, IdentifierScheme.ISRCTN}


class DraftBuilder(EntryDetails):
    """What one record has said so far."""

    def __init__(self) -> None:
        super().__init__()
        self.type = CitationType.ARTICLE_JOURNAL
        self.authors: list[names.Author] = []
        self.truncated = False
        self.full_names = False  # the record has them, beside short ones
        self.numbered_by_pubmed = False  # so that the accession number is a PMID
        self._best: dict[str, tuple[int, str, str, int]] = {}
        self._abstract: list[str] = []
        self._abstract_tag = ""
        self._orcids: list[tuple[str, str]] = []

    def field(self, name: str, rank: int, value: str, line: int, tag: str) -> None:
        """Offer a value for a field that takes one; the lowest rank wins, then the first."""
        value = one_line(value)
        if not value:
            return
        best = self._best.get(name)
        if best is None:
            self._best[name] = (rank, value, tag, line)
        elif rank < best[0]:
            self._best[name] = (rank, value, tag, line)
            if best[1] != value:
                self.keep(best[1], best[3], best[2])
        elif best[1] != value:
            self.keep(value, line, tag)
            if name == "title" and best[2] == tag:
                self.warn(line, f"a second title, kept as unread: {excerpt(value)}")

    def best(self, name: str) -> str | None:
        """The value that a field has so far."""
        found = self._best.get(name)
        return found[1] if found else None

    def abstract(self, value: str, line: int, tag: str) -> None:
        """Add a paragraph to the abstract; a second tag that says something else is unread."""
        text = paragraphs(value)
        if not text:
            return
        if not self._abstract:
            self._abstract_tag = tag
        if self._abstract_tag == tag:
            self._count(text)
            self._abstract.append(text)
        elif text != self._abstract[0]:
            self.keep(text, line, tag)

    def author(self, value: str, *, natural: bool = False) -> None:
        """Add one author as written; `et al.` and `others` say that the list is cut."""
        if names.is_truncation(value):
            self.truncated = True
            return
        if value.endswith((" et al.", " et al")):
            self.truncated = True
            value = value.rpartition(" et al")[0].rstrip(" ,")
        if found := names.parse_person(value, natural=natural):
            self._add_author(found)

    def _add_author(self, author: names.Author) -> None:
        self._count("".join(author.values()))
        self.authors.append(author)

    def person(self, family: str, given: str) -> None:
        """Add an author whose name comes in parts."""
        self._add_author({"family": family, "given": given} if given else {"family": family})

    def group(self, value: str) -> None:
        """Add an author that is not a person."""
        if name := one_line(value).strip(" ,"):
            self._add_author({"literal": name})

    def orcid(self, value: str, line: int, tag: str) -> None:
        """Give the author named last their ORCID iD."""
        found = names.find_orcid(value)
        if found and self.authors and "orcid" not in self.authors[-1]:
            self.authors[-1]["orcid"] = found
            return
        self.keep(value, line, tag)
        if not found:
            message = f"not an ORCID iD: {excerpt(value)}"
            self.warn(line, message, "it should look like 0000-0002-1825-0097")

    def orcids(self, value: str, line: int, tag: str) -> None:
        """Give ORCID iDs to the authors whose family names stand before them."""
        self.keep(one_line(value), line, tag)
        self._orcids.extend(names.find_orcids(value))

    def _match_orcids(self) -> None:
        known: dict[str, list[names.Author]] = {}
        for author in self.authors:
            known.setdefault(author.get("family", "").casefold(), []).append(author)
        for name, found in self._orcids:
            family = name.rpartition(";")[2].partition(",")[0].strip().casefold()
            if len(same := known.get(family, [])) == 1:
                same[0].setdefault("orcid", found)

    def entry(self, position: int, line: int, last_line: int, raw: str) -> Entry:
        """The record as an entry; what is missing is a problem, not an error."""
        return Entry(
            position,
            line,
            last_line,
            raw,
            self._draft(line),
            self.problems,
            self.unread,
            self.related,
        )

    def _draft(self, line: int) -> Draft:
        self._assign_fields()
        draft: Draft = {"type": self.type.value}
        for name in ("title", "container_title", "volume", "issue", "verbatim"):
            if value := self.best(name):
                draft[name] = value
        if self._abstract:
            draft["abstract"] = "\n".join(self._abstract)
        if self._orcids:
            self._match_orcids()
        self._add_year(draft)
        self._add_pages(draft)
        draft["authors"] = self.authors
        draft["identifiers"] = list(self._identifiers())
        if self.truncated:
            draft["authors_truncated"] = True
        if "title" not in draft:
            self.warn(line, "no title: a citation needs one", "add it before saving")
        elif _RETRACTED_TITLE.match(draft["title"]):
            self.status.add(PublicationStatus.RETRACTED)
        for status in _BY_GRAVITY:
            if status in self.status:
                draft["publication_status"] = status.value
                break
        return draft

    def _assign_fields(self) -> None:
        """Give values their field that only the whole record decides on."""
        if self.type is CitationType.CHAPTER or "title" in self._best:
            self._move_field("book_title", "container_title")
        else:
            self._move_field("book_title", "title")
        if not {"pages", "first_page"} & set(self._best):
            self._move_field("article_number", "pages")
        for name in ("collection", "article_number"):
            if best := self._best.pop(name, None):
                self.keep(best[1], best[3], best[2])
        if best := self._best.pop("accession", None):
            if self.numbered_by_pubmed and best[1].isdecimal():
                self.identify(IdentifierScheme.PMID, best[1], best[3], best[2])
            else:
                self.keep(best[1], best[3], best[2])

    def _move_field(self, name: str, to: str) -> None:
        if best := self._best.pop(name, None):
            self.field(to, 0, best[1], best[3], best[2])

    def _add_year(self, draft: Draft) -> None:
        if not (best := self._best.get("year")):
            return
        _, value, tag, line = best
        found = page_ranges.year(value)
        if found is None:
            self.warn(line, f"no year in {excerpt(value)}")
        else:
            draft["year"] = found
        if value.strip("/") != str(found):
            self.keep(value, line, tag)

    def _add_pages(self, draft: Draft) -> None:
        whole = self._best.get("pages")
        ends = [self._best.get(name) for name in ("first_page", "last_page")]
        text = expand_if_pages(whole[1] if whole else None)
        others = ends if text else [whole]
        if not text:
            text = page_ranges.join_pages(*(end[1] if end else "" for end in ends))
            others = [whole] if text else [whole, *ends]
        if text:
            draft["pages"] = text
        for best in others:
            if best and best[1] not in (text or ""):
                self.keep(best[1], best[3], best[2])

    def _identifiers(self) -> Iterable[Draft]:
        for scheme, value in self.known:
            found: Draft = {"scheme": scheme.value, "value": value}
            in_a_book = scheme is IdentifierScheme.ISBN and self.type in _PARTS_OF_BOOKS
            if scheme in _STUDY_SCHEMES or in_a_book:
                found["shared"] = True
            yield found


def build_entry(
    piece: RecordText,
    position: int,
    fill: Callable[[DraftBuilder], None],
    problems: Iterable[EntryProblem] = (),
) -> Entry:
    """A whole record as an entry that `fill` has filled; a broken one when it says too much."""
    builder = DraftBuilder()
    builder.problems.extend(problems)
    try:
        fill(builder)
        return builder.entry(position, piece.line, piece.last_line, piece.text)
    except RecordTooLargeError as error:
        line = error.line or piece.line
        return broken_entry(piece, position, EntryProblem(line, f"{_NOT_READ}: {error.message}"))


def broken_entry(piece: RecordText, position: int, *problems: EntryProblem) -> Entry:
    """A record that cannot be read, with what is wrong."""
    return Entry(position, piece.line, piece.last_line, piece.text, None, list(problems))


def broken_piece(piece: RecordText, position: int, *problems: EntryProblem) -> Entry:
    """A record that is no whole one, with its fault."""
    fault = EntryProblem(piece.line, f"{_NOT_READ}: {piece.fault}")
    return broken_entry(piece, position, fault, *problems)


_NOT_READ = "the record is not read"


def expand_if_pages(written: str | None) -> str | None:
    """A page range in full; None for words that are no pages."""
    if not written or not any(map(str.isalnum, written)):
        return None
    return page_ranges.expand_range(written)
