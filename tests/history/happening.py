"""A history in which everything happens that can happen to records, one change after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.db.database import Database
from app.records.citations.draft import CITATION_EDITOR
from app.records.claims.draft import CLAIM_EDITOR
from app.records.discrepancies.draft import DISCREPANCY_EDITOR
from app.records.outcomes.card import OUTCOME
from app.records.studies.card import STUDY
from app.records.studies.draft import STUDY_EDITOR
from app.records.terms.card import CONDITION
from tests.factories import Evidence
from tests.storage import edit

PEOPLE = [{"key": "all", "conditions": ["pain"]}]


def make(evidence: Evidence) -> None:
    """Records of most kinds that name one another."""
    evidence.condition("pain", name="Pain")
    evidence.condition("crps", parent="pain")
    evidence.outcome_measure("ache")
    evidence.adverse_effect("nausea")
    evidence.treatment("drug")
    evidence.claim(slug="other", subject="drug")
    evidence.citation(slug="paper", year=None)
    cited = [{"citation": "paper", "role": "results", "basis": "in text"}]
    arms = [{"key": "drug", "treatments": [{"treatment": "drug"}]}]
    for slug, year in (("first", None), ("second", 2001), ("third", 1999)):
        evidence.study(slug=slug, year=year, populations=PEOPLE, arms=arms, citations=cited)
    evidence.outcome("first", "ache", slug="pain-of-first")
    evidence.adverse_event("first", "all", "nausea", slug="sick-in-first", affected=1, at_risk=9)
    evidence.case_report(slug="case", study="first", conditions=["crps"])
    sides = [{"says": "yes", "claim": "other"}, {"says": "no", "citation": "paper"}]
    evidence.discrepancy(slug="argument", sides=sides, studies=["first"], treatments=["drug"])


def happen(evidence: Evidence, database: Database) -> Iterator[object]:
    """Each step is one change, or a few."""
    make(evidence)
    yield None
    yield evidence.condition("pain", name="Ache")  # a link in three studies
    yield evidence.study(slug="first", label="Aaron", year=1987, populations=PEOPLE)
    yield evidence.claim(summary="News", slug="news", source_citation="paper", source_location="2")
    yield evidence.outcome("first", "ache", slug="pain-of-first", says=["news"])
    yield evidence.outcome("second", "ache", slug="pain-of-first", instrument="It moved")
    held = {"citation": "paper", "basis": "in text"}
    quote = {"document": evidence.document(), "exact": "studied in people"}
    claim = {"slug": "other", "kind": "finding", "passages": [quote], "citations": [held]}
    yield evidence.write([(CLAIM_EDITOR, claim)])  # the argument comes to be about the paper
    sides = [{"says": each, "claim": "support"} for each in ("no", "yes")]
    draft = {"slug": "argument", "title": "Settled", "sides": sides}
    yield evidence.write([(DISCREPANCY_EDITOR, draft)])
    yield withdraw(database, STUDY, "second")
    yield evidence.condition("crps", parent=None)
    yield evidence.condition("pain", name="Hurt")
    yield edit(database, STUDY, "second", status="current")
    yield withdraw(database, OUTCOME, "pain-of-first")
    yield evidence.case_report(slug="case", study="third", label="Another")
    yield together(evidence)
    yield evidence.condition("gone")
    yield withdraw(database, CONDITION, "gone")


def withdraw(database: Database, kind: Any, slug: str) -> int:
    """Take one record back."""
    return edit(database, kind, slug, status="withdrawn")


def together(evidence: Evidence) -> int:
    """Several records in one change, one of them new."""
    dull = {"basis": "abstract", "says": ["support"]}
    studies = [{"slug": slug, "label": "Twin", **dull} for slug in ("third", "fourth")]
    paper = {"slug": "paper", "title": "Corrected", "year": 2010}
    drafts: Any = [(STUDY_EDITOR, each) for each in studies]
    return evidence.write([*drafts, (CITATION_EDITOR, paper)])
