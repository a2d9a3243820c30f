"""Pairs among the stored citations: found, decided once, and not asked about again."""

from typing import Any

from sqlalchemy import select

from app.curation.duplicates.scan import scan
from app.db.database import Database
from app.models import DuplicateCandidate
from app.vocabulary import DuplicateAnswer
from tests.factories import Evidence
from tests.storage import rows

TITLE = "Ketamine infusions for complex regional pain syndrome in adults"
PLACE: dict[str, Any] = {"title": TITLE, "year": 2009, "volume": "145", "pages": "304-11"}
PAIRS = "SELECT answer, decided_by FROM duplicate_candidates ORDER BY id"


def test_a_scan_finds_the_pairs_that_are_alike(database: Database, evidence: Evidence) -> None:
    for slug in ("first", "second"):
        evidence.citation(slug=slug, **PLACE)
    evidence.citation(slug="third", **{**PLACE, "pages": None, "year": 2012})
    evidence.citation(slug="other", title="Memantine and phantom limb pain after surgery")

    scanned = scan(database)

    assert (scanned.citations, scanned.pairs) == (4, 3)
    assert rows(database, PAIRS) == [("same", None), ("probable", None), ("probable", None)]


def test_a_decided_pair_stays_and_others_follow_the_citations(
    database: Database, evidence: Evidence
) -> None:
    for slug in ("first", "second", "third"):
        evidence.citation(slug=slug, **PLACE)
    scan(database)
    with database.write() as session:
        row = session.scalars(select(DuplicateCandidate).order_by(DuplicateCandidate.id)).first()
        assert row is not None
        row.answer, row.decided_by = DuplicateAnswer.DIFFERENT, "ada"
    evidence.citation(slug="third", title="Memantine and phantom limb pain after surgery")

    assert scan(database).pairs == 0
    assert rows(database, PAIRS) == [("different", "ada")]
