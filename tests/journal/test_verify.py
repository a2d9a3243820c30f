"""Verify derives everything again, and names what differs."""

import pytest
from sqlalchemy import text

from app import journal
from app.db.database import Database
from tests.factories import Evidence

TAMPERED = {
    "a card": (
        "UPDATE studies SET card = replace(card, 'Trial', 'Trail')",
        "study s: its card is stale",
    ),
    "a card that is gone": ("UPDATE claims SET card = ''", "claim support: its card is stale"),
    "a link in a card": (
        "UPDATE outcomes SET card = replace(card, 'Pain', 'Pane')",
        "outcome o: its card is stale",
    ),
    "a row below a card": ("UPDATE results SET unit = 'mm'", "outcome o: its card is stale"),
    "a link below a card": ("DELETE FROM population_conditions", "study s: its card is stale"),
    "a page row that is gone": (
        "DELETE FROM study_condition_pages WHERE term_id = 0",
        "study_condition_pages: a row of study 1 is stale",
    ),
    "a page row that is wrong": (
        "UPDATE study_condition_pages SET age_max = 1",
        "study_condition_pages: a row of study 1 is stale",
    ),
    "a page row too many": (
        """INSERT INTO study_treatment_pages (term_id, year_key, study_id, role, direct)
        VALUES (1, 0, 1, 'rescue', false)""",
        "study_treatment_pages: a row of study 1 is stale",
    ),
    "a row of a harm profile too many": (
        "INSERT INTO harm_pages VALUES (1, 2, 0, 1, 3, '[0]')",
        "harm_pages: a row of study 1 is stale",
    ),
    "a total of harms": (
        "INSERT INTO harm_totals VALUES (7, 9, 1)",
        "harm_totals: the total of harm 9 under treatment 7 is stale",
    ),
    "what a study is counted by": (
        "UPDATE study_facets SET sex = 'female'",
        "study_facets: the row of study 1 is stale",
    ),
    "a count that is wrong": (
        "UPDATE facet_counts SET records = 7 WHERE facet = 'condition'",
        "facet_counts: how many have study condition",
    ),
    "a count too many": (
        "INSERT INTO facet_counts VALUES ('study', 'sex', 0, 'male', 1)",
        "facet_counts: how many have study sex 0 male is stale",
    ),
    "a search text": (
        "UPDATE search_texts SET body = 'words' WHERE kind = 'condition'",
        "condition pain: its search text is stale",
    ),
    "a title in search": (
        "UPDATE search_texts SET title = 'words' WHERE kind = 'condition'",
        "condition pain: its search text is stale",
    ),
    "a search text that is gone": (
        "DELETE FROM search_texts WHERE kind = 'outcome'",
        "outcome o: its search text is stale",
    ),
    "an ancestor that is gone": (
        "DELETE FROM term_ancestors WHERE term_id IN (SELECT id FROM terms WHERE slug = 'crps')",
        "term_ancestors: the line of term",
    ),
    "an ancestor too many": (
        """INSERT INTO term_ancestors (term_id, ancestor_id) SELECT a.id, b.id FROM terms a
        JOIN terms b ON a.slug = 'pain' AND a.kind = 'condition' AND b.slug = 'crps'""",
        "term_ancestors: the line of term",
    ),
    "a revision that is gone": (
        "DELETE FROM revisions WHERE kind = 'condition'",
        "condition pain: its revisions are gone, or its version is wrong",
    ),
    "a gap between revisions": (
        "UPDATE revisions SET to_change = to_change - 1 WHERE kind = 'study' AND version = 2",
        "study s: its revisions do not follow one another",
    ),
    "a revision that ends too late": (
        "UPDATE revisions SET to_change = to_change + 1 WHERE kind = 'condition'",
        "condition pain: its revisions do not follow one another",
    ),
    "a first revision that is gone": (
        "DELETE FROM revisions WHERE kind = 'study' AND version = 1",
        "study s: its revisions do not follow one another",
    ),
    "a last revision that is gone": (
        "DELETE FROM revisions WHERE kind = 'study' AND version = 2",
        "study s: its revisions do not follow one another",
    ),
    "a version that did not rise": (
        "UPDATE revisions SET version = 1 WHERE kind = 'study'",
        "study s: its revisions do not follow one another",
    ),
    "a status that changed by itself": (
        "UPDATE revisions SET status = 'withdrawn' WHERE kind = 'study' AND version = 2",
        "study s: its revisions do not follow one another",
    ),
    "another record's card in the past": (
        'UPDATE revisions SET card = replace(card, \'"slug":"s"\', \'"slug":"t"\')',
        "study s: its revisions do not follow one another",
    ),
    "an edit that was none": (
        "UPDATE studies SET edited = stamp",
        "study s: its revisions do not follow one another",
    ),
    "a stamp without a change": (
        "UPDATE terms SET stamp = 1000, edited = 1000 WHERE slug = 'ache'",
        "outcome_measure ache: its revisions are gone, or its version is wrong",
    ),
    "a revision of nothing": (
        "UPDATE revisions SET record_id = 77 WHERE kind = 'condition'",
        "condition (row 77): a revision of no record",
    ),
    "a fact without support": (
        "DELETE FROM claim_facts WHERE outcome_id IS NOT NULL",
        "outcome o: no claim and no registry record supports it",
    ),
}


