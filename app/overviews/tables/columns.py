"""Columns of flat tables, each declared once: OpenAPI, the header and the docs follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.models import (
    Arm,
    ArmTreatment,
    Claim,
    Group,
    Population,
    Study,
    Term,
    group_arms,
    population_conditions,
)
from app.models.base import OneOf
from app.models.claim import claim_facts
from app.query.exports import JOINED_BY
from app.records.studies.design import design
from app.values.ages import Ages
from app.vocabulary import Design

QUOTES_JOINED_BY = " | "  # quotes have semicolons of their own
Cells = Mapping[str, Any]  # a row as the database has it, by the names of the columns


@dataclass(frozen=True)
class TableColumn:
    """A column of a flat table: its name, what it holds, its sentence, and where it is read.

    `holds` is the type of a value; any may be missing, which is null in JSON and an empty cell.
    `value` is what is selected; `read` makes of that, and of the row around it, what is given.
    """

    name: str
    holds: type[Any]
    meaning: str
    value: Any = None
    read: Callable[[Any, Cells], Any] | None = None

    def of(self, row: Cells) -> Any:
        """What the row has here: a word, a number, true or false, or None."""
        found = row.get(self.name)
        if self.read is not None:
            return self.read(found, row)
        return bool(found) if self.holds is bool and found is not None else found


def stored(column: Any, name: str = "", meaning: str = "") -> TableColumn:
    """A column that a table of the database has: its type, and its comment as the meaning."""
    described = column.expression
    kind = described.type
    holds = kind.vocabulary if isinstance(kind, OneOf) else kind.python_type
    return TableColumn(name or column.key, holds, meaning or str(described.comment), column)


def joined(name: str, meaning: str, values: Any, of: Any, by: str = JOINED_BY) -> TableColumn:
    """The words that a statement selects for a row of the table `of`, in its order, in one cell."""
    return TableColumn(name, str, meaning, words_of(values, of, by))


def words_of(values: Any, of: Any, by: str = JOINED_BY) -> Any:
    """The words that a statement selects for a row of the table `of`, one after the other."""
    some = values.correlate(of).subquery()
    return select(func.aggregate_strings(some.c[0], by)).scalar_subquery()


def claims_of(fact: Any, of: Any) -> tuple[Any, Any]:
    """The slugs of the claims that a fact rests on, and their quotes, side by side."""
    where = fact == of.id
    source = select(Claim.slug).join(claim_facts, claim_facts.c.claim_id == Claim.id).where(where)
    quoted = source.with_only_columns(Claim.quote).where(Claim.quote.is_not(None))
    slugs = words_of(source.order_by(Claim.slug), of)
    return slugs, words_of(quoted.order_by(Claim.slug), of, QUOTES_JOINED_BY)


STUDY = (
    stored(Study.slug, "study", "The study, by its slug."),
    stored(Study.label, "study_label"),
    stored(Study.year),
    stored(Study.study_type),
    TableColumn("design", Design, "The design that the study's arrangement amounts to.", design()),
    stored(Study.allocation),
)

_ARMS = select(Arm.key).join(group_arms, group_arms.c.arm_id == Arm.id)
_GIVEN = (
    select(Term.slug)
    .join(ArmTreatment, ArmTreatment.treatment_id == Term.id)
    .join(Arm, Arm.id == ArmTreatment.arm_id)
    .join(group_arms, group_arms.c.arm_id == Arm.id)
    .where(group_arms.c.group_id == Group.id)
    .group_by(Term.slug)
    .order_by(func.min(Arm.position), func.min(ArmTreatment.position), Term.slug)
)
GROUP = (
    stored(Group.key, "group", "The people that the number is about, by their key in the study."),
    stored(Group.title, "group_title"),
    stored(Group.analysis_set),
    stored(Group.n, "group_n", "How many the group is; empty: not reported."),
    stored(Group.unit, "group_n_unit", "What group_n counts."),
)
ARMS = (
    joined(
        "arms",
        "The arms whose people are in the group, by their keys.",
        _ARMS.where(group_arms.c.group_id == Group.id).order_by(Arm.position),
        Group,
    ),
    joined("treatments", "What these arms get, each once, by slug.", _GIVEN, Group),
)


def _end_days(found: Any, row: Cells) -> int | None:
    return Ages(row["age_min_days"], found).end_days


def _ages(found: Any, row: Cells) -> str | None:
    """The ages in words; the end in days stands in the row as the database has it."""
    return Ages(row["age_min_days"], found).text


_CONDITIONS = select(Term.slug).join(
    population_conditions, population_conditions.c.condition_id == Term.id
)
POPULATION = (
    stored(Population.key, "population", "The population of the group, by its key in the study."),
    stored(Population.kind, "population_kind"),
    stored(Population.label, "population_label"),
    stored(Population.n, "population_n", "How many people the population is; empty: not reported."),
    stored(Population.age_min, "age_min_days", "Youngest age in days; empty: not stated."),
    TableColumn(
        "age_end_days",
        int,
        "First day that is too old; empty: not stated, or no limit (see ages).",
        Population.age_max,
        _end_days,
    ),
    TableColumn("ages", str, "The ages in words, as 10 to 18 years.", Population.age_max, _ages),
    stored(Population.age_group),
    stored(Population.age_basis),
    stored(Population.sex),
    joined(
        "conditions",
        "The conditions that all of these people have, by slug.",
        _CONDITIONS.where(population_conditions.c.population_id == Population.id).order_by(
            Term.slug
        ),
        Population,
    ),
)
