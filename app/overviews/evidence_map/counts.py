"""Counts the studies of the evidence map: stored counts, stored rows, or by outcomes.

Of all studies the counts are stored. Where studies are asked for, their stored rows are counted;
where people are, or retracted work is to count, the outcomes that are meant are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from app.db.statements import Rows
from app.models import FacetCount, Outcome, StudyFacets, StudyTreatmentPage
from app.query.facets import (
    ALL,
    MOST_RECORDS,
    STATUS,
    StoredRows,
    ValueForm,
    counted_over,
    counts_everything,
)
from app.query.facets.declaration import ALL_RECORDS, LEFT_OUT, SOUND
from app.query.filters import filters_by_parameter
from app.query.plan import Plan
from app.query.request import ListRequest
from app.records.outcomes.filters import OUTCOMES
from app.records.studies.fact_filters import GIVEN_FILTERS
from app.records.studies.map_cells import (
    BETWEEN,
    BY_TREATMENT,
    CELL,
    ITSELF,
    SOUND_OUTCOME,
    investigated_treatments,
    measured_domains,
)
from app.records.studies.population_filters import POPULATION
from app.records.study_list import STUDIES
from app.values.packed_numbers import unpack_numbers

POPULATION_PARAMETERS = filters_by_parameter(POPULATION.filters)
GIVEN_PARAMETERS = filters_by_parameter(GIVEN_FILTERS)
TERMS_AT_ONCE = 500
Cell = tuple[int, str | None, int, str, int]  # treatment, domain, how far reported, design, studies
Counts = FacetCount.__table__.c
Stored = StudyFacets.__table__.c


@dataclass(frozen=True)
class MapCounts:
    """How many studies were found and are counted, and how many are in each row and cell.

    `treatments` are treatment, design and number of studies; `itself` the treatments that some
    study gives in this very form; `cells` gives those of some treatments.
    """

    found: int
    counted: int
    treatments: list[tuple[int, str, int]]
    itself: set[int]
    cells: Callable[[Collection[int]], Iterable[Cell]]
    capped: bool


def map_counts(connection: Connection, list_request: ListRequest) -> MapCounts:
    """The counts of the studies asked for; raises Problem for terms that are not known."""
    if counts_everything(list_request):
        return _stored_counts(connection)
    return _counts_of_found(connection, list_request)


def _stored_counts(connection: Connection) -> MapCounts:
    """The counts of all studies, as the journal keeps them."""
    mine = Counts.kind == STUDIES.kind.name
    columns = (Counts.term_id, Counts.value, Counts.records)

    def read(facet: str, *also: Any) -> list[Any]:
        query: Rows = select(*columns).where(mine, Counts.facet == facet, *also)
        return list(connection.execute(query))

    def cells(treatments: Collection[int]) -> Iterator[Cell]:
        for some in _some(treatments):
            for term, words, number in read(CELL, Counts.term_id.in_(some)):
                domain, known, design = words.split(BETWEEN)
                yield term, domain or None, int(known), design, number

    sizes = {value: number for _, value, number in read(ALL_RECORDS)}
    sound = sizes.get(SOUND, 0)
    treatments = [tuple(row) for row in read(BY_TREATMENT)]
    itself = {term for term, _, _ in read(ITSELF)}
    return MapCounts(sound + sizes.get(LEFT_OUT, 0), sound, treatments, itself, cells, capped=False)


def _some(treatments: Collection[int]) -> Iterator[list[int]]:
    every = sorted(treatments)
    for start in range(0, len(every), TERMS_AT_ONCE):
        yield every[start : start + TERMS_AT_ONCE]


def _counts_of_found(connection: Connection, list_request: ListRequest) -> MapCounts:
    """The counts of the studies that are found, from their stored rows."""
    plan = Plan.of(connection, STUDIES, list_request)
    columns = (Stored.design, Stored.investigated, Stored.investigated_itself, Stored.domains)
    plain = [(each, ValueForm.PLAIN) for each in columns]
    rows = StoredRows.of(connection, plan, STUDIES.stored_facets, plain)
    found = counted = 0
    alike: Counter[tuple[str, bytes, str]] = Counter()  # studies of one design in the same cells
    given: set[bytes] = set()
    for number, some in rows.pieces(connection):
        found += number
        counted += len(some)
        alike.update((row[1], row[2], row[4]) for row in some)
        given.update(row[3] for row in some)
    treatments, looked_at = Counter[tuple[int, str]](), Counter[tuple[int, str, str]]()
    for (design, investigated, domains), number in alike.items():
        for term in unpack_numbers(investigated):
            treatments[term, design] += number
            looked_at[term, design, domains] += number
    meant = _meant_outcomes(connection, list_request)

    def cells(shown: Collection[int]) -> Iterable[Cell]:
        if meant is not None:
            return _cells_of_outcomes(connection, plan, shown, meant)
        return _cells_of_rows(looked_at, shown)

    totals = [(term, design, number) for (term, design), number in treatments.items()]
    itself = set(unpack_numbers(b"".join(given)))
    return MapCounts(found, counted, totals, itself, cells, capped=found > MOST_RECORDS)


def _cells_of_rows(
    looked_at: Counter[tuple[int, str, str]], treatments: Collection[int]
) -> Iterator[Cell]:
    """The cells of some treatments; `looked_at` has studies by treatment, design and domains."""
    cells: Counter[tuple[int, str, str]] = Counter()
    for (term, design, domains), number in looked_at.items():
        if term in treatments:
            for each in domains.split():
                cells[term, each, design] += number
    for (term, each, design), number in cells.items():
        domain, known = each.split(BETWEEN)
        yield term, domain or None, int(known), design, number


def _meant_outcomes(connection: Connection, list_request: ListRequest) -> list[Any] | None:
    """What outcomes have to meet to count; None: what the stored rows are made of.

    Those that rest on retracted work only count where every one is wanted; where people are asked
    for, only those that are about them count.
    """
    every = ALL in list_request.values.get(STATUS, ())
    people = any(name in POPULATION_PARAMETERS for name in list_request.values)
    meant = [] if every else [SOUND_OUTCOME]
    if not people:
        return meant if every else None
    values = {
        name: each
        for name, each in list_request.values.items()
        if name in {*POPULATION_PARAMETERS, *GIVEN_PARAMETERS}
    }
    of_outcomes = replace(ListRequest.of(OUTCOMES, 1), values=values, options=list_request.options)
    return [*meant, Outcome.id.in_(Plan.of(connection, OUTCOMES, of_outcomes).ids(connection))]


def _cells_of_outcomes(
    connection: Connection, plan: Plan, treatments: Collection[int], meant: list[Any]
) -> Iterator[Cell]:
    """The cells of some treatments, by the outcomes that are meant."""
    found = counted_over(connection, plan, "found")[1]
    designs = select(Stored.study_id.label("study"), Stored.design)
    of = designs.join(found, found.c.id == Stored.study_id).cte("designs")
    of = of.prefix_with("MATERIALIZED")
    of_found = measured_domains(*meant).join(of, of.c.study == Outcome.study_id)
    measured = of_found.subquery("measured")
    # + 0: SQLite would look each study's rows up for every treatment, one by one
    shown = (StudyTreatmentPage.term_id + 0).in_(list(treatments))
    given = (
        investigated_treatments().where(shown).join(of, of.c.study == StudyTreatmentPage.study_id)
    )
    # else SQLite walks all outcomes for each of these rows
    each = given.add_columns(of.c.design).cte("investigated").prefix_with("MATERIALIZED")
    columns = (each.c.term_id, measured.c.domain, measured.c.known, each.c.design)
    query: Rows = select(*columns, func.count().label("n"))
    query = query.join(measured, measured.c.study == each.c.study).group_by(*columns)
    yield from (tuple(row) for row in connection.execute(query))
