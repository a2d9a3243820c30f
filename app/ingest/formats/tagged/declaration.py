"""What a tagged format declares: its lines, where records begin and end, and what tags mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.ingest.formats.draft_builder import MOST_VALUES, DraftBuilder
from app.ingest.formats.entry import EntryProblem, Limits
from app.ingest.formats.import_format import SourceText
from app.vocabulary import IdentifierScheme

TagHandler = Callable[[DraftBuilder, str, int, str], None]  # value, line, tag
Split = Callable[[str], tuple[str, str] | None]


Field = tuple[str, list[str], int]  # tag, the lines of its value, line it begins on


@dataclass(slots=True)
class TaggedRecord:
    """The lines of one record, as far as read. `whole` is false when its beginning is missing.

    `too_large` says what there is too much of: further lines are not held.
    """

    line: int
    whole: bool = True
    lines: list[str] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    problems: list[EntryProblem] = field(default_factory=list)
    last_line: int = 0  # the last line with something on it
    blank_lines: int = 0  # read since then
    length: int = 0  # in characters
    too_large: str | None = None

    @property
    def after_blank(self) -> bool:
        """Whether the line before was empty."""
        return self.blank_lines > 0

    def add_tag(self, tag: str, value: str, line: str, number: int, limits: Limits) -> None:
        """Take a line that begins with a tag."""
        if self.add_line(line, number, limits):
            self.fields.append((tag, [value], number))

    def add_line(self, line: str, number: int, limits: Limits) -> bool:
        """Take a line with something on it; false for one beyond the limits."""
        self.length += len(line) + 1 + self.blank_lines
        self.last_line, blank, self.blank_lines = number, self.blank_lines, 0
        if self.length > limits.record:
            self.too_large = f"it has more than {limits.record:,} characters"
        elif len(self.fields) >= MOST_VALUES:
            self.too_large = f"it has more than {MOST_VALUES:,} tags"
        if self.too_large:
            return False
        self.lines.extend([""] * blank)
        self.lines.append(line)
        return True

    @property
    def tags(self) -> set[str]:
        """The tags that the record has."""
        return {tag for tag, _, _ in self.fields}


@dataclass(frozen=True)
class TaggedFormat:
    """The lines of a format.

    `split` gives tag and value of a line, or None for a line without a tag. `opens_record` says
    whether a tag opens a record, given the open one; it is called for `opening_tags`, where no
    record is open, and after empty lines. `closing_tags` close one, the usual one first.
    `outside_tags` stand outside records. A record has to begin with `opening`, unless the format
    has `optional_opening`. Continuation lines are joined by `joiner`; those of `repeatable_tags`
    are values of their own. `prepare` sees all fields first: types change what other tags mean.
    """

    split: Split
    opens_record: Callable[[str, TaggedRecord | None], bool]
    handlers: Mapping[str, TagHandler]
    opening: str
    opening_tags: frozenset[str]
    closing_tags: tuple[str, ...] = ()
    outside_tags: frozenset[str] = frozenset()
    optional_opening: bool = False
    joiner: str = "\n"
    repeatable_tags: frozenset[str] = frozenset()
    prepare: Callable[[DraftBuilder, TaggedRecord], None] | None = None
    fault: Callable[[TaggedRecord], str | None] | None = None
    indented_continuation: bool = False  # continuation lines are


def plain_field(name: str, rank: int = 0) -> TagHandler:
    """A tag that fills a field of one value, unless a tag of lower rank does."""

    def take(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
        builder.field(name, rank, value, line, tag)

    return take


def identifier(scheme: IdentifierScheme) -> TagHandler:
    """A tag that holds an identifier."""

    def take(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
        builder.identify(scheme, value, line, tag)

    return take


def author(builder: DraftBuilder, value: str, _line: int, _tag: str) -> None:
    """A tag that holds one author, family name first."""
    builder.author(value)


def authors(builder: DraftBuilder, value: str, _line: int, _tag: str) -> None:
    """A tag that holds authors between semicolons."""
    names = [value] if "&" in value else value.split(";")  # &amp; and its like hold one as well
    for name in names:
        builder.author(name.strip())


def group(builder: DraftBuilder, value: str, _line: int, _tag: str) -> None:
    """A tag that holds an author who is not a person."""
    builder.group(value)


def publication_type(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """A tag whose words may tell of a retraction."""
    builder.publication_type(value)
    builder.keep(value, line, tag)


def book_number(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    """A tag that holds an ISBN or an ISSN: the first is taken, the other kept."""
    digits = "".join(filter(str.isalnum, value[:200].upper().replace("ISBN", "")))
    if len(digits) >= 13 and digits.startswith(("978", "979")):
        builder.identify(IdentifierScheme.ISBN, digits[:13], line, tag)
        if len(digits) == 13:
            return
    elif len(digits) == 10 and digits[:9].isdigit():
        builder.identify(IdentifierScheme.ISBN, digits, line, tag)
        return
    builder.keep(value, line, tag)


abstract = DraftBuilder.abstract
address = DraftBuilder.address
keep = DraftBuilder.keep


def count_closed(opening: str, closings: set[str], split: Split) -> Callable[[SourceText], int]:
    """Counts every opening tag, and every closing tag of tagged lines that have no opening."""
    marks = {opening, *closings}

    def count(source: SourceText) -> int:
        total, inside, tagged = 0, False, False
        for line in source.lines():
            if inside and line[:2] not in marks and not line[:1].isspace():
                continue
            found = split(line)
            if found is None:
                continue
            if found[0] == opening:
                total, inside, tagged = total + 1, True, False
            elif found[0] in closings:
                total += not inside and tagged
                inside = tagged = False
            else:
                tagged = tagged or found[0] not in {"FN", "VR"}
        return total

    return count
