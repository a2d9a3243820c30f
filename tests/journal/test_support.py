"""A claim and the facts that rest on it show one another, from whichever side they are tied."""

from typing import Any

import pytest

from app.db.database import Database
from app.models import Study
from app.records.claims.card import CLAIM
from app.records.claims.draft import CLAIM_EDITOR
from app.records.studies.card import STUDY
from app.records.studies.draft import STUDY_EDITOR
from app.records.terms.card import TREATMENT
from tests.factories import Evidence
from tests.storage import link, revisions, stored, writing


def _tie(database: Database, claim: str, study: str, *, side: str) -> None:
    with writing(database) as change:
        the_claim: Any = change.open(CLAIM, claim)
        the_study: Any = change.open(STUDY, study)
        if side == "claim":
            the_claim.studies = [*the_claim.studies, the_study]
            change.touch(the_claim)
        else:
            the_study.says = [*the_study.says, the_claim]
            change.touch(the_study)


@pytest.mark.parametrize("side", ["claim", "fact"])
def test_a_new_tie_shows_on_both_sides(evidence: Evidence, database: Database, side: str) -> None:
    study, claim = evidence.study(), evidence.claim()

    _tie(database, claim, study, side=side)

    the_study, the_claim = stored(database, STUDY, study), stored(database, CLAIM, claim)
    assert link(CLAIM, the_claim.card) in the_study.card
    assert link(STUDY, the_study.card) in the_claim.card


@pytest.mark.parametrize("side", ["claim", "fact"])
def test_only_the_side_that_was_edited_gets_a_version(
    evidence: Evidence, database: Database, side: str
) -> None:
    study, claim = evidence.study(), evidence.claim()

    _tie(database, claim, study, side=side)

    versions = stored(database, CLAIM, claim).version, stored(database, STUDY, study).version
    assert versions == ((2, 1) if side == "claim" else (1, 2))
    assert len(revisions(database, STUDY, study)) == len(revisions(database, CLAIM, claim)) == 1


def test_a_tie_that_is_cut_disappears_on_both_sides(evidence: Evidence, database: Database) -> None:
    claim = evidence.claim()
    study = evidence.study(says=[evidence.support(), claim])

    evidence.study(slug=study, says=[evidence.support()])

    assert f'"{claim}"' not in stored(database, STUDY, study).card
    assert f'"{study}"' not in stored(database, CLAIM, claim).card


@pytest.mark.parametrize(
    "part", ["population", "arm", "result", "adverse event", "case event", "decision"]
)
def test_a_claim_shows_the_parts_that_rest_on_it(
    evidence: Evidence, database: Database, part: str
) -> None:
    claim = evidence.claim()
    owner = _owner_of_a_part(evidence, part, [claim])

    card = stored(database, CLAIM, claim).card

    assert f'"slug":"{owner}"' in card


def _owner_of_a_part(evidence: Evidence, part: str, says: list[str]) -> str:
    """Write a record with a part that rests on these claims; gives the record shown with it."""
    if part == "population":
        return evidence.study(populations=[{"key": "all", "says": says}])
    if part == "arm":
        return evidence.study(arms=[{"key": "drug", "says": says}])
    if part == "case event":
        event = {"type": "exposure", "verbatim": "got it", "says": says}
        return evidence.case_report(events=[event])
    if part == "decision":
        state = {"jurisdiction": "US", "state": "not approved", "says": says}
        return evidence.treatment("ketamine", regulatory_statuses=[state])
    study = evidence.study(groups=[{"key": "all", "title": "All"}])
    if part == "adverse event":
        return evidence.adverse_event(study, "all", evidence.adverse_effect("nausea"), says=says)
    result = {"conclusion": "no difference", "says": says}
    return evidence.outcome(study, evidence.outcome_measure("pain"), results=[result])


def test_a_renamed_study_shows_in_claims_about_its_parts(
    evidence: Evidence, database: Database
) -> None:
    claim = evidence.claim()
    parts = {"populations": [{"key": "all", "says": [claim]}]}
    study = evidence.study(label="Before", **parts)

    evidence.study(slug=study, label="After", **parts)

    card = stored(database, CLAIM, claim).card
    assert '"label":"After"' in card
    assert '"label":"Before"' not in card


def test_a_part_that_goes_disappears_from_its_claims(
    evidence: Evidence, database: Database
) -> None:
    claim = evidence.claim()
    state = {"jurisdiction": "US", "state": "not approved", "says": [claim]}
    evidence.treatment("ketamine", regulatory_statuses=[state])

    evidence.treatment("ketamine", regulatory_statuses=[])

    assert '"jurisdiction":"US"' not in stored(database, CLAIM, claim).card
    assert stored(database, TREATMENT, "ketamine").version == 2


def test_a_fact_can_rest_on_a_claim_of_the_same_change(database: Database) -> None:
    evidence = Evidence(database)
    evidence.citation(slug="report")
    evidence.write(
        [
            (STUDY_EDITOR, {"slug": "s", "label": "S", "basis": "abstract", "says": ["c"]}),
            (
                CLAIM_EDITOR,
                {
                    "slug": "c",
                    "kind": "finding",
                    "summary": "It was studied.",
                    "source_citation": "report",
                    "source_location": "abstract",
                },
            ),
        ]
    )

    with database.read() as connection:
        assert connection.execute(Study.__table__.select()).one().version == 1
    assert '"slug":"s"' in stored(database, CLAIM, "c").card
