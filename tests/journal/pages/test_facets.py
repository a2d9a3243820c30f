"""What studies are counted by is kept up by differences, and equals a count from scratch.

The fixture `database` verifies everything in the end, and `verify` derives every row and count
anew: each test here also looks that what it is about has changed at all.
"""

from __future__ import annotations

import random

import pytest

from app import journal
from app.curation.duplicates.merge import merge
from app.curation.duplicates.merge_undo import undo
from app.curation.writing import open_writer
from app.db.database import Database
from app.journal.pages import indexes
from app.models import Base
from app.records.citations.card import CITATION
from app.records.outcomes.card import OUTCOME
from app.records.studies.card import STUDY
from app.records.studies.facets import STUDY_FACETS
from app.vocabulary import ChangeAction
from tests.factories import Evidence
from tests.storage import edit, rows

COUNTS = """SELECT facet, coalesce(slug, value), records FROM facet_counts
LEFT JOIN terms ON terms.id = term_id"""
CELLS = """SELECT slug, value, records FROM facet_counts JOIN terms ON terms.id = term_id
WHERE facet = 'map.cell'"""
BETTER = {"conclusion": "difference", "direction": "better", "direction_basis": "stated"}
EVERYTHING = "SELECT kind, facet, term_id, value, records FROM facet_counts"


def counts(database: Database, facet: str) -> dict[str, int]:
    """How many studies have each value of a facet."""
    return {value: number for name, value, number in rows(database, COUNTS) if name == facet}


def cells(database: Database) -> set[tuple[str, str, int]]:
    """The cells of the map: treatment, what is known, how many studies."""
    return {(slug, value, number) for slug, value, number in rows(database, CELLS)}


def terms(evidence: Evidence) -> None:
    """Terms of each kind, one below another, and one beside them."""
    for slug, parent in {"pain": None, "crps": "pain", "nerve": None}.items():
        evidence.condition(slug, parent=parent)
    for slug, parent in {"drug": None, "coma": "drug", "anaesthetic": None}.items():
        evidence.treatment(slug, parent=parent)
    for slug, parent in {"scores": None, "vas": "scores", "function": None}.items():
        evidence.outcome_measure(slug, parent=parent)
    for slug, parent in {"psychiatric": None, "euphoria": "psychiatric", "gut": None}.items():
        evidence.adverse_effect(slug, parent=parent)


def trial(evidence: Evidence, slug: str = "trial", **values: object) -> str:
    """A study of a drug in people with a condition."""
    treatment = {"treatment": "coma", "role": "investigated"}
    people = {"key": "all", "ages": "8..22", "sex": "female", "conditions": ["crps"]}
    given = {"key": "coma", "treatments": [treatment]}
    dull = {"populations": [people], "arms": [given], "year": 2009, "study_type": "interventional"}
    return evidence.study(slug=slug, **{**dull, **values})


def told_by(*citations: str) -> list[dict[str, str]]:
    """The publications of a study."""
    return [{"citation": each, "role": "results", "basis": "in_text"} for each in citations]


def test_every_facet_of_studies_has_a_column() -> None:
    columns = Base.metadata.tables["study_facets"].c
    assert {each.name for each in STUDY_FACETS} <= set(columns.keys())


def test_a_study_is_counted_by_all_that_it_has(evidence: Evidence, database: Database) -> None:
    terms(evidence)
    trial(evidence)
    evidence.outcome(
        "trial",
        "vas",
        results=[BETTER],
    )
    evidence.adverse_event("trial", "all", "euphoria")

    assert counts(database, "year") == {"2009": 1}
    assert counts(database, "sex") == {"female": 1}
    assert counts(database, "masking") == {"": 1}
    assert counts(database, "condition") == {"crps": 1, "pain": 1}
    assert counts(database, "treatment") == {"coma": 1, "drug": 1}
    assert counts(database, "outcome") == {"vas": 1, "scores": 1}
    assert counts(database, "direction") == {"better": 1}
    assert counts(database, "adverse_effect") == {"euphoria": 1, "psychiatric": 1}
    assert counts(database, "map.itself") == {"coma": 1}
    assert {slug for slug, _, _ in cells(database)} == {"coma", "drug"}


