"""The blocks of a BibTeX file and their fields, each with its line; one pass, linear in length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from app.ingest.formats.draft_builder import MOST_VALUES
from app.ingest.formats.import_format import SourceText
from app.ingest.formats.lines import RecordLines, RecordText

OPENING = re.compile(r"\s{0,40}@\s{0,9}(\w{1,40})\s{0,9}([{(])")
_OPENINGS = re.compile(r"(?:^|(?<=[})]))\s{0,40}@\s{0,9}\w{1,40}\s{0,9}[{(]")
_NAME = re.compile(r"\s*([^\s\"#%'(),={}]{1,200})\s*=\s*")
_PLAIN = re.compile(r"\s*([^\s\"#%'(),={}]{1,1000})")
_HASH = re.compile(r"\s*#")
_SPACE = re.compile(r"[\s,]*")


class BlockError(ValueError):
    """A block cannot be read: what is wrong, at a place in its text."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message, self.at = message, at


class Value(NamedTuple):
    """One piece of a field: in braces or quotes, or a bare number or name of a string."""

    text: str
    bare: bool


@dataclass
class Block:
    """A block as written: its type in lower case, its key, its fields with their lines."""

    type: str
    key: str = ""
    fields: list[tuple[str, list[Value], int]] = field(default_factory=list)


def find_openings(line: str) -> list[int]:
    """Where on a line blocks open: at its beginning, and right after what closes another."""
    return [found.start() for found in _OPENINGS.finditer(line)] if "@" in line else []


def split_blocks(source: SourceText) -> Iterator[RecordText]:
    """What begins where a block opens, up to the next; what stands before the first is stray."""
    held: RecordLines | None = None
    for number, line in enumerate(source.lines(), 1):
        start = 0
        for place in find_openings(line):
            if held:
                if place > start:
                    held.add(line[start:place])
                yield held.record()
            held, start = RecordLines(source.limits, number), place
        if held:
            held.add(line[start:])
        elif not line.lstrip().startswith("%"):
            source.strays.add(line, number)
    if held:
        yield held.record()


def find_closing(text: str, at: int, closing: str) -> int:
    """The place after what closes the group that was opened before `at`.

    Braces nest and may be escaped. Raises BlockError when nothing closes it.
    """
    depth, end, start = 0, len(text), at
    while at < end:
        found = _MARKS[closing].search(text, at)
        if found is None:
            break
        mark, at = found[0], found.end()
        if mark == "\\":
            at += 1
        elif mark == closing and depth == 0:
            return at
        elif mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth < 0:
                raise BlockError("a brace closes that was not opened", at)
    raise BlockError(f"nothing closes what opens here: {closing} is missing", start)


_MARKS = {
    "}": re.compile(r"[{}\\]"),
    ")": re.compile(r"[{})\\]"),
    '"': re.compile(r"[{}\"\\]"),
}


def parse_block(text: str) -> tuple[Block, int]:
    """The block at the beginning of a text, and the place after it. Raises BlockError."""
    opening = OPENING.match(text)
    if opening is None:
        raise BlockError("no block begins here", 0)
    closing = "}" if opening[2] == "{" else ")"
    block, at, values = Block(opening[1].lower()), opening.end(), 0
    if block.type in {"comment", "preamble"}:
        return block, find_closing(text, at, closing)
    if block.type != "string":
        block.key, at = _key(text, at, closing)
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if text[at : at + 1] == closing:
            return block, at + 1
        at = _field(block, text, at, closing)
        values += len(block.fields[-1][1])
        if values > MOST_VALUES:
            raise BlockError(f"more than {MOST_VALUES:,} values", at)


def _key(text: str, at: int, closing: str) -> tuple[str, int]:
    """The key, which some exports leave out."""
    ends = [end for mark in (",", closing, "=") if (end := text.find(mark, at, at + 1000)) >= 0]
    if not ends:
        raise BlockError("no comma after the key", at)
    end = min(ends)
    if text[end] == "=":
        return "", at
    return text[at:end].strip(), end


def _field(block: Block, text: str, at: int, closing: str) -> int:
    name = _NAME.match(text, at)
    if name is None:
        raise BlockError("a field is written name = {value}", at)
    values, start, at = [], at, name.end()
    while True:
        value, at = _value(text, at)
        values.append(value)
        if len(values) > MOST_VALUES:
            raise BlockError(f"more than {MOST_VALUES:,} values", at)
        joined = _HASH.match(text, at)
        if joined is None:
            break
        at = joined.end()
    block.fields.append((name[1].lower(), values, start))
    rest = _SPACE.match(text, at)
    after = text[rest.end() : rest.end() + 1] if rest else ""
    if rest and "," not in rest[0] and after != closing and not _NAME.match(text, rest.end()):
        raise BlockError("a comma or the end of the record is missing", at)
    return at


def _value(text: str, at: int) -> tuple[Value, int]:
    while text[at : at + 1].isspace():
        at += 1
    if text[at : at + 1] in {"{", '"'}:
        end = find_closing(text, at + 1, "}" if text[at] == "{" else '"')
        return Value(text[at + 1 : end - 1], bare=False), end
    plain = _PLAIN.match(text, at)
    if plain is None:
        raise BlockError("a value is missing", at)
    return Value(plain[1], bare=True), plain.end()
