"""Records of an XML file, each parsed by itself: a corrupt one leaves the others whole.

The parser sees no prolog, so entities that a document declares are unknown to it, and nothing is
ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from app.ingest.formats.draft_builder import DraftBuilder, broken_entry, build_entry, one_line
from app.ingest.formats.entry import Entry, EntryProblem, Limits
from app.ingest.formats.import_format import SourceText
from app.ingest.formats.lines import RecordText, TextWindow, XmlElements

ElementReader = Callable[[DraftBuilder, Element, int], None]


def entries(names: str, draw: ElementReader, source: SourceText) -> Iterator[Entry]:
    """Each element of these names (`a|b`) as an entry; `draw` takes what it says."""
    window = TextWindow(source.chunks(), source.limits)
    for position, piece in enumerate(XmlElements(names, window, source.strays), 1):
        yield _entry(piece, position, draw, source.limits)


def _entry(piece: RecordText, position: int, draw: ElementReader, limits: Limits) -> Entry:
    if piece.fault is not None:
        problem = EntryProblem(piece.line, f"the record is cut off: {piece.fault}")
        return broken_entry(piece, position, problem)
    try:
        element = _parse(piece.text, limits.depth)
    except expat.ExpatError as error:
        problem = EntryProblem(piece.line + error.lineno - 1, f"the XML is broken: {error}")
        return broken_entry(piece, position, problem)
    except _TooDeepError as error:
        message = f"elements nest deeper than {limits.depth}"
        return broken_entry(piece, position, EntryProblem(piece.line + error.line - 1, message))
    return build_entry(piece, position, lambda builder: draw(builder, element, piece.line))


class _TooDeepError(ValueError):
    """Elements nest too deep: the line of the text where they begin to."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _parse(text: str, most_depth: int) -> Element:
    """The element of a text without prolog: no entities, nothing external.

    Names stay as they are written: with namespaces put in, as XMLParser has it, each name is as
    long as the namespace, of which a small file may have thousands.
    Raises ExpatError and _TooDeepError.
    """
    tree, parser, depth = TreeBuilder(), expat.ParserCreate(), 0  # without prolog

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > most_depth:
            raise _TooDeepError(parser.CurrentLineNumber)
        tree.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        tree.end(name)

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = tree.data
    parser.Parse(text, True)  # noqa: FBT003
    return tree.close()


def element_text(element: Element | None) -> str:
    """All the words inside an element, on one line, whatever marks them up."""
    return "" if element is None else one_line("".join(element.itertext()))


def outermost_elements(element: Element, name: str) -> Iterator[Element]:
    """Each element of a name inside another that does not lie in one of the same name."""
    inside = 0
    for each in element.iter(name):
        if inside:
            inside -= 1
        else:
            inside = sum(1 for _ in each.iter(name)) - 1
            yield each


def text_at(element: Element, path: str) -> str:
    """The words inside the first element on a path."""
    return element_text(element.find(path))


_STEP = 40  # characters in which a mark may be broken between two chunks
_ENDINGS = {"<!": "-->", "<![CDATA[": "]]>"}


def _marks(pattern: re.Pattern[str], chunks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each match in a text that comes in chunks, with its place."""
    held, before = "", 0
    for chunk in chain(chunks, ["\0" * _STEP]):
        text, at = held + chunk, 0
        for found in pattern.finditer(text):
            at = found.end()
            yield before + at, found[0]
        rest = max(at, len(text) - _STEP)
        held, before = text[rest:], before + rest


def count_elements(names: str) -> Callable[[SourceText], int]:
    """Counts every opening tag of these names outside comments and CDATA that end."""
    ends = re.compile("-->|]]>")
    mark = re.compile(rf"<(?:{names})(?=[\s>/])|<!(?=--)|-->|<!\[CDATA\[|\]\]>")

    def count(source: SourceText) -> int:
        # the last ends: a comment that never ends is none, and hides no record
        last = {found: at for at, found in _marks(ends, source.chunks())}
        total, hidden_until, least = 0, "", 0
        for at, found in _marks(mark, source.chunks()):
            if hidden_until:
                # <!--> opens a comment, and closes one, but not its own
                hidden_until = "" if found == hidden_until and at >= least else hidden_until
            elif found in _ENDINGS:
                ending = _ENDINGS[found]
                least = at + len(ending) + (2 if found == "<!" else 0)
                hidden_until = ending if last.get(ending, 0) >= least else ""
            else:
                total += found not in last
        return total

    return count
