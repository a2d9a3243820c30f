"""Two citations become one, nothing is lost, and all of it can be taken back."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app import journal
from app.api.problems import Problem
from app.curation.duplicates.merge import UNMOVED_TABLES, foreign_keys_to, merge
from app.curation.duplicates.merge_undo import undo
from app.curation.writing import Writer, open_writer
from app.db.database import Database
from app.models import Base
from app.records.citations.card import CITATION
from app.records.citations.draft import CITATION_EDITOR
from app.records.studies.draft import STUDY_EDITOR
from app.vocabulary import ChangeAction
from tests.factories import Evidence
from tests.storage import everything, rows

# What a merge and its undoing leave behind: that they happened.
HISTORY = {"changes", "revisions", "merges", "merge_moves"}
STAMPS = {"version", "stamp", "edited"}


@contextmanager
def changing(database: Database) -> Iterator[Writer]:
    with open_writer(database, actor="ada", reason="test", action=ChangeAction.MERGE) as writer:
        yield writer


def merged(database: Database, slug: str, into: str) -> int:
    with changing(database) as writer:
        made = merge(writer, slug, into)
        writer.change.finish()
        return made.id


def undone(database: Database, number: int) -> None:
    with changing(database) as writer:
        undo(writer, number)


def content(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, apart from versions, stamps and history."""
    found = {}
    for name, stored in everything(database).items():
        columns = [column.name for column in Base.metadata.tables[name].columns]
        kept = [at for at, column in enumerate(columns) if column not in STAMPS]
        if name not in HISTORY:
            found[name] = [tuple(row[at] for at in kept) for row in stored]
    return found


def filled(evidence: Evidence) -> None:
    """Two descriptions of one publication, both used in studies, claims, cases, discrepancies."""
    one = {"slug": "one", "title": "Ketamine for pain", "year": 2009, "pmid": "100"}
    other = {
        "slug": "other",
        "title": "Ketamine for pain.",
        "authors": [{"family": "Sigtermans"}, {"family": "Dahan"}],
        "abstract": "Ketamine helped.",
        "doi": "10.1016/j.pain.2009.06.023",
        "publication_status": "retracted",
    }
    for each in (one, other):
        evidence.citation(**each)
    link = {"basis": "in_text"}
    evidence.study(
        slug="both",
        citations=[
            {
                "citation": "one",
                "role": "results",
                "basis": "curator_inferred",
                "rationale": "Fits.",
            },
            {"citation": "other", "role": "results", **link},
            {"citation": "other", "role": "protocol", **link},
        ],
    )
    evidence.claim(
        slug="source", source_citation="other", source_location="abstract", summary="It helped."
    )
    evidence.claim(
        slug="rests", citations=[{"citation": "one", **link}, {"citation": "other", **link}]
    )
    evidence.case_report(slug="case", reporter="citation", citation="other")
    evidence.discrepancy(
        slug="sides",
        sides=[{"says": "This", "citation": "one"}, {"says": "That", "citation": "other"}],
    )


def test_the_kept_citation_has_all_that_both_had(database: Database, evidence: Evidence) -> None:
    filled(evidence)

    merged(database, "other", "one")

    [card] = rows(database, "SELECT card FROM citations WHERE slug = 'one'")
    kept = CITATION.card.model_validate_json(card[0]).model_dump(mode="json")
    assert [each["value"] for each in kept["identifiers"]] == ["100", "10.1016/j.pain.2009.06.023"]
    assert [each["family"] for each in kept["authors"]] == ["Sigtermans", "Dahan"]
    assert (kept["title"], kept["abstract"]) == ("Ketamine for pain", "Ketamine helped.")
    assert kept["publication_status"] == "retracted"
    assert rows(database, "SELECT slug, target FROM slug_redirects") == [("other", "one")]
    assert rows(database, "SELECT status, title FROM citations WHERE slug = 'other'") == [
        ("merged", "Ketamine for pain.")
    ]


