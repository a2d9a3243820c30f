"""What was pasted: one citation, many, a number; how it reads, what it may be already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection

from app.api.problems import FieldError, Problem
from app.curation.duplicates.matching import find_matches
from app.curation.writing.draft_parsing import parse_draft as read_draft
from app.ingest.formats import Entry, EntryProblem, Limits, Reading, UnreadableFileError, read
from app.query.cards import cards_of
from app.records.citations.card import CITATION, CitationFields
from app.records.citations.draft import CITATION_EDITOR
from app.records.citations.formats.vancouver import vancouver
from app.values.identifiers import normalise_identifier
from app.vocabulary import DuplicateAnswer, IdentifierScheme

MOST_BYTES = 1_000_000
NUMBER_PATTERNS = (
    (IdentifierScheme.DOI, re.compile(r"(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+")),
    (IdentifierScheme.PMCID, re.compile(r"(?:pmcid:?\s*)?pmc\d+")),
    (IdentifierScheme.PMID, re.compile(r"(?:pmid:?\s*|https?://pubmed\S+/)?\d{1,9}/?")),
    (IdentifierScheme.NCT, re.compile(r"nct\d{8}")),
    (IdentifierScheme.ISRCTN, re.compile(r"isrctn\d{8}")),
)
LOOKUP_SCHEMES = {scheme for scheme, _ in NUMBER_PATTERNS} - {IdentifierScheme.ISRCTN}
PUBMED_ADDRESS = re.compile(r"^https?://pubmed\S+?/(?=\d)|/$")
TAG_PATTERN = re.compile(
    r"\s*(?:([A-Z][A-Z0-9]{1,4})\s*- |%(\S) |([A-Za-z][\w-]*)\s*=|<([A-Za-z]+))"
)


@dataclass(frozen=True)
class Recognition:
    """What a pasted text is said to be; `entries` is empty when it is no citation at all."""

    message: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[EntryProblem] = field(default_factory=list)
    suggestion: str | None = None
    number: bool = False  # of which a public service may know more
    data: bytes = b""  # the record as it was read; nothing for a number alone

    @property
    def draft(self) -> dict[str, Any]:
        """What the first record says, if it could be read."""
        return (self.entries[0].draft or {}) if self.entries else {}


def recognise(text: str) -> Recognition:
    """Read a number, a record of any format, or a printed reference."""
    words = text.strip()
    if not words:
        return Recognition("Nothing was pasted yet.")
    if found := _number(words):
        scheme, value = found
        draft = {"identifiers": [{"scheme": scheme.value, "value": value}]}
        message = f"Recognised as a {scheme.label}. The other fields are yours to fill."
        known = scheme in LOOKUP_SCHEMES
        return Recognition(message, [Entry(1, 1, 1, words, draft)], number=known)
    try:
        data, reading = _read(text)
    except UnreadableFileError as refused:
        return Recognition(f"Not recognised: {refused.message}", suggestion=refused.suggestion)
    many = len(reading.entries)
    records = "one record" if many == 1 else f"{many} records"
    message = f"Recognised as {reading.format}, {records}."
    return Recognition(message, reading.entries, reading.problems, data=data)


def _number(words: str) -> tuple[IdentifierScheme, str] | None:
    for scheme, form in NUMBER_PATTERNS:
        if form.fullmatch(words.lower()):
            try:
                return scheme, normalise_identifier(scheme, PUBMED_ADDRESS.sub("", words))
            except ValueError:
                continue
    return None


def _read(text: str) -> tuple[bytes, Reading]:
    """The records of a text; one that has no numbers is read as a reference by itself."""
    limits, data = Limits(bytes=MOST_BYTES), text.encode()
    try:
        return data, read(data, limits=limits)
    except UnreadableFileError:
        line = " ".join(text.split())
        if not re.search(r"\D(1[5-9]|20)\d\d\D", f" {line} "):
            raise
        data = f"1. {line}".encode()
        return data, read(data, limits=limits)


def field_origins(raw: str, line: int, values: Mapping[str, str]) -> dict[str, Any]:
    """By field, the lines and the tag of a record that it was read from."""
    lines = tagged_lines(raw, line)
    return {
        name: text_origin(lines, _search_texts(name, words))
        for name, words in values.items()
        if words
    }


def _search_texts(name: str, words: str) -> list[str]:
    """What to look for in a pasted text: family names, the first page, whole words otherwise."""
    if name == "authors":
        return [each.partition(",")[0].strip('"') for each in words.split("\n")]
    if name == "pages":
        return [words, words.partition("-")[0]][:2] if "-" in words else [words]
    if name == "others":
        return [each.partition(" ")[2] for each in words.split("\n")]
    return [words.partition("\n")[0]]


@dataclass(frozen=True)
class TaggedLines:
    """Lines that belong together: a tag with what follows it."""

    first: int
    last: int
    tag: str | None
    text: str


def tagged_lines(raw: str, line: int = 1) -> list[TaggedLines]:
    """The tags of a record with their lines, counted on from its first line."""
    found: list[TaggedLines] = []
    for at, words in enumerate(raw.split("\n"), line):
        tagged = TAG_PATTERN.match(words)
        if tagged or not found:
            tag = next(filter(None, tagged.groups()), None) if tagged else None
            found.append(TaggedLines(at, at, tag, _fold(words)))
        else:
            last = found.pop()
            found.append(TaggedLines(last.first, at, last.tag, f"{last.text} {_fold(words)}"))
    return found


def _fold(words: str) -> str:
    return " ".join(words.casefold().split())


def text_origin(found: list[TaggedLines], values: list[str]) -> tuple[str, str | None] | None:
    """The lines, and the tag, where the first words of each value stand; None: nowhere."""
    wanted = [_fold(each)[:40] for each in values if each.strip()]
    hits = [each for value in wanted if (each := _best_lines(found, value))]
    if not hits:
        return None
    first, last = min(each.first for each in hits), max(each.last for each in hits)
    lines = f"line {first}" if first == last else f"lines {first}–{last}"
    tags = {each.tag for each in hits}
    return lines, (tags.pop() if len(tags) == 1 else None)


def _best_lines(found: list[TaggedLines], value: str) -> TaggedLines | None:
    """The stretch with these words and the fewest others: titles have a journal's name, too."""
    form = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)") if len(value) < 12 else None
    hits = (each for each in found if (form.search(each.text) if form else value in each.text))
    return min(hits, key=lambda each: len(each.text), default=None)


