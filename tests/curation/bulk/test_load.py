"""Drafts that are loaded in bulk become what the journal would have made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app import journal
from app.curation.bulk.load import DraftRefused, LoadCounts, load_drafts
from app.curation.writing.changes import open_writer
from app.db.database import Database
from app.ingest.seeding.bundle import bundle_items, read_bundle
from app.ingest.seeding.load import seed
from app.models import Base
from app.records.catalogue import EDITOR_NAMED
from app.vocabulary import ChangeAction
from tests.storage import everything
from tests.templates import Templates

SEED = Path(__file__).parents[3] / "seed_data" / "ketamine"
READ_FROM = {"passages": [], "source_citation": "paper", "source_location": "abstract"}
# The time of a change; the numbers of the record that a revision is of: its card has their slugs.
UNTOLD = {("changes", "at"), ("revisions", "record_id"), ("revisions", "owner")}
Item = tuple[str, dict[str, Any]]


@pytest.fixture
def empty(database: Database, templates: dict[str, Templates]) -> Iterator[Database]:
    """A second database, of the same engine and empty."""
    with templates["sqlite" if database.sqlite else "postgresql"].opened("empty") as other:
        yield other


@cache
def seed_drafts() -> tuple[Item, ...]:
    found = bundle_items(read_bundle(SEED, document_only=False), SEED)
    return tuple((each.editor.kind.name, each.data) for each in found)


def sources() -> list[Item]:
    """A term of each kind that studies name, a publication, and a claim read in it."""
    summary = {"slug": "claim", "kind": "finding", "summary": "It helps."}
    return [
        ("condition", {"slug": "pain", "name": "Pain"}),
        ("treatment", {"slug": "drug", "name": "Drug", "type": "drug"}),
        ("adverse_effect", {"slug": "harm", "name": "Harm"}),
        ("outcome_measure", {"slug": "score", "name": "Score", "better": "lower"}),
        ("citation", {"slug": "paper", "title": "A paper", "type": "article-journal"}),
        ("claim", {**summary, **READ_FROM}),
    ]


def study(slug: str) -> Item:
    people = {"key": "all", "label": "people", "conditions": ["pain"], "basis": "abstract"}
    arm: dict[str, Any] = {"key": "drug", "label": "Drug", "basis": "abstract", "says": "claim"}
    arm["treatments"] = [{"treatment": "drug"}]
    group = {"key": "drug", "title": "Drug", "arms": ["drug"], "population": "all"}
    parts = {"populations": [{**people, "says": "claim"}], "arms": [arm], "groups": [group]}
    return "study", {"slug": slug, "label": slug, "basis": "abstract", "says": "claim", **parts}


def outcome(of: str) -> Item:
    told = {"value": -0.0, "statistic": "mean", "basis": "abstract", "says": "claim"}
    result = {"contrast": "single_group", "group": "drug", **told}
    about = {"slug": f"{of}.score", "study": of, "measure": "score", "basis": "abstract"}
    return "outcome", {**about, "results": [result], "says": "claim"}


def harm(of: str) -> Item:
    counts = [{"group": "drug", "affected": 2, "at_risk": 7}]
    about = {"slug": f"{of}.harm", "study": of, "adverse_effect": "harm", "term_verbatim": "harm"}
    return "adverse_event", {**about, "counts": counts, "basis": "abstract", "says": "claim"}


def studies(number: int) -> Iterator[Item]:
    for at in range(number):
        yield study(f"study-{at}")
        yield outcome(f"study-{at}")
        yield harm(f"study-{at}")


def load(database: Database, drafts: Iterable[Item], size: int = 500) -> LoadCounts:
    return load_drafts(database, drafts, actor="loader", reason="test", batch_size=size)


def write_one_by_one(database: Database, drafts: list[Item], size: int) -> None:
    """The same by the journal: each batch one change, each draft on its own."""
    for start in range(0, len(drafts), size):
        with open_writer(
            database, actor="loader", reason="test", action=ChangeAction.IMPORT
        ) as writer:
            for kind, members in drafts[start : start + size]:
                writer.create(EDITOR_NAMED[kind], members)


def by_name(database: Database) -> dict[str, list[str]]:
    """Every row with the numbers of other rows written out as what these rows say."""
    stored = everything(database)
    rows: dict[str, dict[Any, dict[str, Any]]] = {}
    for name, found in stored.items():
        columns = [column.name for column in Base.metadata.tables[name].columns]
        dicts = [dict(zip(columns, row, strict=True)) for row in found]
        rows[name] = {each.get("id", at): each for at, each in enumerate(dicts)}

    @cache
    def told(table: str, number: Any) -> str:
        row, whole = rows[table][number], {}
        for column in Base.metadata.tables[table].columns:
            value = row[column.name]
            [key] = column.foreign_keys or [None]
            if column.name == "id" or (table, column.name) in UNTOLD:
                continue
            if key is not None and value is not None and key.column.table.name != "changes":
                value = told(key.column.table.name, value)
            whole[column.name] = value
        return repr(whole)

    plain = [name for name in rows if not derived(name)]
    return {name: sorted(told(name, number) for number in rows[name]) for name in plain}


def derived(table: str) -> bool:
    """Whether a table holds only what `verify` derives anew from all others and compares."""
    ends = ("_pages", "_totals", "_facets", "_populations", "_ancestors", "_blocks")
    return table.endswith(ends) or table in {"search_texts", "facet_counts"}


def assert_same(one: Database, other: Database) -> None:
    left, right = by_name(one), by_name(other)
    for name, rows in left.items():
        assert right[name] == rows, name
    sizes = [{name: len(rows) for name, rows in everything(each).items()} for each in (one, other)]
    assert sizes[0] == sizes[1]
    for each in (one, other):
        with each.read() as connection:
            assert list(journal.verify(connection)) == []
        assert list(journal.index_errors(each)) == []


def test_the_seed_in_bulk_is_the_seed_as_the_journal_writes_it(
    database: Database, empty: Database
) -> None:
    seed(database, SEED)
    why = {"actor": "seed", "reason": "seed ketamine-for-pain", "action": ChangeAction.SEED}
    counts = load_drafts(empty, seed_drafts(), **why)  # type: ignore[arg-type] # as said

    assert (counts.drafts, counts.batches, counts.skipped) == (len(seed_drafts()), 1, 0)
    assert_same(database, empty)


@pytest.mark.parametrize("size", [1, 4, 100])
def test_studies_in_batches_are_what_the_journal_writes_draft_by_draft(
    database: Database, empty: Database, size: int
) -> None:
    drafts = [*sources(), *studies(4)]

    write_one_by_one(database, drafts, size)
    counts = load(empty, drafts, size)

    assert counts.added["outcome"] == 4
    assert_same(database, empty)


def test_a_fact_on_a_fallen_claim_of_an_earlier_batch_falls_with_it(
    database: Database, empty: Database
) -> None:
    drafts = [*sources(), *studies(1)]
    drafts[4] = ("citation", {**drafts[4][1], "publication_status": "retracted"})

    write_one_by_one(database, drafts, len(sources()))
    load(empty, drafts, len(sources()))

    assert any(
        "'publication_status': <PublicationStatus.RETRACTED" in each
        for each in by_name(empty)["outcomes"]
    )
    assert_same(database, empty)


@pytest.mark.parametrize(
    ("kind", "members", "pointer", "told"),
    [
        ("study", {"slug": "s", "label": "S", "basis": "abstract"}, "/says", "no claim"),
        ("citation", {"slug": "c", "title": "C", "typ": "book"}, "/typ", "no such field"),
        ("treatment", {"slug": "t", "name": "T", "type": "drugg"}, "/type", "did you mean 'drug'"),
        ("condition", {"slug": "c", "name": "C", "parent": "pian"}, "/parent", "mean 'pain'"),
        ("condition", {"slug": "c", "name": "C", "parent": "c"}, "/parent", "broader than itself"),
        ("condition", {"slug": "new", "name": "C"}, "/slug", "choose more"),
        ("condition", {"slug": "pain", "name": "Ache"}, "/slug", "says something else"),
        ("conditoin", {"slug": "c", "name": "C"}, "", "did you mean 'condition'"),
        ("condition", ["c"], "", "an object"),
    ],
)
def test_a_draft_that_is_refused_is_named_and_its_batch_is_not_written(
    database: Database, kind: str, members: Any, pointer: str, told: str
) -> None:
    load(database, sources())
    before = everything(database)
    drafts = [("citation", {"slug": "fine", "title": "Fine", "type": "book"}), (kind, members)]

    with pytest.raises(DraftRefused) as refused:
        load(database, drafts)

    error = refused.value
    assert (error.number, error.kind, error.first) == (2, kind, 1)
    assert error.slug == (members["slug"] if isinstance(members, dict) else None)
    assert (error.errors[0].pointer or "") == pointer
    assert told in str(error)
    assert str(error).startswith(f"draft 2 ({kind}")
    assert everything(database) == before


def test_what_only_the_database_refuses_is_found_in_its_batch(database: Database) -> None:
    load(database, sources())
    before = everything(database)
    of, members = study("broken")
    arms = [{**members["arms"][0], "n": -1}]
    few = list(studies(3))

    with pytest.raises(DraftRefused) as refused:
        load(database, [*few[:5], (of, {**members, "arms": arms}), *few[5:]])

    assert (refused.value.number, refused.value.slug) == (6, "broken")
    assert everything(database) == before


def test_batches_before_a_refusal_stay_and_the_mended_rest_goes_on(
    database: Database, empty: Database
) -> None:
    drafts = [*sources(), *studies(3)]
    wrong = [*drafts]
    wrong[10] = ("outcome", {**drafts[10][1], "measure": "scores"})

    with pytest.raises(DraftRefused) as refused:
        load(database, wrong, 4)

    assert (refused.value.number, refused.value.first) == (11, 9)
    assert refused.value.counts.batches == 2
    assert refused.value.counts.drafts == 8
    again = load(database, drafts, 4)
    assert (again.skipped, sum(again.added.values())) == (8, len(drafts) - 8)
    load(empty, drafts, 4)
    assert {name: len(rows) for name, rows in everything(database).items()} == {
        name: len(rows) for name, rows in everything(empty).items()
    }


def test_the_same_draft_twice_is_skipped_and_another_of_its_slug_refused(
    database: Database,
) -> None:
    twice = ("condition", {"slug": "pain", "name": "Pain"})
    other = ("condition", {"slug": "pain", "name": "Ache"})

    with pytest.raises(DraftRefused, match=r"draft 2 .*says something else"):
        load(database, [twice, other])
    counts = load(database, [twice, twice])

    assert (counts.skipped, counts.added["condition"]) == (1, 1)
    assert load(database, [twice]).skipped == 1


def test_a_load_that_breaks_off_between_batches_keeps_whole_batches_only(
    database: Database,
) -> None:
    def breaking() -> Iterator[Item]:
        yield from list(studies(3))[:5]
        raise OSError("the file ends here")

    load(database, sources())
    with pytest.raises(OSError, match="ends here"):
        load(database, breaking(), 3)

    tables = everything(database)
    assert [len(tables[name]) for name in ("studies", "outcomes", "adverse_events")] == [1, 1, 1]
    assert load(database, studies(3), 3).skipped == 3
    with database.read() as connection:
        assert list(journal.verify(connection)) == []


def test_drafts_without_a_slug_get_one_as_a_single_one_would(database: Database) -> None:
    paper = ("citation", {"title": "Twice told", "type": "book"})

    load(database, [paper, paper])

    slugs = {each[0] for each in by_slug(database)}
    assert slugs == {"twice-told", "twice-told-2"}


def by_slug(database: Database) -> list[tuple[str, ...]]:
    at = [column.name for column in Base.metadata.tables["citations"].columns].index("slug")
    return [(row[at],) for row in everything(database)["citations"]]
