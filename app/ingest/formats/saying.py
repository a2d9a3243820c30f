"""What a record says besides its plain fields: identifiers, ties to others, and the rest."""

from __future__ import annotations

import re

from app.identifiers import example, normalised
from app.ingest.formats.readings import EntryProblem, Related, Relation, Unread, quoted
from app.vocabulary import IdentifierScheme, PublicationStatus

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


class Saying:
    """Gathers what a record says; nothing of it is dropped."""

    def __init__(self) -> None:
        self.problems: list[EntryProblem] = []
        self.unread: list[Unread] = []
        self.related: list[Related] = []
        self.known: dict[tuple[IdentifierScheme, str], int] = {}  # and the line of each
        self.status: set[PublicationStatus] = set()
        self._schemes: set[IdentifierScheme] = set()

    def keep(self, value: str, line: int, tag: str) -> None:
        """Keep what no field takes."""
        if value:
            self.unread.append(Unread(tag, value, line))

    def warn(self, line: int, message: str, suggestion: str | None = None) -> None:
        """Say what is odd at a line."""
        self.problems.append(EntryProblem(line, message, suggestion))

    def identify(self, scheme: IdentifierScheme, value: str, line: int, tag: str) -> None:
        """Add an identifier; one that does not fit its scheme is a problem, and kept."""
        value = value.strip()
        if not value:
            return
        found = _normal(scheme, value)
        if found is None and scheme is IdentifierScheme.DOI:
            inside = _DOI.search(value[:2000])
            found = _normal(scheme, inside[0]) if inside else None
        if found is None:
            right = example(scheme)
            self.warn(line, f"{tag}: {quoted(value)} is not a {scheme.label}", f"like {right}")
            self.keep(value, line, tag)
        else:
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
        found = _normal(IdentifierScheme.DOI, doi[0]) if doi else None
        self.related.append(Related(relation, text, pmid, found, line))
        if relation in _STATUS:
            self.status.add(_STATUS[relation])

    def kind(self, value: str) -> None:
        """Read what a publication type or a note says about retraction."""
        if _RETRACTED_KIND.search(value[:2000]):
            self.status.add(PublicationStatus.RETRACTED)


def _normal(scheme: IdentifierScheme, value: str) -> str | None:
    try:
        return normalised(scheme, value)
    except ValueError:
        return None
