"""Page indexes: a row for each population and condition, broader ones included."""

from app.db.database import Database
from app.records.studies.card import STUDY
from tests.factories import Evidence
from tests.storage import edit, rows

CONDITIONS = """
    SELECT coalesce(terms.slug, 'any'), key, direct FROM study_condition_pages page
    JOIN populations ON populations.id = population_id
    LEFT JOIN terms ON terms.id = page.term_id
"""
TREATMENTS = """
    SELECT terms.slug, page.role, page.direct FROM study_treatment_pages page
    JOIN terms ON terms.id = page.term_id
"""


def _conditions(database: Database) -> set[tuple[str, str, bool]]:
    return {(term, key, bool(direct)) for term, key, direct in rows(database, CONDITIONS)}


def _treatments(database: Database) -> set[tuple[str, str, bool]]:
    return {(term, role, bool(direct)) for term, role, direct in rows(database, TREATMENTS)}


def _terms(evidence: Evidence) -> None:
    evidence.condition("pain")
    evidence.condition("crps", parent="pain")
    evidence.treatment("drug")
    evidence.treatment("infusion", parent="drug")


def test_a_population_is_found_by_its_condition_and_by_broader_ones(
    evidence: Evidence, database: Database
) -> None:
    _terms(evidence)
    evidence.study(populations=[{"key": "all", "conditions": ["crps"]}])

    assert _conditions(database) == {
        ("crps", "all", True),
        ("pain", "all", False),
        ("any", "all", False),
    }


def test_a_population_without_a_condition_is_found_when_none_is_asked_for(
    evidence: Evidence, database: Database
) -> None:
    evidence.study(populations=[{"key": "all"}])

    assert _conditions(database) == {("any", "all", False)}


def test_a_condition_named_beside_a_broader_one_is_direct_for_both(
    evidence: Evidence, database: Database
) -> None:
    _terms(evidence)
    evidence.study(populations=[{"key": "all", "conditions": ["crps", "pain"]}])

    assert {("crps", "all", True), ("pain", "all", True)} <= _conditions(database)


def test_a_study_is_found_by_each_treatment_in_each_role(
    evidence: Evidence, database: Database
) -> None:
    _terms(evidence)
    drug = {"treatment": "infusion", "role": "investigated"}
    other = {"treatment": "drug", "role": "comparator"}
    evidence.study(
        arms=[{"key": "one", "treatments": [drug]}, {"key": "two", "treatments": [other, drug]}]
    )

    assert _treatments(database) == {
        ("infusion", "investigated", True),
        ("drug", "investigated", False),
        ("drug", "comparator", True),
    }


def test_page_rows_carry_what_filters_read(evidence: Evidence, database: Database) -> None:
    people = {"key": "all", "ages": "8..22", "sex": "female", "n": 12}
    evidence.study(populations=[people], year=2009, study_type="interventional", phase="phase2")

    query = "SELECT year_key, age_min, age_max, sex, n, study_type, phase FROM {} WHERE term_id = 0"
    [row] = rows(database, query.format("study_condition_pages"))
    assert row == (2009, 2922, 8400, "female", 12, "interventional", "phase2")


def test_page_rows_follow_an_edit_of_the_study(evidence: Evidence, database: Database) -> None:
    _terms(evidence)
    study = evidence.study(populations=[{"key": "all", "conditions": ["crps"]}], year=2001)

    evidence.study(slug=study, populations=[{"key": "all", "conditions": ["pain"]}], year=2002)

    assert _conditions(database) == {("pain", "all", True), ("any", "all", False)}
    assert set(rows(database, "SELECT year_key FROM study_condition_pages")) == {(2002,)}


def test_page_rows_follow_a_new_parent(evidence: Evidence, database: Database) -> None:
    _terms(evidence)
    evidence.condition("nerve-disease")
    evidence.study(populations=[{"key": "all", "conditions": ["crps"]}])

    evidence.condition("crps", parent="nerve-disease")

    assert _conditions(database) == {
        ("crps", "all", True),
        ("nerve-disease", "all", False),
        ("any", "all", False),
    }


def test_page_rows_of_treatments_follow_a_new_parent(
    evidence: Evidence, database: Database
) -> None:
    _terms(evidence)
    evidence.treatment("anaesthetic")
    evidence.study(arms=[{"key": "one", "treatments": [{"treatment": "infusion"}]}])

    evidence.treatment("drug", parent="anaesthetic")

    assert {term for term, _, _ in _treatments(database)} == {"infusion", "drug", "anaesthetic"}


def test_a_withdrawn_study_has_no_page_rows_until_it_is_restored(
    evidence: Evidence, database: Database
) -> None:
    _terms(evidence)
    study = evidence.study(
        populations=[{"key": "all", "conditions": ["crps"]}],
        arms=[{"key": "one", "treatments": [{"treatment": "infusion"}]}],
    )
    before = _conditions(database), _treatments(database)

    edit(database, STUDY, study, status="withdrawn")
    withdrawn = _conditions(database), _treatments(database)
    edit(database, STUDY, study, status="current")

    assert withdrawn == (set(), set())
    assert (_conditions(database), _treatments(database)) == before
