"""What is here already: entries against stored citations, and against one another."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.curation.duplicates.matching import MOST_IN_BLOCK, MatchResult, find_matches
from app.db.database import Database
from app.records.citations.draft import CITATION_EDITOR
from tests.factories import Evidence

TITLE = "Ketamine infusions for complex regional pain syndrome in adults"
STORED: dict[str, Any] = {
    "slug": "sigtermans-2009",
    "title": TITLE,
    "authors": [{"family": "Sigtermans", "given": "M. J."}, {"family": "Dahan", "given": "A."}],
    "year": 2009,
    "container_title": "Pain",
    "volume": "145",
    "pages": "304-11",
}


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The statements that read something."""
    statements: list[str] = []

    def keep(*arguments: Any) -> None:
        statements.extend([arguments[2]] if "SELECT" in arguments[2] else [])

    event.listen(database.engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", keep)


def found(database: Database, *entries: dict[str, Any] | None) -> list[MatchResult]:
    with database.read() as connection:
        return list(find_matches(connection, entries))


def test_an_entry_is_new_here_already_or_for_a_person_to_decide(
    database: Database, evidence: Evidence
) -> None:
    evidence.citation(**STORED)
    other_doi = {"scheme": "doi", "value": "10.1016/j.pain.2009.06.023"}
    evidence.citation(**{**STORED, "slug": "twin", "identifiers": [other_doi]})

    new, here, broken = found(
        database,
        {"title": "Memantine and the course of phantom limb pain", "year": 2009},
        {**STORED, "title": TITLE.upper(), "identifiers": [{"scheme": "doi", "value": "10.1/x"}]},
        None,
    )

    assert (new.answer, new.matches) == ("different", [])
    assert broken == MatchResult()
    assert here.answer == "same"
    assert [(each.slug, each.verdict.answer) for each in here.matches] == [
        ("sigtermans-2009", "same"),
        ("twin", "same"),
    ]
    assert "the titles are the same" in here.matches[0].verdict.reasons


def test_entries_of_one_file_are_compared_with_those_before(database: Database) -> None:
    entry = {**STORED, "pages": "304-311"}

    first, unlike, again = found(database, STORED, {"title": "Memantine in pain"}, entry)

    assert first.matches == unlike.matches == []
    assert [(each.position, each.slug) for each in again.matches] == [(0, None)]


def test_withdrawn_and_renamed_citations_are_found_as_they_are_now(
    database: Database, evidence: Evidence
) -> None:
    evidence.citation(**STORED)
    evidence.citation(**{**STORED, "title": "Memantine for phantom limb pain, a trial"})

    was, now = found(
        database, {"title": TITLE}, {"title": "Memantine for phantom limb pain: a trial"}
    )

    assert was.answer == "different"
    assert now.answer == "probable"


def test_many_of_one_name_are_still_told_apart_by_identifier(
    database: Database, evidence: Evidence
) -> None:
    dull = {"title": "Editorial", "year": 2009, "container_title": "Pain"}
    evidence.write(
        (
            CITATION_EDITOR,
            {**dull, "slug": f"editorial-{at}", "pmid": str(1000 + at)},
        )
        for at in range(MOST_IN_BLOCK + 5)
    )

    nameless, named = found(database, dull, {**dull, "pmid": "1007"})

    assert nameless.matches == []
    assert [each.slug for each in named.matches if each.slug] == ["editorial-7"]


def test_the_number_of_statements_hangs_on_batches_not_on_entries(
    database: Database, evidence: Evidence
) -> None:
    evidence.citation(**STORED)
    entries = [{**STORED, "title": f"{TITLE} {at}", "pages": str(at)} for at in range(60)]

    with counting(database) as statements:
        found(database, *entries)

    assert len(statements) == 2
