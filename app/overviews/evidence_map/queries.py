"""Draws the evidence map from its counts, broader treatments above narrower ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select
from starlette.datastructures import QueryParams

from app.api.problems import invalid_parameter
from app.db.statements import Rows
from app.models import CaseEvent, CaseReport, Term, TermAncestor
from app.overviews.evidence_map.counts import map_counts
from app.query.cards import CURRENT
from app.query.lists import NOTE
from app.query.ordering import LAST_CHANGE
from app.query.request import ListRequest, parse_request
from app.records.studies.map_cells import REPORTED, UNCLEAR, UNMEASURED, UNREPORTED
from app.records.study_list import STUDIES
from app.vocabulary import CaseEventType, Design, OutcomeDomain, PublicationStatus

MOST_ROWS = 200  # treatments on a map, those with most studies
EXPOSURES = (CaseEventType.EXPOSURE, CaseEventType.RE_EXPOSURE)
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
    counts = map_counts(connection, list_request)
    asked = list_request.values or list_request.where
    case_reports = None if asked else _case_report_counts(connection)
    terms = _terms(connection, counts.itself | _exact_treatments(connection, case_reports or {}))
    rows = _rows(terms, counts.treatments, case_reports)
    shown = dict(list(rows.items())[:MOST_ROWS])
    domains = _fill(shown, counts.cells(shown))
    return {
        "domains": [each for each in (*OutcomeDomain, None) if each in domains],
        "rows": list(shown.values()),
        "studies": counts.counted,
        "left_out": counts.found - counts.counted,
        "capped": counts.capped or len(rows) > len(shown),
    }


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
    for treatment, kind, number in totals:
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
