"""The closure of broader terms, kept so that a filter by a broad term is one look-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.models import Term, TermAncestor

Pair = tuple[int, int]


def rewrite(session: Session, terms: Sequence[int]) -> set[int]:
    """Rewrite the ancestors of these terms and of all below them; gives the terms that moved.

    Raises ValueError when a term would become broader than itself.
    """
    if not terms:
        return set()
    parents = _parents(session)
    below = _below(parents, terms)
    connection = session.connection()
    old = {
        (row.term_id, row.ancestor_id)
        for row in connection.execute(
            select(TermAncestor.term_id, TermAncestor.ancestor_id).where(
                TermAncestor.term_id.in_(below)
            )
        )
    }
    new = {pair for term in below for pair in _line(parents, term)}
    if old - new:
        connection.execute(delete(TermAncestor).where(TermAncestor.term_id.in_(below)))
        added = new
    else:
        added = new - old
    if added:
        rows = [{"term_id": term, "ancestor_id": above} for term, above in sorted(added)]
        connection.execute(insert(TermAncestor), rows)
    return {term for term, _ in old ^ new}


def closure(session: Session) -> set[Pair]:
    """What the table should hold."""
    parents = _parents(session)
    return {pair for term in parents for pair in _line(parents, term)}


def _parents(session: Session) -> dict[int, int | None]:
    rows = session.connection().execute(select(Term.id, Term.parent_id))
    return {row.id: row.parent_id for row in rows}


def _line(parents: dict[int, int | None], term: int) -> Iterator[Pair]:
    """The term with itself and everything above it."""
    above: int | None = term
    seen: set[int] = set()
    while above is not None:
        if above in seen:
            raise ValueError("a term cannot be broader than itself")
        seen.add(above)
        yield term, above
        above = parents[above]


def _below(parents: dict[int, int | None], terms: Iterable[int]) -> set[int]:
    """The terms and all that lie below them."""
    chosen = set(terms)
    return {term for term in parents if any(above in chosen for _, above in _line(parents, term))}