def test_links_move_and_none_stands_twice(database: Database, evidence: Evidence) -> None:
    filled(evidence)

    merged(database, "other", "one")

    links = "SELECT role, basis FROM study_citations JOIN citations c ON c.id = citation_id"
    assert rows(database, f"{links} WHERE slug = 'one' ORDER BY role") == [
        ("protocol", "in_text"),
        ("results", "in_text"),  # the link of the two that is known better
    ]
    for pointer in foreign_keys_to("citations"):
        if pointer.table != "citation_authors":
            where = f"JOIN citations c ON c.id = {pointer.column} WHERE c.slug = 'other'"
            left = rows(database, f"SELECT 1 FROM {pointer.table} {where}")  # noqa: S608
            assert left == [], pointer.table


def test_no_foreign_key_to_a_citation_is_forgotten() -> None:
    found = {(pointer.table, pointer.column) for pointer in foreign_keys_to("citations")}

    assert found == {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "citations" and table.name not in UNMOVED_TABLES
    }


def test_a_merge_is_undone_exactly(database: Database, evidence: Evidence) -> None:
    filled(evidence)
    before = content(database)

    number = merged(database, "other", "one")
    assert content(database) != before
    undone(database, number)

    assert content(database) == before


def test_later_edits_of_other_things_stay(database: Database, evidence: Evidence) -> None:
    filled(evidence)
    number = merged(database, "other", "one")
    with changing(database) as writer:
        writer.patch(CITATION_EDITOR, "one", {"title": "Ketamine for chronic pain"})
        writer.patch(STUDY_EDITOR, "both", {"label": "Another label"})

    undone(database, number)

    assert rows(database, "SELECT title FROM citations WHERE slug = 'one'") == [
        ("Ketamine for chronic pain",)
    ]
    assert rows(database, "SELECT label FROM studies WHERE slug = 'both'") == [("Another label",)]
    assert rows(database, "SELECT count(*) FROM study_citations") == [(3,)]


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        ({"abstract": "Better words."}, "abstract in citations of citation 'one' was changed"),
        ({"identifiers": [{"scheme": "pmid", "value": "100"}]}, "was removed since"),
    ],
)
def test_what_was_edited_since_is_named_and_nothing_is_undone(
    database: Database, evidence: Evidence, patch: dict[str, Any], told: str
) -> None:
    filled(evidence)
    number = merged(database, "other", "one")
    with changing(database) as writer:
        writer.patch(CITATION_EDITOR, "one", patch)
    before = content(database)

    with pytest.raises(Problem, match=told) as raised:
        undone(database, number)

    assert raised.value.status == 409
    assert content(database) == before


def test_only_two_citations_that_stand_are_merged(database: Database, evidence: Evidence) -> None:
    filled(evidence)
    number = merged(database, "other", "one")

    for slug, into, status in (("one", "one", 422), ("other", "one", 409), ("none", "one", 404)):
        with pytest.raises(Problem) as raised:
            merged(database, slug, into)
        assert raised.value.status == status
    undone(database, number)
    with pytest.raises(Problem, match="undone already"):
        undone(database, number)


@pytest.mark.parametrize("seed", range(2))
def test_random_merges_taken_back_restore_everything(
    database: Database, evidence: Evidence, seed: int
) -> None:
    """In the reverse order, whatever was merged into what, chains of merges included."""
    dice = random.Random(seed)
    names = [f"c{at}" for at in range(5)]
    schemes = [None, "pmid", "doi"]
    for at, name in enumerate(names):
        numbers = {"pmid": {"pmid": str(500 + at)}, "doi": {"doi": f"10.1000/{at}"}, None: {}}
        evidence.citation(
            slug=name,
            title=f"Title {at}",
            year=dice.choice([None, 2000 + at]),
            authors=dice.choice([[], [{"family": f"Author {at}"}]]),
            **numbers[dice.choice(schemes)],
        )
    for at in range(2):
        chosen = dice.sample(names, 3)
        links = [{"citation": each, "basis": "in_text"} for each in chosen]
        roles = [{**link, "role": dice.choice(["results", "protocol"])} for link in links]
        evidence.study(slug=f"s{at}", citations=roles)
        evidence.claim(slug=f"k{at}", citations=links)
    states, numbers_made = [], []
    for _ in range(3):
        states.append(content(database))
        into, slug = dice.sample(names, 2)
        names.remove(slug)
        numbers_made.append(merged(database, slug, into))
    with database.read() as connection:
        assert list(journal.verify(connection)) == []

    for number, state in zip(reversed(numbers_made), reversed(states), strict=True):
        undone(database, number)
        assert content(database) == state
