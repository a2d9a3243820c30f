"""Records of an XML file, each parsed by itself: a corrupt one leaves the others whole.

The parser sees no prolog, so entities that a document declares are unknown to it, and nothing is
ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError, XMLParser

from app.ingest.formats.drafting import Drafting, one_line
from app.ingest.formats.lines import Elements, RecordText, Strays, TextWindow
from app.ingest.formats.parsed import Entry, EntryProblem, Limits, TooLarge

Draw = Callable[[Drafting, Element, int], None]
_TAG = re.compile(r"<(/?)[^\s<>!?/][^<>]*?(/?)>")


def entries(
    names: str, draw: Draw, chunks: Iterable[str], limits: Limits, strays: Strays
) -> Iterator[Entry]:
    """Each element of these names as an entry; `draw` takes what it says."""
    cut = Elements(names, TextWindow(chunks, limits), strays)
    for position, piece in enumerate(cut, 1):
        yield _entry(piece, position, draw, limits)


def _entry(piece: RecordText, position: int, draw: Draw, limits: Limits) -> Entry:
    problem = EntryProblem(piece.line, f"the record is cut off: {piece.fault}")
    if piece.fault is None:
        _measure(piece, limits)
        try:
            parser = XMLParser()  # noqa: S314 # without prolog: no entities, nothing external
            parser.feed(piece.text)
            element = parser.close()
        except ParseError as error:
            line = piece.line + error.position[0] - 1
            problem = EntryProblem(line, f"the XML is broken: {error.msg}")
        else:
            drafting = Drafting()
            draw(drafting, element, piece.line)
            return drafting.entry(position, piece.line, piece.last_line, piece.text)
    return Entry(position, piece.line, piece.last_line, piece.text, None, [problem])


def _measure(piece: RecordText, limits: Limits) -> None:
    """Refuse what nests too deep, before it is built."""
    depth = 0
    for found_tag in _TAG.finditer(piece.text):
        depth += -1 if found_tag[1] else not found_tag[2]
        if depth > limits.depth:
            message = f"elements nest deeper than {limits.depth} in the record on line {piece.line}"
            raise TooLarge(message, piece.line)


def text(element: Element | None) -> str:
    """All the words inside an element, on one line, whatever marks them up."""
    return "" if element is None else one_line("".join(element.itertext()))


def found(element: Element, path: str) -> str:
    """The words inside the first element on a path."""
    return text(element.find(path))
