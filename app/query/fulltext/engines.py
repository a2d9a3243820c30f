"""The engines of full text: FTS5 on SQLite, tsvector on PostgreSQL, asked the same.

Both are given words that are folded and cut in Python (`words_of`), never text to cut themselves:
FTS5 splits at spaces only, PostgreSQL takes each word as a lexeme as it is. Phrases are confirmed
on the folded text in PostgreSQL, whose positions end at 16383.

A border stands after each member of a card, so that no phrase reaches over it; the border of a
name repeats its words in one, and finds what is called exactly so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
)
from sqlalchemy.dialects.postgresql import TSQUERY

from app.query.fulltext.syntax import Query, Term

BORDER = "¶"
MOST_NAME = 8  # words of a name that can be found as a whole
Clause = ColumnElement[bool]
Member = tuple[Sequence[str], bool]  # the words of a member of a card, and whether it is a name
INDEX = table("search_index", column("rowid"), column("search_index"))
TEXTS = table("search_texts", column("id"), column("head"), column("body"), column("tsv"))


def text_of(members: Iterable[Member]) -> str:
    """Members of a card as they are indexed: their words, each member with its border."""
    found = ((*words, _border(words, name=name)) for words, name in members if words)
    return " ".join(" ".join(each) for each in found)


def _border(words: Sequence[str], *, name: bool) -> str:
    return BORDER + BORDER.join(words) if name and len(words) <= MOST_NAME else BORDER


class Fts5:
    """What SQLite is asked."""

    number: Any = INDEX.c.rowid
    rank: Any = literal_column("-bm25(search_index, 4.0, 1.0)")

    def holds(self, queries: Sequence[Query]) -> Clause:
        """Any of the queries matches."""
        return self._match(" OR ".join(map(self._query, queries)))

    def called(self, name: Sequence[str], *, title: bool) -> Clause:
        """A member, or the title, consists of these words."""
        return self._match(("head : " if title else "") + f'"{_border(name, name=True)}"')

    def ranked(self, _queries: Sequence[Query]) -> Any:
        """How well a row matches; more is better."""
        return self.rank

    @staticmethod
    def _match(written: str) -> Clause:
        return INDEX.c.search_index.op("MATCH", is_comparison=True)(literal(written))

    def _query(self, query: Query) -> str:
        wanted = " AND ".join(map(self._term, query.wanted))
        unwanted = " OR ".join(map(self._term, query.unwanted))
        return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"

    @staticmethod
    def _term(term: Term) -> str:
        return f'"{" ".join(term.words)}"' + (" *" if term.prefix else "")


class Lexemes:
    """What PostgreSQL is asked."""

    number: Any = TEXTS.c.id

    def holds(self, queries: Sequence[Query]) -> Clause:
        """Any of the queries matches."""
        return or_(*map(self._query, queries))

    def called(self, name: Sequence[str], *, title: bool) -> Clause:
        """A member, or the title, consists of these words."""
        return self._match(f"'{_border(name, name=True)}'" + (":A" if title else ""))

    def ranked(self, queries: Sequence[Query]) -> Any:
        """How well a row matches; more is better."""
        terms = (" & ".join(map(self._words, query.wanted)) for query in queries)
        wanted = cast(" | ".join(f"({each})" for each in terms), TSQUERY)
        return cast(func.ts_rank(TEXTS.c.tsv, wanted, 1), Double)

    @staticmethod
    def _match(written: str) -> Clause:
        return TEXTS.c.tsv.op("@@", is_comparison=True)(cast(written, TSQUERY))

    def _query(self, query: Query) -> Clause:
        words = [*map(self._words, query.wanted)]
        words += [f"!{self._words(term)}" for term in query.unwanted if len(term.words) == 1]
        phrases = (term for term in query.wanted if len(term.words) > 1)
        barred = (term for term in query.unwanted if len(term.words) > 1)
        return and_(
            self._match(" & ".join(words)),
            *map(self._phrase, phrases),
            *(not_(self._phrase(term)) for term in barred),
        )

    @staticmethod
    def _words(term: Term) -> str:
        return " & ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")

    @staticmethod
    def _phrase(term: Term) -> Clause:
        like = f"% {' '.join(term.words)}" + ("%" if term.prefix else " %")
        return or_(*((" " + each + " ").like(like) for each in (TEXTS.c.head, TEXTS.c.body)))


EngineQuery = Fts5 | Lexemes


def engine_query(dialect: str) -> EngineQuery:
    """How an engine is asked."""
    return Fts5() if dialect == "sqlite" else Lexemes()
