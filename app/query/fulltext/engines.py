"""The engines of full text: FTS5 on SQLite, tsvector on PostgreSQL, asked the same.

Both are given words that are folded and cut in Python (`words_of`), never text to cut themselves:
FTS5 splits at spaces only, PostgreSQL takes each word as a lexeme as it is. Phrases are confirmed
on the folded text in PostgreSQL, whose positions end at 16383. Each kind of record has an index of
its own, so that what a word is worth in a kind, and what it costs to find, hangs on that kind.

A border stands after each member of a card, so that no phrase reaches over it; the border of a
name repeats its letters in one, and finds what is called exactly so. Behind the border stand the
compounds of the member, each in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    not_,
    or_,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from app.models.search_text import search_index_name
from app.query.fulltext.spellings import respelled
from app.query.fulltext.syntax import AllOf, AnyOf, Node, Query, Term
from app.query.fulltext.words import indexed_words

BORDER = "¶"
MOST_NAME = 8  # words of a name that can be found as a whole, or
LONGEST_NAME = 24  # letters of one, where each character is a word
Clause = ColumnElement[bool]
TEXTS = table("search_texts", *map(column, ("id", "kind", "head", "body", "tsv")))


def text_of(members: Iterable[tuple[str, bool]]) -> str:
    """Members of a card, each with whether it is a name, as they are indexed."""
    return " ".join(word for member, name in members for word in _indexed(member, name=name))


def _indexed(member: str, *, name: bool) -> list[str]:
    words, compounds = indexed_words(member)
    if words:
        words.append(_border(words) if name and is_short(words) else BORDER)
    if compounds:
        words += [*compounds, BORDER]
    return words


def is_short(words: Sequence[str]) -> bool:
    """Whether a name of these words can be found as a whole."""
    return len(words) <= MOST_NAME or sum(map(len, words)) <= LONGEST_NAME


def _border(words: Sequence[str]) -> str:
    return BORDER + "".join(words)  # a name with a hyphen, or in two words, is the same


class Fts5:
    """What SQLite is asked about a kind.

    `bound`: by names (`fts5_values`), so that one statement serves for any words.
    """

    def __init__(self, kind: str, *, bound: bool = False) -> None:
        self.kind, self.bound, name = kind, bound, search_index_name(kind)
        index = table(name, column("rowid"), column(name))
        self.number: Any = index.c.rowid
        self.rank: Any = literal_column(f"-bm25({name}, 4.0, 1.0)")
        self._index: Any = index.c[name]

    def holds(self, queries: Sequence[Query]) -> Clause:
        """Any of the queries matches."""
        return self._match("match_words", _any_of(queries))

    def called(self, names: Sequence[Sequence[str]], *, title: bool) -> Clause:
        """A member, or the title, consists of the words of any of these names."""
        found = _any_name(names)
        if title:
            return self._match("match_titles", f"head : ({found})")
        return self._match("match_names", found)

    def ranked(self, _queries: Sequence[Query]) -> Any:
        """How well a row matches; more is better."""
        return self.rank

    def _match(self, name: str, written: str) -> Clause:
        value = bindparam(name, written) if self.bound else literal(written)
        return self._index.op("MATCH", is_comparison=True)(value)  # type: ignore[no-any-return]


def fts5_values(queries: Sequence[Query]) -> dict[str, str]:
    """What is bound to a statement for these queries."""
    found = _any_name(short_names(queries))
    return {
        "match_words": _any_of(queries),
        "match_names": found,
        "match_titles": f"head : ({found})",
    }


def short_names(queries: Sequence[Query]) -> list[tuple[str, ...]]:
    """What may be a name in these queries, and can be found as a whole."""
    return [name for query in queries for name in query.names if is_short(name)]


def _any_of(queries: Sequence[Query]) -> str:
    return " OR ".join(_fts5(respelled(query.root)) for query in queries)


def _any_name(names: Sequence[Sequence[str]]) -> str:
    return " OR ".join(f'"{_border(name)}"' for name in names)


def _fts5(node: Node) -> str:
    """A query as FTS5 has it."""
    if isinstance(node, Term):
        return f'"{" ".join(node.words)}"' + (" *" if node.prefix else "")
    if isinstance(node, AnyOf):
        return f"({' OR '.join(map(_fts5, node.parts))})"
    wanted = " AND ".join(map(_fts5, node.wanted))
    unwanted = " OR ".join(map(_fts5, node.unwanted))
    return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"


class Lexemes:
    """What PostgreSQL is asked about a kind."""

    number: Any = TEXTS.c.id

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._of_kind: Clause = TEXTS.c.kind == literal_column(f"'{kind}'")  # as its index has it

    def holds(self, queries: Sequence[Query]) -> Clause:
        """Any of the queries matches."""
        return and_(self._of_kind, or_(*(self._query(respelled(query.root)) for query in queries)))

    def called(self, names: Sequence[Sequence[str]], *, title: bool) -> Clause:
        """A member, or the title, consists of the words of any of these names."""
        words = (f"'{_border(name)}'" + (":A" if title else "") for name in names)
        return and_(self._of_kind, _lexemes_match(" | ".join(words)))

    def ranked(self, queries: Sequence[Query]) -> Any:
        """How well a row matches; more is better."""
        words = " | ".join(_lexemes(respelled(query.root), excluding=False) for query in queries)
        return cast(func.ts_rank(TEXTS.c.tsv, cast(words, TSQUERY), 1), Double)

    @staticmethod
    def _query(root: Node) -> Clause:
        """The index finds what has the words; whether they stand as they should, the texts tell."""
        found = _lexemes_match(_lexemes(root))
        return and_(found, _confirmed(root)) if _has_phrase(root) else found


def _lexemes_match(written: str) -> Clause:
    return TEXTS.c.tsv.op("@@", is_comparison=True)(cast(written, TSQUERY))


def _has_phrase(node: Node) -> bool:
    if isinstance(node, Term):
        return len(node.words) > 1
    return any(map(_has_phrase, _parts(node)))


def _parts(node: AllOf | AnyOf) -> tuple[Node, ...]:
    return node.parts if isinstance(node, AnyOf) else (*node.wanted, *node.unwanted)


def _lexemes(node: Node, *, excluding: bool = True) -> str:
    """A query as a tsquery that finds no less: phrases only by their words, and not excluded."""
    if isinstance(node, Term):
        return " & ".join(f"'{word}'" for word in node.words) + (":*" if node.prefix else "")
    if isinstance(node, AnyOf):
        return " | ".join(f"({_lexemes(part, excluding=excluding)})" for part in node.parts)
    wanted = [f"({_lexemes(part, excluding=excluding)})" for part in node.wanted]
    unwanted = [part for part in node.unwanted if excluding and not _has_phrase(part)]
    return " & ".join((*wanted, *(f"!({_lexemes(part)})" for part in unwanted)))


def _confirmed(node: Node) -> Clause:
    """What a query says, exactly."""
    if not _has_phrase(node):
        return _lexemes_match(_lexemes(node))
    if isinstance(node, Term):
        like = f"% {' '.join(node.words)}" + ("%" if node.prefix else " %")
        return or_(*((" " + each + " ").like(like) for each in (TEXTS.c.head, TEXTS.c.body)))
    if isinstance(node, AnyOf):
        single = [part for part in node.parts if not _has_phrase(part)]
        phrases = [_confirmed(part) for part in node.parts if _has_phrase(part)]
        words = [_lexemes_match(_lexemes(AnyOf(tuple(single))))] if single else []
        return or_(*words, *phrases)
    return and_(
        true(), *map(_confirmed, node.wanted), *(not_(_confirmed(part)) for part in node.unwanted)
    )


EngineQuery = Fts5 | Lexemes


@cache
def engine_query(dialect: str, kind: str, *, bound: bool = False) -> EngineQuery:
    """How an engine is asked about a kind; `bound`: SQLite by the names of values."""
    return Fts5(kind, bound=bound) if dialect == "sqlite" else Lexemes(kind)
