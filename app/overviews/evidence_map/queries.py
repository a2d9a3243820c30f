"""Counts the evidence map in five statements, however many studies there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, Connection, ScalarSelect, case, func, select
from starlette.datastructures import QueryParams

from app.api.problems import invalid_parameter
from app.db.statements import Rows
from app.models import CaseEvent, CaseReport, Outcome, Study, StudyTreatmentPage, Term, TermAncestor
from app.query.cards import CURRENT
from app.query.facets import ALL, MOST_RECORDS, STATUS, counted_over
from app.query.filters import filters_by_parameter
from app.query.lists import NOTE
from app.query.ordering import LAST_CHANGE
from app.query.plan import Plan
from app.query.request import ListRequest, parse_request
from app.records.outcomes.filters import OUTCOMES
from app.records.studies.design import design
from app.records.studies.fact_filters import GIVEN_FILTERS
from app.records.studies.population_filters import POPULATION
from app.records.study_list import STUDIES
from app.vocabulary import (
    CaseEventType,
    Design,
    OutcomeDomain,
    PublicationStatus,
    Reporting,
    TreatmentRole,
)

TreatmentIndex = StudyTreatmentPage
POPULATION_PARAMETERS = filters_by_parameter(POPULATION.filters)
GIVEN_PARAMETERS = filters_by_parameter(GIVEN_FILTERS)
MOST_ROWS = 200  # treatments on a map, those with most studies
EXPOSURES = (CaseEventType.EXPOSURE, CaseEventType.RE_EXPOSURE)
NOT_REPORTED = (Reporting.ANALYSED_NOT_REPORTED, Reporting.MEASURED_NOT_ANALYSED)
NOT_MEASURED = (Reporting.PLANNED_NOT_COLLECTED, Reporting.NOT_MEASURED)
# A study is in a cell once, by the most that is known of it there.
REPORTED, UNREPORTED, UNCLEAR, UNMEASURED = 0, 1, 2, 3
NAMES = {UNREPORTED: "measured_not_reported", UNCLEAR: "unclear", UNMEASURED: "not_measured"}
EXCLUDED_PARAMETERS = (
    "as_of",
    "sort",
    "limit",
    "cursor",
    "after",
    "fields",
    "format",
    "facet",
    "facet.own",
)


def parse_map_request(query: QueryParams) -> ListRequest:
    """The filters of studies; raises Problem for whatever a map cannot take."""
    for name in EXCLUDED_PARAMETERS:
        if name in query:
            raise invalid_parameter(name, "the map takes the filters on studies only")
    return parse_request(STUDIES, query)


def evidence_map(connection: Connection, list_request: ListRequest) -> dict[str, Any]:
    """The map of the studies that were asked for; raises Problem for terms that are not known."""
    change = connection.execute(select(LAST_CHANGE)).scalar_one()
    drawn = _draw_map(connection, list_request)
    return {**drawn, "scope": {"last_change": change, "note": NOTE}}


def _draw_map(connection: Connection, list_request: ListRequest) -> dict[str, Any]:
    plan = Plan.of(connection, STUDIES, list_request)
    everything, found = counted_over(connection, plan, "found")
    counted, held = connection.execute(select(_size(found), _size(everything))).one()
    totals: list[Any] = list(connection.execute(_totals(found)))
    asked = list_request.values or list_request.where
    case_reports = None if asked else _case_report_counts(connection)
    terms = _terms(
        connection,
        {row.treatment for row in totals if row.direct}
        | _exact_treatments(connection, case_reports or {}),
    )
    rows = _rows(terms, totals, case_reports)
    shown = dict(list(rows.items())[:MOST_ROWS])
    meant = [*_sound(list_request), *_of_people(connection, list_request)]
    domains = _fill(shown, connection.execute(_cells(found, shown, meant)))
    return {
        "domains": [each for each in (*OutcomeDomain, None) if each in domains],
        "rows": list(shown.values()),
        "studies": counted,
        "left_out": held - counted,
        "capped": held > MOST_RECORDS or len(rows) > len(shown),
    }


def _sound(list_request: ListRequest) -> list[Any]:
    """Outcomes that rest on retracted work only count where every one is wanted."""
    every = ALL in list_request.values.get(STATUS, ())
    return [] if every else [Outcome.publication_status != PublicationStatus.RETRACTED]


def _of_people(connection: Connection, list_request: ListRequest) -> list[Any]:
    """Where people are asked for, only outcomes that are about them count."""
    if not any(name in POPULATION_PARAMETERS for name in list_request.values):
        return []
    values = {
        name: each
        for name, each in list_request.values.items()
        if name in {*POPULATION_PARAMETERS, *GIVEN_PARAMETERS}
    }
    of_outcomes = replace(ListRequest.of(OUTCOMES, 1), values=values, options=list_request.options)
    return [Outcome.id.in_(Plan.of(connection, OUTCOMES, of_outcomes).ids(connection))]


def _size(found: CTE) -> ScalarSelect[int]:
    return select(func.count()).select_from(found).scalar_subquery()


def _designs(found: CTE) -> CTE:
    """The design of each study of the map, found out once however many rows ask for it."""
    studies = select(Study.id.label("study"), design().label("design"))
    designs = studies.join(found, found.c.id == Study.id).cte("designs")
    return designs.prefix_with("MATERIALIZED")


def _investigated(of: CTE, *where: Any) -> Any:
    """Studies with each treatment that they investigate, broader ones too, and their design.

    The page index has a row for each treatment of a study in a role, and no two.
    """
    return (
        select(
            TreatmentIndex.term_id.label("treatment"),
            TreatmentIndex.study_id.label("study"),
            of.c.design,
            case((TreatmentIndex.direct, 1), else_=0).label("direct"),
        )
        .join(of, of.c.study == TreatmentIndex.study_id)
        .where(TreatmentIndex.role == TreatmentRole.INVESTIGATED, *where)
        .cte("investigated")
        .prefix_with("MATERIALIZED")  # else SQLite walks all outcomes for each of these rows
    )


def _totals(found: CTE) -> Rows:
    """By treatment and design, how many studies investigate it."""
    given = _investigated(_designs(found))
    columns = (given.c.treatment, given.c.design)
    direct = func.max(given.c.direct).label("direct")
    return select(*columns, func.count().label("n"), direct).group_by(*columns)


def _cells(found: CTE, treatments: Iterable[int], meant: list[Any]) -> Rows:
    """By treatment of some, domain, design and how far it is reported, how many studies.

    They count by the outcomes that are meant.
    """
    designs = _designs(found)
    known: Any = case(
        (Outcome.reporting.in_(NOT_MEASURED), UNMEASURED),
        (Outcome.reporting == Reporting.UNCLEAR, UNCLEAR),
        (Outcome.reporting.in_(NOT_REPORTED), UNREPORTED),
        else_=REPORTED,
    )
    measured = (
        select(
            Outcome.study_id.label("study"),
            Term.domain.label("domain"),
            func.min(known).label("known"),
        )
        .join(designs, designs.c.study == Outcome.study_id)
        .join(Term, Term.id == Outcome.measure_id)
        .where(Outcome.status == CURRENT, *meant)
        .group_by(Outcome.study_id, Term.domain)
        .subquery("measured")
    )
    # + 0: SQLite would look each study's rows up for every treatment, one by one
    given = _investigated(designs, (TreatmentIndex.term_id + 0).in_(list(treatments)))
    columns = (given.c.treatment, measured.c.domain, measured.c.known, given.c.design)
    query: Rows = select(*columns, func.count().label("n"))
    return query.join(measured, measured.c.study == given.c.study).group_by(*columns)


def _case_report_counts(connection: Connection) -> dict[int, int]:
    """How many sound case reports tell of a patient who got each treatment, or a narrower one."""
    event = CaseEvent.__table__.c
    query: Rows = (
        select(TermAncestor.ancestor_id, func.count(event.case_report_id.distinct()))
        .join(TermAncestor, TermAncestor.term_id == event.term_id)
        .join(CaseReport, CaseReport.id == event.case_report_id)
        .where(
            event.type.in_(EXPOSURES),
            CaseReport.status == CURRENT,
            CaseReport.publication_status != PublicationStatus.RETRACTED,
        )
        .group_by(TermAncestor.ancestor_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _exact_treatments(connection: Connection, case_reports: dict[int, int]) -> set[int]:
    """Of these treatments, those that some patient got in this very form."""
    event = CaseEvent.__table__.c
    exact = select(event.term_id).where(event.type.in_(EXPOSURES)).distinct()
    return set(case_reports) & set(connection.execute(exact).scalars())


def _terms(connection: Connection, ids: Iterable[int]) -> dict[int, Any]:
    """The treatments of the map, by number."""
    columns = (Term.id, Term.slug, Term.name, Term.parent_id)
    query = select(*columns).where(Term.id.in_(set(ids)), Term.status == CURRENT)
    return {row.id: row for row in connection.execute(query)}


def _no_studies() -> dict[str, int]:
    return {each.value: 0 for each in Design}


def _rows(
    terms: dict[int, Any], totals: Iterable[Any], case_reports: dict[int, int] | None
) -> dict[int, dict[str, Any]]:
    """The rows of the map: each treatment above its narrower ones, most studies first."""
    rows: dict[int, dict[str, Any]] = {
        id_: {
            "treatment": {"kind": "treatment", "slug": term.slug, "name": term.name},
            "parent": terms[term.parent_id].slug if term.parent_id in terms else None,
            "studies": _no_studies(),
            "case_reports": None if case_reports is None else case_reports.get(id_, 0),
            "cells": {},
        }
        for id_, term in terms.items()
    }
    for treatment, kind, number, _ in totals:
        if treatment in rows:
            rows[treatment]["studies"][kind] = number
    by_slug = {terms[id_].slug: id_ for id_ in rows}
    nested = (
        by_slug[row["treatment"]["slug"]] for row in _narrower_after_broader(list(rows.values()))
    )
    return {id_: rows[id_] for id_ in nested}


def _fill(rows: dict[int, dict[str, Any]], cells: Iterable[Any]) -> set[str | None]:
    """Write the cells into their rows; gives the domains that there are."""
    for treatment, domain, known, kind, number in cells:
        empty = {"domain": domain, "reported": _no_studies(), **dict.fromkeys(NAMES.values(), 0)}
        cell = rows[treatment]["cells"].setdefault(domain, empty)
        if known == REPORTED:
            cell["reported"][kind] = number
        else:
            cell[NAMES[known]] += number
    domains = {domain for row in rows.values() for domain in row["cells"]}
    for row in rows.values():
        row["cells"] = sorted(row["cells"].values(), key=lambda each: str(each["domain"]))
    return domains


def _narrower_after_broader(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row followed by those below it; beside one another, most studies first."""

    def weight(row: dict[str, Any]) -> tuple[int, int, str]:
        return -sum(row["studies"].values()), -(row["case_reports"] or 0), row["treatment"]["slug"]

    below: dict[str | None, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=weight):
        below.setdefault(row["parent"], []).append(row)
    ordered: list[dict[str, Any]] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += reversed(below.get(row["treatment"]["slug"], []))
    return ordered
