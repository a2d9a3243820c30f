"""The page of a document: its text as it is, each passage beside what it became."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.web.addresses import passage_id
from app.web.api_data import Card, record_of
from app.web.claim_facts import Fact, FactRecords, facts_of
from app.web.passages import Passage, Piece, Run, TextRow, assign_own_parts, passages_of, text_rows

TONES = ("harm", "unsure", "benefit", "none", "context")  # the first that a passage has is shown


@dataclass(frozen=True)
class ClaimNote:
    """A claim beside its words: its number in the text, and the facts that rest on it."""

    claim: Card
    number: int
    tone: str
    key: int
    place: str
    facts: list[Fact]


@dataclass(frozen=True)
class Line:
    """A row of the page: the text on the left, the cards on the right."""

    kind: str
    marker: str
    text: Markup
    cards: list[ClaimNote]
    open_claims: int
    reference: Card | None


def context(connection: Connection, slug: str, _: QueryParams) -> dict[str, Any]:
    """Everything that the page shows."""
    card = record_of(connection, "document", slug)
    claims = card["claims"]["items"]
    records = FactRecords.of_claims(connection, claims)
    passages = passages_of(claims, slug)
    assign_own_parts(passages, card["text"])
    facts = {claim["slug"]: facts_of(claim, records) for claim in claims}
    references = {each["passage"]["start"]: each for each in card["references"]}
    lines = [
        _line(row, facts, references.get(row.start))
        for row in text_rows(card["text"], card["segments"], passages)
    ]
    numbered = sum(1 for each in passages if each.has_claims)
    return {"card": card, "blocks": list(_blocks(lines)), "passages": numbered}


def _line(row: TextRow, facts: dict[str, list[Fact]], reference: Card | None) -> Line:
    cards = [
        ClaimNote(
            claim,
            passage.number,
            _tone(facts[claim["slug"]]),
            row.keys[passage.start, passage.end],
            passage_id(passage.start, passage.end),
            facts[claim["slug"]],
        )
        for passage in row.passages
        for claim in passage.claims
    ]
    open_claims = sum(len(each.open_claims) for each in row.passages if not each.has_claims)
    text = _reference_anchor(reference) + Markup("").join(_run(run, row, facts) for run in row.runs)
    return Line(row.kind, row.marker, text, cards, open_claims, reference)


def _tone(facts: list[Fact]) -> str:
    tones = {each.mark.tone for each in facts}
    return next(tone for tone in TONES if tone in tones)


def _run(run: Run, row: TextRow, facts: dict[str, list[Fact]]) -> Markup:
    words = Markup("").join(_piece(piece, row, owned=run.owner is not None) for piece in run.pieces)
    if run.owner is None:
        return words
    claim = run.owner.claims[0]
    tone = _tone([fact for each in run.owner.claims for fact in facts[each["slug"]]])
    return Markup('<a class="own c-{} {} k{}" href="#claim-{}">{}<sup>{}</sup></a>').format(
        tone,
        claim["polarity"],
        row.keys[run.owner.start, run.owner.end],
        claim["slug"],
        words,
        run.owner.number,
    )


def _piece(piece: Piece, row: TextRow, *, owned: bool) -> Markup:
    words: Markup = escape(piece.text)
    if piece.hedge:
        words = Markup('<em class="hedge">{}</em>').format(words)
    begins = Markup("").join(_passage_anchor(each, row) for each in piece.begins)
    if not piece.keys:
        return begins + words
    is_open = not owned and any(each.isalnum() for each in piece.text)
    names = " ".join(f"k{key}" for key in piece.keys) + (" open" if is_open else "")
    return begins + Markup('<span class="{}">{}</span>').format(names, words)


def _passage_anchor(passage: Passage, row: TextRow) -> Markup:
    """What a link to the passage leads to."""
    key = row.keys[passage.start, passage.end]
    name = passage_id(passage.start, passage.end)
    return Markup('<span class="at k{}" id="{}"></span>').format(key, name)


def _reference_anchor(reference: Card | None) -> Markup:
    if reference is None:
        return Markup("")
    return Markup('<span class="at" id="reference-{}"></span>').format(reference["number"])


BLOCKS = {"list_header": "list", "list_item": "list", "reference": "references"}


def _blocks(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Lines in blocks: a paragraph each, a list with its header, the references."""
    block: list[Line] = []
    kind = ""
    for line in lines:
        found = BLOCKS.get(line.kind, line.kind)
        starts = line.kind == "list_header" or found != kind or line.kind == "paragraph"
        if block and starts:
            yield kind, block
            block = []
        block.append(line)
        kind = found
    if block:
        yield kind, block