def test_counts_follow_an_edit_of_the_study(evidence: Evidence, database: Database) -> None:
    terms(evidence)
    trial(evidence)

    trial(evidence, year=2010, populations=[{"key": "all", "conditions": ["nerve"]}])

    assert counts(database, "year") == {"2010": 1}
    assert counts(database, "condition") == {"nerve": 1}
    assert counts(database, "sex") == {}


def test_a_withdrawn_study_is_not_counted_until_it_is_restored(
    evidence: Evidence, database: Database
) -> None:
    terms(evidence)
    trial(evidence)
    before = rows(database, EVERYTHING)

    edit(database, STUDY, "trial", status="withdrawn")
    withdrawn = rows(database, EVERYTHING)
    edit(database, STUDY, "trial", status="current")

    assert withdrawn == []
    assert sorted(rows(database, EVERYTHING)) == sorted(before) != []


def test_counts_follow_outcomes_that_move_to_another_study(
    evidence: Evidence, database: Database
) -> None:
    terms(evidence)
    trial(evidence, "one", arms=[])
    trial(evidence, "two")
    evidence.outcome("one", "vas", slug="o")
    before = cells(database)

    evidence.outcome("two", "vas", slug="o")

    assert counts(database, "outcome") == {"vas": 1, "scores": 1}
    assert before == set()
    assert {slug for slug, _, _ in cells(database)} == {"coma", "drug"}


def test_counts_follow_harms_that_move_to_another_study(
    evidence: Evidence, database: Database
) -> None:
    terms(evidence)
    trial(evidence, "one", citations=told_by(evidence.citation(slug="bad")))
    trial(evidence, "two")
    evidence.citation(slug="bad", publication_status="retracted")
    evidence.adverse_event("one", "all", "euphoria", slug="a")
    before = counts(database, "adverse_effect")

    evidence.adverse_event("two", "all", "euphoria", slug="a")

    assert before == {}
    assert counts(database, "adverse_effect") == {"euphoria": 1, "psychiatric": 1}


def test_a_withdrawn_outcome_leaves_the_map(evidence: Evidence, database: Database) -> None:
    terms(evidence)
    trial(evidence)
    evidence.outcome("trial", "vas", slug="o")
    before = cells(database)

    edit(database, OUTCOME, "o", status="withdrawn")

    assert len(before) == 2
    assert cells(database) == set()


@pytest.mark.parametrize(
    ("kind", "term", "above", "facet"),
    [
        ("condition", "crps", "nerve", "condition"),
        ("treatment", "coma", "anaesthetic", "treatment"),
        ("treatment", "coma", "anaesthetic", "map.treatment"),
        ("outcome_measure", "vas", "function", "outcome"),
        ("adverse_effect", "euphoria", "gut", "adverse_effect"),
    ],
)
def test_counts_follow_a_new_parent(  # a term of each kind
    evidence: Evidence, database: Database, kind: str, term: str, above: str, facet: str
) -> None:
    terms(evidence)
    trial(evidence)
    evidence.outcome("trial", "vas")
    evidence.adverse_event("trial", "all", "euphoria")

    getattr(evidence, kind)(term, parent=above)

    found = "SELECT slug FROM facet_counts JOIN terms ON terms.id = term_id WHERE facet = '{}'"
    assert {slug for (slug,) in rows(database, found.format(facet))} == {term, above}


def test_cells_follow_the_domain_of_a_measure(evidence: Evidence, database: Database) -> None:
    terms(evidence)
    trial(evidence)
    evidence.outcome("trial", "vas")
    before = {value.split(":")[0] for _, value, _ in cells(database)}

    evidence.outcome_measure("vas", parent="scores", domain="pain")

    assert before == {""}
    assert {value.split(":")[0] for _, value, _ in cells(database)} == {"pain"}


def test_a_study_whose_every_publication_is_retracted_is_left_out(
    evidence: Evidence, database: Database
) -> None:
    terms(evidence)
    paper = evidence.citation(slug="paper")
    trial(evidence, citations=told_by(paper))
    before = counts(database, "")

    edit(database, CITATION, "paper", publication_status="retracted")
    retracted = counts(database, "")
    evidence.citation(slug="other")
    trial(evidence, citations=told_by(paper, "other"))

    assert before == {"sound": 1}
    assert retracted == {"left_out": 1}
    assert counts(database, "") == {"sound": 1}


