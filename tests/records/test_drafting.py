"""Drafts become rows: parts that stay keep their rows, whatever happens to their siblings."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import column, select, table

from app.db.database import Database
from app.records.drafting import DraftError
from tests.factories import Evidence
from tests.storage import rows

ADULTS, CHILDREN, WOMEN = ({"key": key} for key in ("adults", "children", "women"))


def _ids(database: Database, parts: str) -> dict[str, int]:
    """The rows of a table of parts, by key, in order."""
    found = table(parts, column("key"), column("id"), column("position"))
    with database.read() as connection:
        listed = connection.execute(select(found).order_by(found.c.position))
        return {row.key: row.id for row in listed}


def _column(database: Database, query: str) -> list[Any]:
    return [row[0] for row in rows(database, query)]


@pytest.mark.parametrize(
    ("after", "stay"),
    [
        ([ADULTS, CHILDREN, WOMEN], {"adults", "children"}),
        ([WOMEN, ADULTS, CHILDREN], {"adults", "children"}),
        ([CHILDREN, ADULTS], {"adults", "children"}),
        ([CHILDREN], {"children"}),
        ([{"key": "adults", "label": "Grown-ups", "n": 3}, CHILDREN], {"adults", "children"}),
    ],
    ids=["added last", "added first", "reordered", "removed", "edited"],
)
@pytest.mark.parametrize("part", ["populations", "arms"])
def test_a_part_that_stays_keeps_its_row(
    evidence: Evidence, database: Database, part: str, after: list[dict[str, Any]], stay: set[str]
) -> None:
    study = evidence.study(**{part: [ADULTS, CHILDREN]})
    before = _ids(database, part)

    evidence.study(slug=study, **{part: after})

    now = _ids(database, part)
    assert {key for key in now if now[key] == before.get(key)} == stay
    assert list(now) == [each["key"] for each in after]


def test_a_group_that_stays_keeps_its_row_and_so_its_results(
    evidence: Evidence, database: Database
) -> None:
    drug, placebo = ({"key": key, "title": key} for key in ("drug", "placebo"))
    study = evidence.study(groups=[drug, placebo])
    result = {"conclusion": "no difference", "group": "drug", "reference": "placebo"}
    evidence.outcome(study, evidence.outcome_measure("pain"), results=[result])
    before = _ids(database, "groups")

    evidence.study(slug=study, groups=[{"key": "all", "title": "all"}, placebo, drug])

    now = _ids(database, "groups")
    assert {key: now[key] for key in before} == before
    named = "SELECT key FROM groups JOIN result_groups ON group_id = groups.id ORDER BY key"
    assert _column(database, named) == ["drug", "placebo"]


def test_results_keep_their_rows_when_one_is_appended(
    evidence: Evidence, database: Database
) -> None:
    study = evidence.study()
    measure, first = evidence.outcome_measure("pain"), {"conclusion": "no difference"}
    outcome = evidence.outcome(study, measure, results=[first])
    [before] = _column(database, "SELECT id FROM results")

    second = {"conclusion": "no benefit"}
    evidence.outcome(study, measure, slug=outcome, results=[first, second])

    assert _column(database, "SELECT id FROM results ORDER BY position")[0] == before


LISTS: tuple[tuple[list[str], list[str]], ...] = (
    (["a", "b"], ["b", "a"]),
    (["a", "b"], ["b"]),
    (["a", "b", "c"], ["c", "a"]),
    (["a"], ["b", "a"]),
    (["a", "b"], ["a", "b", "c"]),
    (["a"], []),
)


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_names_of_a_term_may_be_put_in_any_order(
    evidence: Evidence, database: Database, before: list[str], after: list[str]
) -> None:
    evidence.treatment("ketamine", synonyms=before)

    evidence.treatment("ketamine", synonyms=after)

    assert _column(database, "SELECT label FROM term_labels ORDER BY position") == after


def test_a_name_that_stays_keeps_its_row(evidence: Evidence, database: Database) -> None:
    evidence.treatment("ketamine", synonyms=["a", "b"])
    query = "SELECT id FROM term_labels WHERE label = 'b'"
    before = _column(database, query)

    evidence.treatment("ketamine", synonyms=["b"])

    assert _column(database, query) == before


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_codes_of_a_term_may_be_put_in_any_order(
    evidence: Evidence, database: Database, before: list[str], after: list[str]
) -> None:
    codes = [[{"scheme": "MeSH", "code": code} for code in each] for each in (before, after)]
    evidence.treatment("ketamine", codes=codes[0])

    evidence.treatment("ketamine", codes=codes[1])

    assert _column(database, "SELECT code FROM term_codes ORDER BY position") == after


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_countries_of_a_population_may_be_put_in_any_order(
    evidence: Evidence, database: Database, before: list[str], after: list[str]
) -> None:
    names = {"a": "AT", "b": "BE", "c": "CH", "d": "DE", "e": "EE"}
    old, new = ([names[each] for each in countries] for countries in (before, after))
    study = evidence.study(populations=[{"key": "all", "countries": old}])

    evidence.study(slug=study, populations=[{"key": "all", "countries": new}])

    query = "SELECT country FROM population_countries ORDER BY position"
    assert _column(database, query) == new


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_identifiers_of_a_citation_may_be_put_in_any_order(
    evidence: Evidence, database: Database, before: list[str], after: list[str]
) -> None:
    lists = [
        [{"scheme": "doi", "value": f"10.1000/{each}"} for each in values]
        for values in (before, after)
    ]
    citation = evidence.citation(identifiers=lists[0])

    evidence.citation(slug=citation, identifiers=lists[1])

    query = "SELECT value FROM citation_identifiers ORDER BY position"
    assert _column(database, query) == [f"10.1000/{each}" for each in after]


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_identifiers_of_a_study_may_be_put_in_any_order(
    evidence: Evidence, database: Database, before: list[str], after: list[str]
) -> None:
    number = {each: f"NCT{ord(each):08}" for each in {*before, *after}}
    lists = [
        [{"scheme": "nct", "value": number[each]} for each in values] for values in (before, after)
    ]
    study = evidence.study(identifiers=lists[0])

    evidence.study(slug=study, identifiers=lists[1])

    stored = _column(database, "SELECT value FROM study_identifiers ORDER BY position")
    assert stored == [number[each] for each in after]


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_citations_of_a_claim_may_be_put_in_any_order(
    evidence: Evidence, database: Database, before: list[str], after: list[str]
) -> None:
    for slug in ("a", "b", "c"):
        evidence.citation(slug=slug)
    passages = [{"document": evidence.document(), "exact": "studied in people"}]
    lists = [[{"citation": slug, "basis": "in text"} for slug in each] for each in (before, after)]
    claim = evidence.claim(passages=passages, citations=lists[0])

    evidence.claim(slug=claim, passages=passages, citations=lists[1])

    query = (
        "SELECT slug FROM citations JOIN claim_citations ON citation_id = citations.id"
        " ORDER BY position"
    )
    assert _column(database, query) == after


def test_a_reference_may_be_tied_to_another_publication(
    evidence: Evidence, database: Database
) -> None:
    for slug in ("wrong", "right"):
        evidence.citation(slug=slug)
    text = "Ketamine was studied.\n\nReferences\n\n1. A report. 2009.\n2. Another. 2010.\n"
    document = evidence.document(text=text, references={1: "wrong", 2: "wrong"})

    evidence.document(slug=document, text=text, references={1: "right", 2: "wrong"})

    query = (
        "SELECT slug FROM citations JOIN document_references ON citation_id = citations.id"
        " ORDER BY number"
    )
    assert _column(database, query) == ["right", "wrong"]


TWICE: dict[str, Callable[[Evidence], str]] = {
    "label": lambda evidence: evidence.treatment("ketamine", synonyms=["Ketalar", "Ketalar"]),
    "key": lambda evidence: evidence.study(populations=[ADULTS, ADULTS]),
    "link": lambda evidence: evidence.study(says=["support", "support"]),
    "value": lambda evidence: evidence.study(populations=[{**ADULTS, "countries": ["NL", "NL"]}]),
    "quote": lambda evidence: evidence.claim(
        passages=[{"document": "d", "exact": "studied"}, {"document": "d", "exact": "studied"}]
    ),
}


@pytest.mark.parametrize("write", TWICE.values(), ids=TWICE.keys())
def test_what_stands_twice_is_refused(evidence: Evidence, write: Callable[[Evidence], str]) -> None:
    evidence.support()
    evidence.document(slug="d")

    with pytest.raises(DraftError, match="stands here twice"):
        write(evidence)
