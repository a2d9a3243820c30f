"""Full text behind one interface: FTS5 on SQLite, tsvector on PostgreSQL, the same finds on both.

Words are folded before they are stored and before they are looked for, so both engines only ever
see lower-case letters and digits, and find the same.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, column, literal_column, select, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import expression
from sqlalchemy.types import Boolean

from app.core.folding import fold

TEXTS = table("search_texts", column("id"), column("kind"), column("record_id"))
MOST_WORDS = 20


class Matches(expression.ColumnElement[bool]):
    """The search text of a row has words beginning with each of these."""

    type = Boolean()
    inherit_cache = False

    def __init__(self, words: list[str]) -> None:
        self.words = words


@compiles(Matches, "sqlite")
def _sqlite(element: Matches, compiler: Any, **options: Any) -> str:
    query = " AND ".join(f'"{word}"*' for word in element.words)
    value = compiler.process(expression.literal(query), **options)
    return f"search_texts.id IN (SELECT rowid FROM search_index WHERE search_index MATCH {value})"  # noqa: S608 # a bind


@compiles(Matches, "postgresql")
def _postgresql(element: Matches, compiler: Any, **options: Any) -> str:
    query = " & ".join(f"{word}:*" for word in element.words)
    value = compiler.process(expression.literal(query), **options)
    return f"search_texts.tsv @@ to_tsquery('simple', {value})"


def words_of(query: str) -> list[str]:
    """The folded words of a query; empty when it has none."""
    return fold(query).split()[:MOST_WORDS]


def matches(query: str) -> expression.ColumnElement[bool]:
    """A clause over search_texts; a query without words finds nothing."""
    words = words_of(query)
    return Matches(words) if words else literal_column("1") == literal_column("0")


def matching(kind: str, query: str) -> Select[Any]:
    """The rows of one kind whose words begin with the words of a query."""
    return select(TEXTS.c.record_id).where(TEXTS.c.kind == kind, matches(query))
