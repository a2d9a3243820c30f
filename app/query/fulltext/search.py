"""Full text: which records queries find, and in which order, the same on both databases.

A row of search_texts is numbered by its kind and record (`first_number`), and the index of its kind
has it under that number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    CTE,
    Double,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import expression
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Boolean

from app.models.search_text import first_number
from app.query.fulltext.engines import (
    NAME,
    TITLE,
    Clause,
    EngineQuery,
    Fts5,
    Lexemes,
    short_names,
)
from app.query.fulltext.syntax import Query

MOST_RANKED = 2_000  # matches of a kind that are put in order, the newest; a page says so
MOST_NAMED = 1_000  # matches called exactly so that come first, the newest
NAMED, TITLED = 1_000.0, 2_000.0  # what an exact name and an exact title add to a rank
Also = Callable[[Any], list[Clause]]  # what else has to hold of a row, by its number
Place = tuple[float, int]


def _numbers(words: EngineQuery, queries: Sequence[Query]) -> Select[Any]:
    """The rows that match, by number."""
    return select(words.number.label("number")).where(words.holds(queries))


class Found(expression.ColumnElement[bool]):
    """A record of one kind matches any of some queries; each engine has its own clause."""

    type = Boolean()
    inherit_cache = True
    _traverse_internals = [  # as SQLAlchemy declares them
        ("sqlite", InternalTraversal.dp_clauseelement),
        ("postgresql", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, record: Any, kind: str, queries: Sequence[Query]) -> None:
        self.sqlite, self.postgresql = (
            record.in_(_records(words, kind, queries)) for words in (Fts5(kind), Lexemes(kind))
        )


@compiles(Found)
def _found(element: Found, compiler: Any, **options: Any) -> str:
    clause = getattr(element, compiler.dialect.name)
    return f"({compiler.process(clause, **options)})"


def _records(words: EngineQuery, kind: str, queries: Sequence[Query]) -> Select[Any]:
    numbers = _numbers(words, queries).subquery()
    return select(numbers.c.number - first_number(kind))


@dataclass(frozen=True)
class Candidates:
    """The matches that are put in order: the newest, and those called exactly as is asked.

    `newest` has one more, by which is seen whether others follow.
    """

    newest: CTE
    best: Select[Any]

    @property
    def beyond(self) -> ScalarSelect[Any]:
        """The number at which the matches that are not put in order begin; null: all are."""
        rows = self.newest.c
        more = case((func.count() > MOST_RANKED, func.min(rows.number)))
        return select(more).select_from(self.newest).scalar_subquery()


def candidates(words: EngineQuery, queries: Sequence[Query], also: Also) -> Candidates:
    """The matches that are put in order, however many match, and how well each matches."""
    part = _part(words, words.holds(queries), words.ranked(queries), also)
    newest = part.limit(MOST_RANKED + 1).cte().prefix_with("MATERIALIZED")
    found = Candidates(newest, part)
    parts = [select(newest).where(newest.c.number > func.coalesce(found.beyond, 0))]
    for where, bonus in _called(words, queries):
        named = _part(words, where, words.ranked(queries) + bonus, also).limit(MOST_NAMED).cte()
        parts.append(select(named))
    if len(parts) == 1:
        return replace(found, best=parts[0])
    each = union_all(*parts).cte()
    best = func.max(each.c.score).label("score")
    return replace(found, best=select(each.c.number, best).group_by(each.c.number))


def _called(words: EngineQuery, queries: Sequence[Query]) -> Iterator[tuple[Clause, float]]:
    """What is called exactly as is asked, and how much that counts."""
    if short_names(queries):
        yield words.called(queries, NAME), NAMED
        yield words.called(queries, TITLE), TITLED


def name_matches(words: EngineQuery, queries: Sequence[Query], also: Also) -> list[Select[Any]]:
    """The numbers of what comes first by its name."""
    found = []
    for where, _ in _called(words, queries):
        part = _part(words, where, literal_column("0"), also).limit(MOST_NAMED).subquery()
        found.append(select(part.c.number))
    return found


def _part(words: EngineQuery, where: Clause, score: Any, also: Also) -> Select[Any]:
    rows = select(words.number.label("number"), score.label("score"))
    return rows.where(where, *also(words.number)).order_by(words.number.desc())


def matching_texts(words: EngineQuery, queries: Sequence[Query], also: Also) -> Select[Any]:
    """All matches of a kind, by number, the newest first."""
    rows = _numbers(words, queries).where(*also(words.number))
    return rows.order_by(words.number.desc())


def in_order(best: Select[Any], place: Place | None, own: Select[Any] | None) -> Select[Any]:
    """What comes after a place, the best being first: the rank and number of the row before.

    bm25 counts all rows, so a rank shifts a little whenever anything is written: where `own` finds
    the row of the place, it is ranked anew, as all others are.
    """
    rows = best.subquery()
    ranked = select(rows.c.score.label("sort_key"), rows.c.number)
    if place is None:
        return ranked
    rank: Any = literal(place[0], Double)
    if own is not None:
        rank = func.coalesce(select(func.max(own.subquery().c.score)).scalar_subquery(), rank)
    later = and_(rows.c.score == rank, rows.c.number < place[1])
    return ranked.where(or_(rows.c.score < rank, later))


def union_of(parts: Sequence[Select[Any]]) -> Select[Any]:
    """All rows of several selects; of one, itself."""
    if len(parts) == 1:
        return parts[0]
    return select(union_all(*(select(part.subquery()) for part in parts)).subquery())
