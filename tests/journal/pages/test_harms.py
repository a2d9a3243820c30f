"""Rows and totals of harm profiles: what the tables of harms tell, after edits of every kind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from app.db.database import Database
from app.journal.pages import indexes
from app.records.adverse_events.card import ADVERSE_EVENT
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.studies.card import STUDY
from tests.factories import Evidence
from tests.storage import edit, rows

# What is meant, over the tables themselves: a row of a harm stands under each treatment that any
# row of the same harm in the same study counted a group with.
TREATED = """
    SELECT DISTINCT event.study_id, event.adverse_effect_id AS effect, given.treatment_id
    FROM adverse_events event
    JOIN studies ON studies.id = event.study_id AND studies.status = 'current'
    JOIN adverse_event_counts counted ON counted.adverse_event_id = event.id
    JOIN group_arms ON group_arms.group_id = counted.group_id
    JOIN arm_treatments given ON given.arm_id = group_arms.arm_id
    WHERE event.status = 'current' AND event.adverse_effect_id IS NOT NULL
"""
ROWS = f"""
    SELECT treated.treatment_id, treated.effect, -coalesce(studies.year, 0), studies.id, event.id
    FROM ({TREATED}) treated
    JOIN studies ON studies.id = treated.study_id
    JOIN adverse_events event ON event.study_id = treated.study_id
    AND event.adverse_effect_id = treated.effect AND event.status = 'current'
"""  # noqa: S608 # our words
PLACES = """
    SELECT DISTINCT counted.position FROM adverse_event_counts counted
    JOIN group_arms ON group_arms.group_id = counted.group_id
    JOIN arm_treatments given ON given.arm_id = group_arms.arm_id
    WHERE counted.adverse_event_id = {} AND given.treatment_id = {} ORDER BY counted.position
