"""How queries are written: words that all occur, "phrases", beginnings*, OR, NOT, parentheses.

Text and queries are folded alike (`app.query.fulltext.words`); a word that folds to several, as
meta-analysis, is a phrase of them. AND, OR and NOT are operators in capitals only, and words in
quotation marks. Parentheses group where they stand at the edge of a word: those of
(2R,6R)-hydroxynorketamine belong to it. What other databases have beside is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.query.fulltext.other_databases import foreign_notation
from app.query.fulltext.words import words_of

HOW = (
    'Queries are written as words that all occur, "a phrase", beginn* for what begins so, '
    '-word, -"a phrase" or NOT word for what must not occur, OR between alternatives (what stands'
    " beside OR is taken together first: a b OR c is (a b) OR c), and parentheses, as in"
    ' (ketamine OR esketamine) pain NOT coma; "OR" in quotation marks is a word'
)
MOST_WORDS = 64  # in one query
LONGEST_SHOWN = 60  # characters of what is not understood, as it is shown
MOST_DEPTH = 10  # parentheses in one another
OPERATORS = ("AND", "OR", "NOT")
_PART = re.compile(r'"(?P<phrase>[^"]*)(?P<end>"?)(?P<star>\*?)|(?P<chunk>[^\s"]+)')
_PHRASE = re.compile('"[^"]*"?')
_QUOTES = str.maketrans("“”„‟″", '"""""')


class QueryError(ValueError):
    """A query that cannot be understood; says what is wrong and how queries are written."""

    def __init__(self, what: str, at: int | None = None) -> None:
        where = "" if at is None else f" (character {at + 1})"
        super().__init__(f"{what}{where}. {HOW}")


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other; as a prefix, the last is the beginning of a word.

    `bare`: it was written as a whole word, without quotation marks.
    """

    words: tuple[str, ...]
    prefix: bool = False
    bare: bool = False


@dataclass(frozen=True)
class AllOf:
    """What has to occur, all of it, and what must not."""

    wanted: tuple[Node, ...]
    unwanted: tuple[Node, ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """Alternatives, any of which will do."""

    parts: tuple[Node, ...]


Node = Term | AllOf | AnyOf


@dataclass(frozen=True)
class Query:
    """What is looked for in a record.

    With a `key`, the words are bound by it anew in a statement that is kept.
    """

    root: Node
    goes_on: bool = False  # it ends with a word, which may not be all typed yet
    key: str = ""

    def typing(self) -> Query:
        """The query while it is typed: its last word may go on."""
        return replace(self, root=_going_on(self.root)) if self.goes_on else self

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The words of each alternative that has nothing but words: it may be a name."""
        parts = self.root.parts if isinstance(self.root, AnyOf) else (self.root,)
        found = []
        for part in parts:
            terms = part.wanted if isinstance(part, AllOf) and not part.unwanted else (part,)
            if all(isinstance(term, Term) and term.bare for term in terms):
                found.append(tuple(word for term in wanted_terms(part) for word in term.words))
        return tuple(found)


def _going_on(node: Node) -> Node:
    if isinstance(node, AllOf):
        return replace(node, wanted=(*node.wanted[:-1], _going_on(node.wanted[-1])))
    if isinstance(node, AnyOf):
        return AnyOf((*node.parts[:-1], _going_on(node.parts[-1])))
    return replace(node, prefix=True)


def wanted_terms(node: Node) -> Iterator[Term]:
    """All terms but those that must not occur."""
    if isinstance(node, Term):
        yield node
    else:
        for part in node.wanted if isinstance(node, AllOf) else node.parts:
            yield from wanted_terms(part)


def read_query(written: str) -> Query:
    """Read a query; raises QueryError that says what is wrong."""
    if "\0" in written:
        raise QueryError("there is a character that cannot be searched for")
    written = written.translate(_QUOTES)
    if foreign := foreign_notation(_PHRASE.sub(_blank, written)):
        start, end, advice = foreign
        found = written[start:end].strip("()")[:LONGEST_SHOWN]
        raise QueryError(f"{found} is a notation of other databases: {advice}", start)
    tokens = list(_tokens(written))
    if sum(len(each.term.words) for each in tokens if each.term) > MOST_WORDS:
        raise QueryError(f"there are more than {MOST_WORDS} words")
    if not tokens:
        raise QueryError("there is no word to look for")
    root = _Parser(tokens).query()
    *before, last = tokens
    excluded = bool(before) and before[-1].what in {"-", "NOT"}
    goes_on = last.term is not None and last.term.bare
    return Query(root, goes_on and not excluded)


def _blank(phrase: re.Match[str]) -> str:
    """A phrase of no meaning that is as long."""
    return '"' + "a" * (len(phrase[0]) - 2) + '"' if len(phrase[0]) > 1 else '"'


@dataclass(frozen=True)
class _Token:
    """A term, an operator, a minus or a parenthesis, and where it stands."""

    what: str
    at: int
    term: Term | None = None


def _tokens(written: str) -> Iterator[_Token]:
    for found in _PART.finditer(written):
        if found["phrase"] is None:
            before_phrase = written[found.end() : found.end() + 1] == '"'
            yield from _of_chunk(found["chunk"], found.start(), before_phrase=before_phrase)
            continue
        if not found["end"]:
            raise QueryError('a quotation mark " is opened and not closed', found.start())
        words = words_of(found["phrase"])
        if not words:
            raise QueryError("there is a phrase without words", found.start())
        yield _Token("phrase", found.start(), Term(tuple(words), bool(found["star"])))


