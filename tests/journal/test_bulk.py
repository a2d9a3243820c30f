"""What is loaded in bulk is, row for row, what the journal would have written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import inspect, select

from app import journal
from app.db.database import Database
from app.journal.bulk.load import BulkLoad, Incomplete
from app.journal.bulk.rows import layout
from app.models import Base
from app.models.base import Sourced
from tests.factories import Evidence
from tests.storage import everything
from tests.templates import Templates

DERIVED = {
    "search_texts",
    "study_condition_pages",
    "group_populations",
    "outcome_populations",
    "facet_counts",
    "study_facets",
    "study_populations",
    "study_treatment_pages",
    "harm_pages",
    "harm_totals",
    "term_ancestors",
    "citation_blocks",
}
KEPT_BY_CHANGES = {"changes", "revisions", *DERIVED}
WRITTEN = {"version", "stamp", "edited", "card", "card_format"}  # by the journal
SOURCED = {str(inspect(each).local_table.name) for each in Sourced.__subclasses__()}
FIRST = ("term", "document", "segments", "citation")  # tables of the first batch, by their names
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def empty(database: Database, templates: dict[str, Templates]) -> Iterator[Database]:
    """A second database, of the same engine and empty."""
    with templates["sqlite" if database.sqlite else "postgresql"].opened("empty") as other:
        yield other


def told(evidence: Evidence) -> None:
    """Some of everything, parts of populations among it, through the journal."""
    evidence.condition("pain", synonyms=["ache"])
    evidence.condition("crps", parent="pain", codes={"MeSH": "D020918"})
    evidence.treatment("ketamine")
    evidence.treatment("coma", parent="ketamine")
    evidence.adverse_effect("nausea")
    evidence.outcome_measure("scores", better="lower")
    authors = [{"family": "Bøgh", "given": "A"}, {"literal": "The Group"}]
    evidence.citation(slug="paper", title="Ketamine: a trial", year=2009, authors=authors)
    evidence.citation(slug="old", publication_status="retracted")
    everybody = {"ages": "8..22", "countries": ["NL", "DE"], "conditions": ["crps"]}
    girls = {"key": "girls", "parent": "all", "sex": "female", "kind": "subgroup"}
    few = {"key": "few", "parent": "girls", "conditions": ["pain"], "n": 3, "kind": "subgroup"}
    evidence.study(
        slug="trial",
        year=2009,
        populations=[{"key": "all", **everybody}, girls, few],
        arms=[
            {
                "key": "coma",
                "treatments": [{"treatment": "coma", "dose_low": 7, "dose_unit": "mg"}],
            },
            {"key": "none", "treatments": []},
        ],
        groups=[
            {"key": "coma", "title": "Coma", "arms": ["coma"], "population": "girls"},
            {"key": "none", "title": "None", "arms": ["none"]},
        ],
        citations=[{"citation": "paper", "role": "results", "basis": "in_text"}],
    )
    evidence.study(slug="untold")
    evidence.outcome("trial", "scores", results=[{"value": 1.5, "conclusion": "no_difference"}])
    fallen = [evidence.claim_read_in("old")]
    evidence.outcome("trial", "scores", says=fallen)
    evidence.adverse_event("trial", "coma", "nausea", says=fallen)
    evidence.case_report(says=fallen, events=[{"type": "exposure", "term": "coma"}])
    evidence.case_report(reporter="citation", citation="old")
    for group in ("coma", "none"):
        evidence.adverse_event("trial", group, "nausea", affected=2, at_risk=7)
    suspect = {"type": "exposure", "term": "coma", "drug_role": "suspect"}
    evidence.case_report(events=[suspect, {"type": "adverse_event", "term": "nausea"}])
    evidence.claim(kind="adverse_effect", subject="coma", object="nausea", modality="possible")
    sides = [{"citation": each, "says": f"as {each} has it"} for each in ("paper", "old")]
    evidence.discrepancy(studies=["trial"], treatments=["coma"], sides=sides)


def read(database: Database) -> Rows:
    """The rows that sources tell of, by table, without what the journal writes into them."""
    found = {}
    with database.read() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in KEPT_BY_CHANGES:
                derived = {"publication_status"} if table.name in SOURCED else set()
                blank = layout(table.name).blank.keys() - WRITTEN - derived
                rows = connection.execute(select(table)).mappings()
                found[table.name] = [{name: row[name] for name in blank} for row in rows]
    return found


def load(database: Database, rows: Rows) -> None:
    """Load rows, terms and sources in a batch of their own before what links to them."""
    bulk = BulkLoad(database, actor="loader", reason="test")
    for first in (True, False):
        with bulk.batch() as batch:
            for table, values in rows.items():
                if table.startswith(FIRST) is first:
                    for row in values:
                        batch.add(table, row)


def comparable(database: Database) -> dict[str, list[Any]]:
    """Every row but those of changes, without the numbers of changes."""
    found: dict[str, list[Any]] = {}
    for name, rows in everything(database).items():
        columns = [column.name for column in Base.metadata.tables[name].columns]
        if name not in {"changes", "revisions"}:
            found[name] = [
                {n: v for n, v in zip(columns, row, strict=True) if n not in {"stamp", "edited"}}
                for row in rows
            ]
    return found


def test_what_is_loaded_in_bulk_is_what_the_journal_writes_row_by_row(
    evidence: Evidence, database: Database, empty: Database
) -> None:
    told(evidence)

    load(empty, read(database))

    one, other = comparable(database), comparable(empty)
    assert all(one[name] for name in (*DERIVED, "studies", "case_events", "discrepancies"))
    for name in SOURCED:
        assert "retracted" in {each["publication_status"] for each in one[name]}, name
    for name, rows in one.items():
        assert sorted(other[name], key=repr) == sorted(rows, key=repr), name
    with empty.read() as connection:
        assert list(journal.verify(connection)) == []
    assert list(journal.index_errors(empty)) == []


def test_records_are_written_after_a_bulk_load_as_ever(
    evidence: Evidence, database: Database, empty: Database
) -> None:
    told(evidence)
    load(empty, read(database))

    told_later = Evidence(empty)
    told_later.study(slug="later", populations=[{"key": "all", "conditions": ["crps"]}])
    told_later.condition("crps", name="Sudeck", parent="pain")
    told_later.citation(slug="later", authors=[{"family": "Late"}])
    load_again = BulkLoad(empty, actor="loader", reason="again")
    with load_again.batch() as batch:
        row = {"kind": "condition", "slug": "gout", "name": "Gout"}
        batch.add("terms", row)

    with empty.read() as connection:
        assert list(journal.verify(connection)) == []


def test_minus_zero_is_shown_as_it_is_read_back(evidence: Evidence, database: Database) -> None:
    evidence.outcome_measure("pain")
    evidence.study(slug="trial")
    evidence.outcome("trial", "pain", slug="o", results=[{"value": 1.5}])
    stored = read(database)

    bulk = BulkLoad(database, actor="loader", reason="test")
    with bulk.batch() as batch:
        outcome = {**stored["outcomes"][0], "id": None, "slug": "other", "registry_record_id": None}
        entry = {"registry_name": "clinicaltrials_gov", "identifier": "NCT1", "entry_version": "1"}
        entry |= {"retrieved_on": "2026-01-01", "sha256": "0" * 64}
        outcome["registry_record_id"] = batch.add("registry_records", entry)
        owner = batch.add("outcomes", outcome)
        result = {**stored["results"][0], "id": None, "outcome_id": owner, "value": -0.0}
        batch.add("results", result)

    [card] = [each["card"] for each in comparable(database)["outcomes"] if each["slug"] == "other"]
    assert '"value":0.0' in card


def test_a_fact_without_support_or_an_owner_stops_its_whole_batch(
    evidence: Evidence, database: Database
) -> None:
    evidence.outcome_measure("pain")
    evidence.study(slug="trial")
    before = everything(database)
    study = read(database)["studies"][0]
    measure = read(database)["terms"][0]["id"]
    outcome = {"slug": "o", "study_id": study["id"], "measure_id": measure, "basis": "abstract"}
    group = {"study_id": study["id"], "position": 7, "key": "late", "title": "Late"}
    bulk = BulkLoad(database, actor="loader", reason="test")

    for table, row, error in (
        ("outcomes", {**outcome, "reporting": "not_measured"}, journal.RuleBroken),
        ("groups", group, Incomplete),
    ):
        with pytest.raises(error), bulk.batch() as batch:  # noqa: PT012 # the block is the batch
            batch.add("citations", {"slug": "c", "title": "Beside it", "type": "book"})
            batch.add(table, row)
        assert everything(database) == before