"""
TOTALS = f"SELECT treatment_id, effect, count(*) FROM ({TREATED}) treated GROUP BY 1, 2"  # noqa: S608 # our words


def check(database: Database) -> list[tuple[Any, ...]]:
    """Hold both tables against the plain query; gives the rows by name of term and record."""
    plain = set()
    for row in rows(database, ROWS):
        places = rows(database, PLACES.format(row[4], row[0]))
        plain.add((*row, f"[{','.join(str(place) for (place,) in places)}]"))
    assert set(rows(database, "SELECT * FROM harm_pages")) == plain
    assert sorted(rows(database, "SELECT * FROM harm_totals")) == sorted(rows(database, TOTALS))
    named = """SELECT form.slug, effect.slug, minus_year, event.slug, treated FROM harm_pages
    JOIN terms form ON form.id = treatment_id JOIN terms effect ON effect.id = effect_id
    JOIN adverse_events event ON event.id = event_id"""
    return sorted(rows(database, named))


def totals(database: Database) -> set[tuple[str, str, int]]:
    query = """SELECT form.slug, effect.slug, studies FROM harm_totals
    JOIN terms form ON form.id = treatment_id JOIN terms effect ON effect.id = effect_id"""
    return {(form, effect, studies) for form, effect, studies in rows(database, query)}


def trial(evidence: Evidence, slug: str, drug: str = "drug", **values: Any) -> str:
    """A trial of a drug, of a drug with a rescue, and of placebo; each arm is a group."""
    given = {"drug": [drug], "both": [drug, "rescue"], "placebo": ["placebo"]}
    arms = [
        {"key": key, "treatments": [{"treatment": each} for each in treatments]}
        for key, treatments in given.items()
    ]
    groups = [{"key": key, "title": key, "arms": [key]} for key in given]
    untold = {"key": "untold", "title": "Whoever it was"}
    return evidence.study(slug=slug, arms=arms, groups=[*groups, untold], **values)


def count(evidence: Evidence, study: str, slug: str, *groups: str, effect: str = "nausea") -> str:
    counts = [{"group": group} for group in groups]
    return evidence.adverse_event(study, "", effect, slug=slug, counts=counts)


@pytest.fixture
def told(evidence: Evidence) -> Evidence:
    """Two trials that counted nausea, and the terms."""
    for name in ("drug", "rescue", "placebo"):
        evidence.treatment(name)
    evidence.treatment("infusion", parent="drug")
    for name in ("nausea", "rash"):
        evidence.adverse_effect(name)
    for slug, year in (("one", 2001), ("two", 2002)):
        trial(evidence, slug, year=year)
        count(evidence, slug, f"{slug}-nausea", "placebo", "both", "untold")
    return evidence


@pytest.mark.usefixtures("told")
def test_a_row_stands_under_each_treatment_of_a_group_that_it_counts(database: Database) -> None:
    assert check(database) == [
        ("drug", "nausea", -2002, "two-nausea", "[1]"),
        ("drug", "nausea", -2001, "one-nausea", "[1]"),
        ("placebo", "nausea", -2002, "two-nausea", "[0]"),
        ("placebo", "nausea", -2001, "one-nausea", "[0]"),
        ("rescue", "nausea", -2002, "two-nausea", "[1]"),
        ("rescue", "nausea", -2001, "one-nausea", "[1]"),
    ]
    assert totals(database) == {(form, "nausea", 2) for form in ("drug", "placebo", "rescue")}


def test_rows_of_controls_stand_beside_those_of_the_treated(
    told: Evidence, database: Database
) -> None:
    count(told, "one", "treated", "drug", effect="rash")
    count(told, "one", "control", "placebo", effect="rash")

    assert [row for row in check(database) if row[1] == "rash"] == [
        ("drug", "rash", -2001, "control", "[]"),
        ("drug", "rash", -2001, "treated", "[0]"),
        ("placebo", "rash", -2001, "control", "[0]"),
        ("placebo", "rash", -2001, "treated", "[]"),
    ]


def test_a_second_row_of_a_harm_adds_no_study(told: Evidence, database: Database) -> None:
    count(told, "one", "again", "drug")

    assert len(check(database)) == 9
    assert ("drug", "nausea", 2) in totals(database)


@pytest.mark.usefixtures("told")
def test_a_withdrawn_row_is_not_counted_until_it_is_restored(database: Database) -> None:
    before = check(database)

    edit(database, ADVERSE_EVENT, "one-nausea", status="withdrawn")
    assert {row[3] for row in check(database)} == {"two-nausea"}
    assert totals(database) == {(form, "nausea", 1) for form in ("drug", "placebo", "rescue")}
    edit(database, ADVERSE_EVENT, "two-nausea", status="withdrawn")
    assert (check(database), totals(database)) == ([], set())
    for slug in ("one-nausea", "two-nausea"):
        edit(database, ADVERSE_EVENT, slug, status="current")

    assert check(database) == before


def test_rows_follow_counts_to_other_groups(told: Evidence, database: Database) -> None:
    count(told, "one", "one-nausea", "drug", "placebo")

    assert [row for row in check(database) if row[3] == "one-nausea"] == [
        ("drug", "nausea", -2001, "one-nausea", "[0]"),
        ("placebo", "nausea", -2001, "one-nausea", "[1]"),
    ]
    assert ("rescue", "nausea", 1) in totals(database)


def test_rows_follow_a_harm_to_another_term(told: Evidence, database: Database) -> None:
    count(told, "one", "one-nausea", "drug", effect="rash")

    check(database)
    assert totals(database) == {
        ("drug", "rash", 1),
        *((form, "nausea", 1) for form in ("drug", "placebo", "rescue")),
    }


def test_rows_follow_a_harm_to_another_study(told: Evidence, database: Database) -> None:
    count(told, "two", "one-nausea", "drug")

    assert {row[2] for row in check(database)} == {-2002}
    assert totals(database) == {(form, "nausea", 1) for form in ("drug", "placebo", "rescue")}


def test_rows_follow_the_treatments_of_an_arm_and_the_year_of_a_study(
    told: Evidence, database: Database
) -> None:
    trial(told, "one", drug="infusion", year=1999)

    assert {row[:3] for row in check(database) if row[3] == "one-nausea"} == {
        ("infusion", "nausea", -1999),
        ("placebo", "nausea", -1999),
        ("rescue", "nausea", -1999),
    }
    assert ("infusion", "nausea", 1) in totals(database)


@pytest.mark.usefixtures("told")
def test_rows_go_with_their_study_and_come_back_with_it(database: Database) -> None:
    before = check(database)

    edit(database, STUDY, "one", status="withdrawn")
    assert {row[3] for row in check(database)} == {"two-nausea"}
    edit(database, STUDY, "one", status="current")

    assert check(database) == before


def test_rows_name_exact_treatments_whatever_is_broader_or_renamed(
    told: Evidence, database: Database
) -> None:
    before = check(database)

    told.treatment("drug", parent="placebo", name="Another name")
    told.adverse_effect("nausea", name="Sickness")

    assert check(database) == before


@pytest.mark.usefixtures("told")
def test_what_a_migration_emptied_is_derived_anew(database: Database) -> None:
    before = check(database), totals(database)
    with database.write() as session:
        for table in ("study_condition_pages", "harm_pages", "harm_totals"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 # our names

    indexes.complete(database)

    assert (check(database), totals(database)) == before


def test_a_harm_added_to_a_study_with_many_writes_its_own_rows_only(
    told: Evidence, database: Database
) -> None:
    dull: dict[str, Any] = {"study": "one", "adverse_effect": "rash", "term_verbatim": "rash"}
    dull |= {"basis": "abstract", "says": ["support"], "counts": [{"group": "drug"}]}
    told.write((ADVERSE_EVENT_EDITOR, {**dull, "slug": f"rash-{at}"}) for at in range(200))
    written: dict[str, int] = {}

    def note(*given: Any) -> None:
        statement, parameters = given[2], given[3]
        if "harm_" in statement and not statement.startswith("SELECT"):
            verb = " ".join(statement.split()[:3])
            written[verb] = len(parameters) if isinstance(parameters, list) else 1

    event.listen(database.engine, "before_cursor_execute", note)
    count(told, "one", "one-more", "both")
    event.remove(database.engine, "before_cursor_execute", note)

    # Under drug and rescue, and as a control under placebo; nausea is counted there already.
    assert written == {"INSERT INTO harm_pages": 3}
    check(database)
