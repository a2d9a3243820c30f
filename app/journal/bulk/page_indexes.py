"""Page rows drawn from rows in hand: what app/journal/page_indexes.py derives by SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.journal.bulk.rows import Graph, Row
from app.journal.population_inheritance import FACTS, facts_of, line_of
from app.models import ANY_TERM, NO_TERM, NOBODY
from app.vocabulary import AgeBasis, RecordStatus

Line = tuple[int, ...]  # a term and every broader one
PageRow = tuple[Any, ...]  # in the order of the table's columns


def population_pages(
    study: Row, population: int, facts: Row, lines: Iterable[Line]
) -> Iterator[PageRow]:
    """The rows of study_condition_pages of one population; each of its conditions has a line."""
    direct: set[int] = set()
    terms: set[int] = set()
    for line in lines:
        direct.add(line[0])
        terms.update(line)
    place = (study["year"] or 0, study["id"], population)
    seen = (*(facts[name] for name in FACTS), study["study_type"], study["phase"])
    for term in terms:
        yield (term, *place, term in direct, *seen)
    yield (ANY_TERM, *place, False, *seen)
    if not terms:
        yield (NO_TERM, *place, False, *seen)


def nobody_pages(study: Row) -> Iterator[PageRow]:
    """The rows of a study of which no population is told: it may fit whoever is asked for."""
    nothing = (None, None, None, AgeBasis.UNKNOWN, None, None, None, False)
    for term in (ANY_TERM, NO_TERM):
        place = (study["year"] or 0, study["id"], NOBODY)
        yield (term, *place, False, *nothing, study["study_type"], study["phase"])


def treatment_pages(study: Row, given: Iterable[tuple[str, Line]]) -> Iterator[PageRow]:
    """The rows of study_treatment_pages of one study; each treatment has its role and line."""
    rows: dict[tuple[int, str], bool] = {}
    for role, line in given:
        for at, term in enumerate(line):
            rows[term, role] = rows.get((term, role), False) or at == 0
    for (term, role), direct in rows.items():
        yield (
            term,
            study["year"] or 0,
            study["id"],
            role,
            direct,
            study["study_type"],
            study["phase"],
        )


def terms_of(graph: Graph) -> set[int]:
    """The terms whose lines the page rows of a batch need."""
    conditions = {row["condition_id"] for row in graph.rows.get("population_conditions", ())}
    return conditions | {row["treatment_id"] for row in graph.rows.get("arm_treatments", ())}


def condition_page_rows(graph: Graph, lines: Mapping[int, Line]) -> list[PageRow]:
    """All rows of study_condition_pages for a batch, in the order of the table."""
    conditions: dict[int, list[Line]] = defaultdict(list)
    for row in graph.rows.get("population_conditions", ()):
        conditions[row["population_id"]].append(lines[row["condition_id"]])
    countries = Counter(row["population_id"] for row in graph.rows.get("population_countries", ()))
    found: list[PageRow] = []
    studies, people = graph.numbered["studies"], graph.numbered["populations"]
    for population in graph.rows.get("populations", ()):
        study = studies[population["study_id"]]
        if study["status"] == RecordStatus.CURRENT:
            above = line_of(population, people)
            shared = [line for each in above for line in conditions[each["id"]]]
            facts = facts_of(above, countries)
            found.extend(population_pages(study, population["id"], facts, shared))
    told = {population["study_id"] for population in graph.rows.get("populations", ())}
    for study in graph.rows.get("studies", ()):
        if study["status"] == RecordStatus.CURRENT and study["id"] not in told:
            found.extend(nobody_pages(study))
    return sorted(found, key=lambda row: row[:4])


def treatment_page_rows(graph: Graph, lines: Mapping[int, Line]) -> list[PageRow]:
    """All rows of study_treatment_pages for a batch, in the order of the table."""
    arms = {row["id"]: row["study_id"] for row in graph.rows.get("arms", ())}
    given: dict[int, list[tuple[str, Line]]] = defaultdict(list)
    for row in graph.rows.get("arm_treatments", ()):
        given[arms[row["arm_id"]]].append((row["role"], lines[row["treatment_id"]]))
    found: list[PageRow] = []
    for study in graph.rows.get("studies", ()):
        if study["status"] == RecordStatus.CURRENT:
            found.extend(treatment_pages(study, given[study["id"]]))
    return sorted(found, key=lambda row: row[:4])