MOST_DUPLICATES = 5


@dataclass(frozen=True)
class PossibleDuplicate:
    """A citation that is here, and may be the same publication."""

    slug: str
    reference: str
    same: bool
    score: float
    reasons: list[str]


def reference(card: Mapping[str, Any]) -> str:
    """A card, or a draft whose fields may be missing, as a reference in Vancouver style."""
    usual = {name: info.default for name, info in CitationFields.model_fields.items()}
    names = {"family": None, "given": None, "literal": None}
    authors = [{**names, **each} for each in card.get("authors") or ()]
    title = card.get("title") or "(no title)"
    identifiers = card.get("identifiers") or []
    whole = {**usual, **card, "title": title, "authors": authors, "identifiers": identifiers}
    return vancouver(whole).strip()


def draft_errors(draft: dict[str, Any]) -> list[FieldError]:
    """What is wrong with the draft of a new citation, before anything else is asked."""
    try:
        read_draft(CITATION_EDITOR, draft)
    except Problem as problem:
        return problem.errors
    return []


def possible_duplicates(
    connection: Connection, draft: dict[str, Any], besides: Iterable[str] = ()
) -> list[PossibleDuplicate]:
    """The citations that a draft may be, the best first."""
    [found] = find_matches(connection, [_comparable(draft)])
    left_out = set(besides)
    matches = [each for each in found.matches if each.slug and each.slug not in left_out][
        :MOST_DUPLICATES
    ]
    slugs = {str(each.slug) for each in matches}
    cards = cards_of(connection, CITATION, slugs) if slugs else {}
    return [
        PossibleDuplicate(
            str(each.slug),
            reference(orjson.loads(cards[str(each.slug)])),
            each.verdict.answer is DuplicateAnswer.SAME,
            each.verdict.score,
            each.verdict.reasons,
        )
        for each in matches
        if each.slug in cards
    ]


def _comparable(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft without what no publication has: a year that is no number compares with nothing."""
    year = draft.get("year")
    return {**draft, "year": year if isinstance(year, int) else None}
