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
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
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

from app.db.statements import BoundText
from app.models.search_text import search_index_name
from app.query.filters import Binding
from app.query.fulltext.spellings import respelled
from app.query.fulltext.syntax import AllOf, AnyOf, Node, Query, Term
from app.query.fulltext.words import indexed_words

BORDER = "¶"
HOLDS, RANK, NAME, TITLE = "holds", "rank", "name", "title"  # what the index is asked
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


def short_names(queries: Sequence[Query]) -> list[tuple[str, ...]]:
    """Names that can be found as a whole, of what may be one."""
    return [name for query in queries for name in query.names if is_short(name)]


def bind_queries(name: str, queries: list[Any], dialect: str) -> Binding | None:
    """Queries whose words can be bound anew; their shape is how many they are, and names or not."""
    engine = engine_query(dialect, "study")  # every kind is asked the same words
    if not engine.can_be_bound(queries):
        return None
    texts = engine.texts(queries)
    keyed = [replace(query, key=name) for query in queries]
    return Binding(keyed, tuple(texts), {f"{name}_{part}": text for part, text in texts.items()})


def _bound(queries: Sequence[Query], part: str, written: str) -> str:
    key = queries[0].key
    return BoundText(f"{key}_{part}", written) if key else written


def is_short(words: Sequence[str]) -> bool:
    """Whether a name of these words can be found as a whole."""
    return len(words) <= MOST_NAME or sum(map(len, words)) <= LONGEST_NAME


def _border(words: Sequence[str]) -> str:
    return BORDER + "".join(words)  # a name with a hyphen, or in two words, is the same


class Fts5:
    """What SQLite is asked about a kind."""

    def __init__(self, kind: str) -> None:
        self.kind, name = kind, search_index_name(kind)
        index = table(name, column("rowid"), column(name))
        self.number: Any = index.c.rowid
        self.rank: Any = literal_column(f"-bm25({name}, 4.0, 1.0)")
        self._index: Any = index.c[name]

    def texts(self, queries: Sequence[Query]) -> dict[str, str]:
        """What the index is asked: for the queries, and for a member or title called so."""
        holds = " OR ".join(_fts5(respelled(query.root)) for query in queries)
        names = " OR ".join(f'"{_border(name)}"' for name in short_names(queries))
        called = {NAME: names, TITLE: f"head : ({names})"} if names else {}
        return {HOLDS: holds, **called}

    def holds(self, queries: Sequence[Query]) -> Clause:
        """Any of the queries matches."""
        return self._match(queries, HOLDS)

    def called(self, queries: Sequence[Query], part: str) -> Clause:
        """A member (NAME), or the title (TITLE), consists of the words of any of the queries."""
        return self._match(queries, part)

    def ranked(self, _queries: Sequence[Query]) -> Any:
        """How well a row matches; more is better."""
        return self.rank

    def can_be_bound(self, _queries: Sequence[Query]) -> bool:
        """Whether a statement for these queries serves others."""
        return True

    def _match(self, queries: Sequence[Query], part: str) -> Clause:
        written = literal(_bound(queries, part, self.texts(queries)[part]))
        return self._index.op("MATCH", is_comparison=True)(written)  # type: ignore[no-any-return]


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

    def texts(self, queries: Sequence[Query]) -> dict[str, str]:
        """What the index is asked: for the queries, for their rank, for what is called so."""
        roots = [respelled(query.root) for query in queries]
        names = [f"'{_border(name)}'" for name in short_names(queries)]
        ends = ((NAME, ""), (TITLE, ":A")) if names else ()
        return {
            **{f"{HOLDS}_{at}": _lexemes(root) for at, root in enumerate(roots)},
            RANK: " | ".join(_lexemes(root, excluding=False) for root in roots),
            **{part: " | ".join(name + end for name in names) for part, end in ends},
        }

    def holds(self, queries: Sequence[Query]) -> Clause:
        """Any of the queries matches."""
        found = (self._holds(queries, at) for at in range(len(queries)))
        return and_(self._of_kind, or_(*found))

    def _holds(self, queries: Sequence[Query], at: int) -> Clause:
        """The index finds what has the words; whether they stand as they should, the texts tell."""
        found, root = self._match(queries, f"{HOLDS}_{at}"), respelled(queries[at].root)
        return and_(found, _confirmed(root)) if _has_phrase(root) else found

    def called(self, queries: Sequence[Query], part: str) -> Clause:
        """A member (NAME), or the title (TITLE), consists of the words of any of the queries."""
        return and_(self._of_kind, self._match(queries, part))

    def ranked(self, queries: Sequence[Query]) -> Any:
        """How well a row matches; more is better."""
        words = _bound(queries, RANK, self.texts(queries)[RANK])
        return cast(func.ts_rank(TEXTS.c.tsv, cast(words, TSQUERY), 1), Double)

    def can_be_bound(self, queries: Sequence[Query]) -> bool:
        """Whether a statement for these serves others: phrases have clauses of their own."""
        return not any(_has_phrase(respelled(query.root)) for query in queries)

    def _match(self, queries: Sequence[Query], part: str) -> Clause:
        return _lexemes_match(_bound(queries, part, self.texts(queries)[part]))


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
def engine_query(dialect: str, kind: str) -> EngineQuery:
    """How an engine is asked about a kind."""
    return Fts5(kind) if dialect == "sqlite" else Lexemes(kind)
