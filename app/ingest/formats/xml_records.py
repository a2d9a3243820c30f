"""Records of an XML file, each parsed by itself: a corrupt one leaves the others whole.

The parser sees no prolog, so entities that a document declares are unknown to it, and nothing is
ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from xml.etree.ElementTree import Element, ParseError, XMLParser

from app.ingest.formats.draft_builder import DraftBuilder, one_line
from app.ingest.formats.entry import Entry, EntryProblem, FileTooLargeError, Limits
from app.ingest.formats.import_format import SourceText
from app.ingest.formats.lines import RecordText, TextWindow, XmlElements

ElementReader = Callable[[DraftBuilder, Element, int], None]
_TAG = re.compile(r"<(/?)[^\s<>!?/][^<>]*?(/?)>")


def entries(names: str, draw: ElementReader, source: SourceText) -> Iterator[Entry]:
    """Each element of these names (`a|b`) as an entry; `draw` takes what it says."""
    window = TextWindow(source.chunks(), source.limits)
    for position, piece in enumerate(XmlElements(names, window, source.strays), 1):
        yield _entry(piece, position, draw, source.limits)


def _entry(piece: RecordText, position: int, draw: ElementReader, limits: Limits) -> Entry:
    problem = EntryProblem(piece.line, f"the record is cut off: {piece.fault}")
    if piece.fault is None:
        _check_depth(piece, limits)
        try:
            parser = XMLParser()  # noqa: S314 # without prolog: no entities, nothing external
            parser.feed(piece.text)
            element = parser.close()
        except ParseError as error:
            line = piece.line + error.position[0] - 1
            problem = EntryProblem(line, f"the XML is broken: {error.msg}")
        else:
            builder = DraftBuilder()
            draw(builder, element, piece.line)
            return builder.entry(position, piece.line, piece.last_line, piece.text)
    return Entry(position, piece.line, piece.last_line, piece.text, None, [problem])


def _check_depth(piece: RecordText, limits: Limits) -> None:
    """Refuse what nests too deep, before it is built."""
    depth = 0
    for found_tag in _TAG.finditer(piece.text):
        depth += -1 if found_tag[1] else not found_tag[2]
        if depth > limits.depth:
            message = f"elements nest deeper than {limits.depth} in the record on line {piece.line}"
            raise FileTooLargeError(message, piece.line)


def element_text(element: Element | None) -> str:
    """All the words inside an element, on one line, whatever marks them up."""
    return "" if element is None else one_line("".join(element.itertext()))


def text_at(element: Element, path: str) -> str:
    """The words inside the first element on a path."""
    return element_text(element.find(path))


_STEP = 40  # characters in which a mark may be broken between two chunks
_ENDINGS = {"<!--": "-->", "<![CDATA[": "]]>"}


def _marks(pattern: re.Pattern[str], chunks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each match in a text that comes in chunks, with its place."""
    held, before = "", 0
    for chunk in chain(chunks, [" " * _STEP]):
        text, at = held + chunk, 0
        for found in pattern.finditer(text):
            at = found.end()
            yield before + at, found[0]
        rest = max(at, len(text) - _STEP)
        held, before = text[rest:], before + rest


def count_elements(names: str) -> Callable[[SourceText], int]:
    """Counts every opening tag of these names outside comments and CDATA that end."""
    ends = re.compile("-->|]]>")
    mark = re.compile(rf"<(?:{names})(?=[\s>/])|<!--|-->|<!\[CDATA\[|\]\]>")

    def count(source: SourceText) -> int:
        # the last ends: a comment that never ends is none, and hides no record
        last = {found: at for at, found in _marks(ends, source.chunks())}
        total, hidden_until = 0, ""
        for at, found in _marks(mark, source.chunks()):
            if hidden_until:
                hidden_until = "" if found == hidden_until else hidden_until
            elif found in _ENDINGS:
                hidden_until = _ENDINGS[found] if last.get(_ENDINGS[found], 0) > at else ""
            else:
                total += found not in last
        return total

    return count