def _of_chunk(chunk: str, at: int, *, before_phrase: bool) -> Iterator[_Token]:
    """The tokens of what stands between spaces or phrases."""
    start, groups = 0, [*_grouping(chunk), len(chunk)]
    for end in groups:
        piece, first = chunk[start:end], start == 0 or chunk[start - 1] == "("
        opens = end < len(chunk) and chunk[end] == "("
        opens = opens or (end == len(chunk) and before_phrase)
        yield from _of_piece(piece, at + start, first=first, opens=opens)
        if end < len(chunk):
            yield _Token(chunk[end], at + end)
        start = end + 1


def _of_piece(piece: str, at: int, *, first: bool, opens: bool) -> Iterator[_Token]:
    """The tokens of what stands between parentheses in a chunk.

    `first`: nothing stands right before; `opens`: a group or phrase begins right after.
    """
    if first and piece in OPERATORS:
        yield _Token(piece, at)
        return
    if not first and (piece.startswith("*") or words_of(piece)):
        raise QueryError("a space has to stand after )", at)
    minus = first and piece.startswith("-")
    words, prefix = words_of(piece), piece.rstrip(".,;:!?").endswith("*")
    if minus and (words or (piece == "-" and opens)):
        yield _Token("-", at)
    elif minus:
        raise QueryError("a - stands right before what must not occur", at)
    if words:
        yield _Token("word", at, Term(tuple(words), prefix, bare=not prefix))
    elif prefix:
        raise QueryError("a * stands right after the beginning of a word", at)


def _grouping(chunk: str) -> list[int]:
    """The parentheses of a chunk that group; others are part of a word, as in S(+)-ketamine."""
    opened: list[int] = []
    pairs, single = [], []
    for at, letter in enumerate(chunk):
        if letter == "(":
            opened.append(at)
        elif letter == ")" and opened:
            pairs.append((opened.pop(), at))
        elif letter == ")":
            single.append(at)
    around = [
        place
        for start, end in pairs
        if not chunk[:start].strip("-(")
        and words_of(chunk[start:end])
        and not words_of(chunk[end:])
        for place in (start, end)
    ]
    return sorted((*opened, *single, *around))


class _Parser:
    """Reads tokens: alternatives of what all has to occur, of terms and groups."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at = tokens, 0

    def query(self) -> Node:
        """All of it; raises QueryError."""
        node = self._any_of(0)
        if (token := self._next()) is not None:  # only ) ends alternatives before the end
            raise QueryError("there is a ) without a (", token.at)
        return node

    def _next(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _any_of(self, depth: int) -> Node:
        parts = [self._all_of(depth)]
        while (token := self._next()) is not None and token.what == "OR":
            self.at += 1
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self, depth: int) -> Node:
        wanted: list[Node] = []
        unwanted: list[Node] = []
        start = self.at
        while (token := self._next()) is not None and token.what not in {"OR", ")"}:
            if token.what == "AND":
                self._check_and(start)
                self.at += 1
                continue
            minus = token.what in {"-", "NOT"}
            self.at += minus
            (unwanted if minus else wanted).append(self._operand(depth, token if minus else None))
        if not wanted:
            raise self._nothing(start, excluded=bool(unwanted))
        if len(wanted) == 1 and not unwanted:
            return wanted[0]
        return AllOf(tuple(wanted), tuple(unwanted))

    def _check_and(self, start: int) -> None:
        """AND stands between two terms or groups."""
        token, after = self.tokens[self.at], self.tokens[self.at + 1 : self.at + 2]
        if self.at == start:
            raise _beside("before", token)
        if not after or after[0].what in {"AND", "OR", ")"}:
            raise _beside("after", token)

    def _operand(self, depth: int, exclusion: _Token | None) -> Node:
        token = self._next()
        if exclusion is not None and (token is None or not (token.term or token.what == "(")):
            raise _beside("after", exclusion)
        if token is None or token.what != "(":
            self.at += 1
            if token is None or token.term is None:
                raise QueryError("there is no word to look for")
            return token.term
        if depth == MOST_DEPTH:
            raise QueryError(
                f"there are more than {MOST_DEPTH} parentheses in one another", token.at
            )
        self.at += 1
        node = self._any_of(depth + 1)
        if self._next() is None:
            raise QueryError("a ( is opened and not closed", token.at)
        self.at += 1
        return node

    def _nothing(self, start: int, *, excluded: bool) -> QueryError:
        """What is wrong where no word is wanted, from a token on."""
        before, here = self.tokens[start - 1] if start else None, self._next()
        if excluded:
            at = self.tokens[start].at
            return QueryError("there is no word to look for, only exclusions", at)
        if here is not None and here.what == "OR":
            return _beside("before", here)
        if before is not None and before.what == "OR":
            return _beside("after", before)
        if here is not None and before is None:
            return QueryError("there is a ) without a (", here.at)
        if before is not None and here is None:
            return QueryError("a ( is opened and not closed", before.at)
        where = None if before is None else before.at
        return QueryError("there are parentheses without a word", where)


def _beside(side: str, token: _Token) -> QueryError:
    word = f'; as a word, write "{token.what}"' if token.what in OPERATORS else ""
    return QueryError(f"nothing stands {side} {token.what}{word}", token.at)