@pytest.mark.parametrize(("tampering", "named"), TAMPERED.values(), ids=TAMPERED.keys())
def test_what_was_tampered_with_is_named(
    evidence: Evidence, database: Database, tampering: str, named: str
) -> None:
    evidence.condition("pain", name="Pain")
    evidence.condition("crps", parent="pain")
    evidence.outcome_measure("ache", name="Pain")
    people = {"key": "all", "conditions": ["crps"], "ages": "8..22"}
    evidence.study(slug="s", label="Trial", populations=[people])
    evidence.outcome("s", "ache", slug="o")
    evidence.study(slug="s", label="Trial two", populations=[people])
    evidence.condition("pain", name="Ache")
    evidence.condition("crps", parent="pain", name="CRPS")

    with database.engine.connect() as connection:
        connection.execute(text(tampering))
        found = list(journal.verify(connection))
        connection.rollback()

    assert any(each.startswith(named) for each in found), found


def test_words_that_the_index_has_otherwise_are_named_and_written_anew(sqlite: Database) -> None:
    Evidence(sqlite).condition("pain", name="Pain")
    assert list(journal.index_errors(sqlite)) == []

    change = "INSERT INTO search_index_condition(rowid, head, body) VALUES ({}, 'gout ¶', '')"
    for row, found_by_reading in (("(SELECT id FROM search_texts)", False), ("5", True)):
        with sqlite.write() as session:
            session.execute(text(change.format(row)))
        with sqlite.read() as connection:
            stale = list(journal.verify(connection))
        assert (stale == ["search_index_condition: row 5 is stale"]) == found_by_reading
        assert len(list(journal.index_errors(sqlite))) == 1
        journal.reindex(sqlite)
        assert list(journal.index_errors(sqlite)) == []


def test_nothing_else_is_named(evidence: Evidence, database: Database) -> None:
    for slug in ("one", "two", "three"):
        evidence.study(slug=slug)

    with database.engine.connect() as connection:
        connection.execute(text("UPDATE studies SET card = '{}' WHERE slug = 'two'"))
        found = list(journal.verify(connection))
        connection.rollback()

    assert found == ["study two: its card is stale"]


def test_a_database_that_nobody_tampered_with_is_clean(ketamine: Database) -> None:
    with ketamine.read() as connection:
        assert list(journal.verify(connection)) == []


def test_verifying_writes_nothing(ketamine: Database) -> None:
    with ketamine.engine.connect() as connection:
        connection.execute(text("UPDATE studies SET card = ''"))
        list(journal.verify(connection))
        cards = set(connection.execute(text("SELECT card FROM studies")).scalars())
        connection.rollback()

    assert cards == {""}