def test_an_outcome_on_retracted_work_alone_leaves_the_map(
    evidence: Evidence, database: Database
) -> None:
    terms(evidence)
    trial(evidence)
    evidence.citation(slug="paper")
    claim = evidence.claim_read_in("paper")
    evidence.outcome(
        "trial", "vas", says=[claim], results=[{"says": [claim], "conclusion": "difference"}]
    )
    before = cells(database)

    edit(database, CITATION, "paper", publication_status="retracted")

    assert len(before) == 2
    assert cells(database) == set()


def test_counts_follow_a_merge_of_publications_and_its_undoing(
    evidence: Evidence, database: Database
) -> None:
    terms(evidence)
    evidence.citation(slug="good")
    evidence.citation(slug="bad", publication_status="retracted")
    trial(evidence, citations=told_by("good"))
    action = ChangeAction.MERGE

    with open_writer(database, actor="ada", reason="test", action=action) as writer:
        made = merge(writer, "bad", "good")
        writer.session.flush()
        number = made.id
    merged = counts(database, "")
    with open_writer(database, actor="ada", reason="test", action=action) as writer:
        undo(writer, number)

    assert merged == {"left_out": 1}
    assert counts(database, "") == {"sound": 1}


def test_a_migration_that_empties_page_rows_is_completed(
    evidence: Evidence, database: Database
) -> None:
    terms(evidence)
    trial(evidence)
    before = rows(database, EVERYTHING)
    with database.write() as session:
        for table in ("study_condition_pages", "study_facets", "facet_counts"):
            session.execute(Base.metadata.tables[table].delete())

    assert indexes.complete(database) == 1
    assert sorted(rows(database, EVERYTHING)) == sorted(before)


def test_counts_are_right_after_many_random_edits(evidence: Evidence, database: Database) -> None:
    chosen = random.Random(7)
    terms(evidence)
    for slug in ("p", "q"):
        evidence.citation(slug=slug)
    for number in range(4):
        trial(evidence, f"s{number}")

    for _ in range(40):
        _edit_something(chosen, evidence, database)

    with database.read() as connection:
        assert list(journal.verify(connection)) == []
    assert sum(counts(database, "").values()) <= 4


def _edit_something(chosen: random.Random, evidence: Evidence, database: Database) -> None:
    """One of all that may change what studies are counted by."""
    study = f"s{chosen.randrange(4)}"
    conditions, citations = chosen.sample(["pain", "crps", "nerve"], 2), chosen.choice(["p", "q"])
    match chosen.randrange(8):
        case 0:
            people = [
                {"key": "all", "conditions": conditions, "ages": chosen.choice(["8..22", ""])}
            ]
            people = [{name: value for name, value in each.items() if value} for each in people]
            linked = told_by(citations) if chosen.random() < 0.7 else []
            trial(
                evidence,
                study,
                populations=people,
                citations=linked,
                year=2000 + chosen.randrange(2),
            )
        case 1:
            status = chosen.choice(["current", "withdrawn"])
            edit(database, STUDY, study, status=status)
        case 2:
            outcome = f"o{chosen.randrange(5)}"
            reporting = chosen.choice(["reported", "unclear", "not_measured"])
            measure = chosen.choice(["vas", "scores", "function"])
            results = [BETTER] if reporting == "reported" else []
            evidence.outcome(study, measure, slug=outcome, reporting=reporting, results=results)
        case 3:
            effect = chosen.choice(["euphoria", "psychiatric", "gut"])
            evidence.adverse_event(study, "all", effect, slug=f"a{chosen.randrange(5)}")
        case 4:
            status = chosen.choice(["ordinary", "retracted"])
            edit(database, CITATION, citations, publication_status=status)
        case 5:
            evidence.condition("crps", parent=chosen.choice(["pain", "nerve", None]))
        case 6:
            domain = chosen.choice(["pain", None])
            evidence.outcome_measure("vas", parent=chosen.choice(["scores", None]), domain=domain)
        case _:
            evidence.treatment("coma", parent=chosen.choice(["drug", "anaesthetic", None]))
            evidence.adverse_effect("euphoria", parent=chosen.choice(["psychiatric", "gut"]))
