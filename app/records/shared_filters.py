"""Filters that lists of several kinds have: words, publication status."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from sqlalchemy import exists, func, literal_column, select, true

from app.db.statements import BoundNumber
from app.models import Citation, StudyCitation
from app.query.criteria import Clause
from app.query.filters import Binding, Filter, UnknownValue
from app.query.fulltext.engines import bind_queries
from app.query.fulltext.search import Found
from app.query.fulltext.syntax import HOW, read_query
from app.values.ages import GROUP_AGES, NO_LIMIT, Ages
from app.vocabulary import PublicationStatus

MICRO_SIGN, MU = "\u00b5", "\u03bc"  # which NFKC makes of it
ANY_STATUS = "any"  # facts that rest only on retracted publications are counted, too


def _read_status(written: str) -> str:
    words = [ANY_STATUS, *(each.value for each in PublicationStatus)]
    if written not in words:
        raise UnknownValue(written, words)
    return written


def publication_status(found: Callable[[list[str]], Clause], whose: str) -> Filter:
    """The filter by what became of publications; `any` holds for everything, and counts it."""
    return Filter(
        "publication_status",
        f"What became of {whose}; any: counts also what was retracted.",
        lambda statuses: true() if ANY_STATUS in statuses else found(statuses),
        _read_status,
        {"type": "string", "enum": [ANY_STATUS, *(each.value for each in PublicationStatus)]},
        "any",
        PublicationStatus,
    )


def read_words(written: str) -> str:
    """Words as they are written; raises ValueError where there are none."""
    if not written.strip():
        raise ValueError("is empty: give a value")
    return written


def fold_unit(written: str) -> str:
    """A unit without what tells no two apart: case, spaces, and which sign stands for micro.

    Raises ValueError where there is none.
    """
    written = read_words(written)
    return unicodedata.normalize("NFKC", written).lower().replace(" ", "")


def in_units(column: Any, units: list[str]) -> Clause:
    """The column holds one of these units, which are folded."""
    plain = func.lower(func.replace(func.replace(column, " ", ""), MICRO_SIGN, MU))
    return plain.in_(units)


def status_of_fact(model: type[Any]) -> Filter:
    """The filter by what became of the sources of a fact itself."""
    return publication_status(
        model.publication_status.in_, "the sources it rests on, of which the least grave counts"
    )


def retracted_facts(model: type[Any]) -> Any:
    """The facts all of whose sources were retracted; an index has them, and few are there."""
    retracted: Any = literal_column(f"'{PublicationStatus.RETRACTED.value}'")
    return select(model.id).where(model.publication_status == retracted)


def retracted_only() -> Any:
    """The studies all of whose publications, and there are some, were retracted."""
    retracted = Citation.publication_status == PublicationStatus.RETRACTED
    other, good = StudyCitation.__table__.alias("other"), Citation.__table__.alias("good")
    sound = exists(
        select(literal_column("1"))
        .join_from(other, good, good.c.id == other.c.citation_id)
        .where(
            other.c.study_id == StudyCitation.study_id,
            good.c.publication_status != PublicationStatus.RETRACTED,
        )
    )
    return select(StudyCitation.study_id).join(StudyCitation.citation).where(retracted, ~sound)


def words_filter(kind: str, model: Any) -> Filter:
    """The filter `q` of a list: its records match a query."""
    return Filter(
        "q",
        f"{HOW}. Case, accents and hyphens make no difference.",
        lambda queries: Found(model.id, kind, queries),
        read_query,
        example="ketamine",
        bind=bind_queries,
    )


def bind_ages(name: str, spans: list[Ages], _dialect: str) -> Binding | None:
    """Ages whose ends can be bound anew, of one stretch: several may touch, and become one.

    Their shape is which ends there are, and the groups of labels all of which lie in them.
    """
    if len(spans) != 1:
        return None
    start, end = spans[0].stretch
    ends = {"start": start, "end": end if end != NO_LIMIT else 0}
    bound = {f"{name}_{each}": days for each, days in ends.items() if days}
    made = {each: BoundNumber(f"{name}_{each}", days) for each, days in ends.items() if days}
    groups = tuple(group for group, ages in GROUP_AGES.items() if spans[0].contains(ages))
    stretch: Any = Ages(made.get("start", 0), made.get("end", NO_LIMIT))  # type: ignore[arg-type]
    return Binding([stretch], (tuple(made), groups), bound)
