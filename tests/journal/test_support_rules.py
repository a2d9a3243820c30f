"""Rule 1: no fact without a claim or a registry record behind it; checked before every commit."""

from collections.abc import Callable
from typing import Any

import pytest

from app import journal
from app.db.database import Database
from app.models import Claim, RegistryRecord, Study
from app.query.cards import Kind
from app.records.case_reports.card import CASE_REPORT
from app.records.case_reports.draft import CASE_REPORT_EDITOR
from app.records.claims.card import CLAIM
from app.records.drafting import Editor
from app.records.outcomes.card import OUTCOME
from app.records.outcomes.draft import OUTCOME_EDITOR
from app.records.studies.card import STUDY
from app.records.studies.draft import STUDY_EDITOR
from app.vocabulary import Basis, ClaimKind
from tests.factories import Evidence
from tests.storage import edit, everything, stored, writing

Write = Callable[[Evidence, list[str]], str]


def _bare(editor: Editor, slug: str, **values: Any) -> Write:
    """Write a record that rests on the given claims."""
    data = {"slug": slug, "basis": "abstract", **values}

    def write(evidence: Evidence, says: list[str]) -> str:
        evidence.write([(editor, {**data, "says": says})])
        return slug

    return write


def _decision(evidence: Evidence, says: list[str]) -> str:
    state = {"jurisdiction": "US", "state": "not approved", "says": says}
    return evidence.treatment("unsaid", regulatory_statuses=[state])


FACTS: tuple[tuple[str, Write], ...] = (
    ("study unsaid", _bare(STUDY_EDITOR, "unsaid", label="X")),
    (
        "population (row ",
        lambda evidence, says: evidence.study(
            slug="unsaid", populations=[{"key": "all", "says": says}]
        ),
    ),
    (
        "outcome unsaid",
        _bare(OUTCOME_EDITOR, "unsaid", study="s", measure="pain", reporting="not_measured"),
    ),
    (
        "result (row ",
        lambda evidence, says: evidence.outcome(
            "s", "pain", slug="unsaid", results=[{"conclusion": "no difference", "says": says}]
        ),
    ),
    (
        "adverse event unsaid",
        lambda evidence, says: evidence.adverse_event(
            "s", "all", "nausea", slug="unsaid", says=says
        ),
    ),
    (
        "case report unsaid",
        _bare(CASE_REPORT_EDITOR, "unsaid", label="X", reporter="document_authors"),
    ),
    (
        "case event (row ",
        lambda evidence, says: evidence.case_report(
            slug="unsaid", events=[{"type": "exposure", "verbatim": "got it", "says": says}]
        ),
    ),
    ("regulatory status (row ", _decision),
)
each_fact = pytest.mark.parametrize(("name", "write"), FACTS, ids=[name for name, _ in FACTS])


def _setting(evidence: Evidence) -> None:
    """A study, a measure and an adverse effect for facts to hang on."""
    evidence.study(slug="s")
    evidence.outcome_measure("pain")
    evidence.adverse_effect("nausea")


@each_fact
def test_a_fact_without_support_is_refused_by_name_and_nothing_is_written(
    evidence: Evidence, database: Database, name: str, write: Write
) -> None:
    _setting(evidence)
    before = everything(database)

    with pytest.raises(journal.RuleBroken) as refused:
        write(evidence, [])

    [problem] = refused.value.problems
    assert problem.startswith(name)
    assert "unsaid: no claim and no registry record supports it" in problem
    assert everything(database) == before


@each_fact
def test_a_fact_with_a_claim_behind_it_is_kept(evidence: Evidence, name: str, write: Write) -> None:
    _setting(evidence)

    assert write(evidence, [evidence.claim()]) == "unsaid", name


@each_fact
def test_the_only_claim_behind_a_fact_cannot_be_withdrawn(
    evidence: Evidence, database: Database, name: str, write: Write
) -> None:
    _setting(evidence)
    claim = evidence.claim()
    write(evidence, [claim])
    before = everything(database)

    with pytest.raises(journal.RuleBroken, match="unsaid: no claim") as refused:
        edit(database, CLAIM, claim, status="withdrawn")

    assert refused.value.problems[0].startswith(name)
    assert everything(database) == before


@each_fact
def test_one_of_two_claims_behind_a_fact_may_be_withdrawn(
    evidence: Evidence, database: Database, name: str, write: Write
) -> None:
    _setting(evidence)
    claim, other = evidence.claim(), evidence.claim()
    write(evidence, [claim, other])

    edit(database, CLAIM, claim, status="withdrawn")

    assert stored(database, CLAIM, claim).status == "withdrawn", name


def test_a_claim_cannot_let_go_of_a_fact_that_rests_on_it_alone(
    evidence: Evidence, database: Database
) -> None:
    claim = evidence.claim()
    evidence.study(slug="s", says=[claim])

    with pytest.raises(journal.RuleBroken, match="study s: no claim"):
        edit(database, CLAIM, claim, studies=[])


def test_support_that_is_withdrawn_already_does_not_count(
    evidence: Evidence, database: Database
) -> None:
    claim = evidence.claim()
    edit(database, CLAIM, claim, status="withdrawn")

    with pytest.raises(journal.RuleBroken, match="study s: no claim"):
        evidence.study(slug="s", says=[claim])


@pytest.mark.parametrize("kind", [STUDY, CASE_REPORT], ids=lambda kind: kind.name)
def test_a_fact_that_is_withdrawn_needs_no_support(
    evidence: Evidence, database: Database, kind: Kind
) -> None:
    claim = evidence.claim()
    make = evidence.study if kind is STUDY else evidence.case_report
    slug = make(says=[claim])

    edit(database, kind, slug, status="withdrawn")
    edit(database, CLAIM, claim, status="withdrawn")

    with pytest.raises(journal.RuleBroken, match="no claim"):
        edit(database, kind, slug, status="current")


def test_a_study_from_a_registry_needs_no_claim(database: Database) -> None:
    entry = RegistryRecord(
        registry_name="clinicaltrials_gov",
        identifier="NCT00000001",
        entry_version="2024-01-01",
        retrieved_on="2024-02-01",
        sha256="0" * 64,
    )
    with writing(database) as change:
        change.session.add(entry)
        change.add(Study(slug="s", label="S", basis=Basis.REGISTRY, registry_record=entry))

    assert stored(database, STUDY, "s").version == 1


def test_a_claim_needs_a_passage_or_a_citation_with_a_location(database: Database) -> None:
    with (
        pytest.raises(journal.RuleBroken, match="claim c: has neither a passage nor a citation"),
        writing(database) as change,
    ):
        change.add(Claim(slug="c", kind=ClaimKind.FINDING, summary="Nobody says this"))


def test_a_reported_outcome_needs_a_result_that_tells_something(
    evidence: Evidence, database: Database
) -> None:
    _setting(evidence)
    evidence.outcome("s", "pain", slug="o", reporting="not_measured", results=[{"unit": "mm"}])
    before = everything(database)

    with pytest.raises(journal.RuleBroken, match="outcome o: a result tells nothing"):
        edit(database, OUTCOME, "o", reporting="reported")

    assert everything(database) == before


def test_every_problem_of_a_change_is_named(evidence: Evidence) -> None:
    drafts = [
        (STUDY_EDITOR, {"slug": slug, "label": "X", "basis": "abstract"}) for slug in ("one", "two")
    ]

    with pytest.raises(journal.RuleBroken) as refused:
        evidence.write(drafts)

    assert len(refused.value.problems) == 2
    assert str(refused.value).count("; ") == 1
