"""Pairs among the stored citations that may be one publication, kept for people to decide.

A decided pair stays as it was decided; what a new scan no longer finds alike is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curation.duplicates.comparison import DIFFERENT, Verdict, compare
from app.curation.duplicates.matching import BATCH_SIZE, StoredCandidates, stored_publications
from app.db.database import Database
from app.models import Citation, DuplicateCandidate
from app.vocabulary import RecordStatus

Pair = tuple[int, int]


@dataclass
class ScanResult:
    """How many citations were looked at, and how many pairs wait for a decision."""

    citations: int = 0
    pairs: int = 0


def scan(database: Database, progress: Callable[[int], None] = lambda _: None) -> ScanResult:
    """Compare every citation that stands with those before it, in short transactions."""
    total = ScanResult()
    for ids, found in _batches(database):
        with database.write() as session:
            total.pairs += _store(session, ids, found)
        total.citations += len(ids)
        progress(len(ids))
    return total


def _batches(database: Database) -> Iterator[tuple[list[int], dict[Pair, Verdict]]]:
    last = 0
    while True:
        with database.read() as connection:
            query = select(Citation.id).where(
                Citation.id > last, Citation.status == RecordStatus.CURRENT
            )
            ids = list(connection.execute(query.order_by(Citation.id).limit(BATCH_SIZE)).scalars())
            if not ids:
                return
            here = list(stored_publications(connection, ids))
            stored = StoredCandidates(connection, [publication for _, _, publication in here])
            found = {
                (other, id_): compare(publication, stored.publications[other])
                for id_, _, publication in here
                for other in stored.candidates(publication)
                if other < id_
            }
        yield ids, {pair: each for pair, each in found.items() if each.answer is not DIFFERENT}
        last = ids[-1]


def _store(session: Session, ids: Sequence[int], found: dict[Pair, Verdict]) -> int:
    """Store what was found of these citations; gives how many pairs wait for a decision."""
    query = select(DuplicateCandidate).where(DuplicateCandidate.second_id.in_(ids))
    known = {(row.first_id, row.second_id): row for row in session.scalars(query)}
    for pair, row in known.items():
        if row.decided_by is None and pair not in found:
            session.delete(row)
    for pair in sorted(found):
        verdict = found[pair]
        row = known.get(pair) or DuplicateCandidate(first_id=pair[0], second_id=pair[1])
        if row.decided_by is None:
            row.score, row.answer = verdict.score, verdict.answer
            row.reasons = orjson.dumps(verdict.reasons).decode()
            session.add(row)
    return sum(pair not in known or known[pair].decided_by is None for pair in found)
