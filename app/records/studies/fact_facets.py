"""What facts can be counted by beside their own: the people and treatments of their sides.

A fact counts for a value if one of its sides meets that and everything else that is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import CTE, and_, func, literal, not_, or_, select

from app.db.statements import Rows
from app.models import (
    ANY_TERM,
    Arm,
    ArmTreatment,
    Relation,
    Term,
    TermAncestor,
    group_arms,
)
from app.query.criteria import Clause, Criterion
from app.query.facets import Also, Facet
from app.records.studies.fact_filters import side_clauses
from app.records.studies.fact_sides import Asked, People, Sides, people_of_side, some_row
from app.records.studies.population_criteria import in_group, of_sex
from app.vocabulary import AgeGroup, Sex

CERTAIN = (Relation.ALL, Relation.INCLUDES)


def meets_of_part(sides: Sides) -> Callable[[list[Criterion], bool], list[Clause]]:
    """What a part of a fact has to meet: some side of it is as asked."""

    def meets(found: list[Criterion], sure: bool) -> list[Clause]:  # noqa: FBT001 # read off match
        asked = Asked.of(found)
        own = [sides.meets(asked.own)] if asked.own else []
        if not asked.graded:
            return _of_some_row(sides, own, people=False)
        return _of_some_row(sides, side_clauses(sides, asked, sure=sure), people=bool(asked.people))

    return meets


def _of_some_row(sides: Sides, where: Sequence[Clause], *, people: bool) -> list[Clause]:
    """Some row of the index, of the part that is looked at, meets all."""
    if not where:
        return []
    index = sides.index.__table__
    same = sides.same_part
    if not people:
        return [some_row(index, (index,), same, *where)]
    joined = index.join(People.__table__, people_of_side(sides.index, People))
    tables = (index, People.__table__)
    return [some_row(joined, tables, same, People.term_id == ANY_TERM, *where)]


def fact_facets(sides: Sides) -> tuple[Facet, ...]:
    """Age groups, sexes, conditions and treatments of the sides of a kind of fact."""
    with_people = sides.joined_to_people()

    def meets(found: list[Criterion], sure: bool) -> list[Clause]:  # noqa: FBT001 # read off match
        asked = Asked.of(found)
        if asked.graded:
            return side_clauses(sides, asked, sure=sure)
        return [sides.meets(asked.own)] if asked.own else []

    def by_people(name: str, values: Iterable[Any], rule: Any, meaning: str) -> Facet:
        def counted(found: CTE, also: Also) -> Iterator[Rows]:
            for value in values:
                query: Rows = select(
                    literal(str(value)), literal(None), func.count(sides.fact.distinct())
                )
                query = query.select_from(with_people).join(found, found.c.id == sides.fact)
                near = sides.index.relation.in_(CERTAIN)
                yield query.where(People.term_id == ANY_TERM, near, rule(value), *also)

        return Facet(name, meaning, counted, meets=meets)

    def conditions(found: CTE, also: Also) -> Iterator[Rows]:
        number = func.count(sides.fact.distinct()).label("number")
        rows: Rows = select(People.term_id.label("term"), number).select_from(with_people)
        rows = rows.join(found, found.c.id == sides.fact)
        near = sides.index.relation.in_(CERTAIN)
        each = rows.where(People.term_id > 0, near, *also).group_by(People.term_id).subquery()
        yield select(Term.slug, Term.name, each.c.number).join(each, each.c.term == Term.id)

    def treatments(found: CTE, also: Also) -> Iterator[Rows]:
        number = func.count(sides.fact.distinct()).label("number")
        arms, given, above = Arm.__table__.alias(), ArmTreatment, TermAncestor
        in_group = select(group_arms.c.arm_id).where(group_arms.c.group_id == sides.index.group_id)
        told = sides.index.arms_told
        theirs = or_(
            and_(told, arms.c.id.in_(in_group)),
            and_(not_(told), arms.c.study_id == sides.index.study_id),
        )
        source = with_people.join(arms, and_(arms.c.study_id == sides.index.study_id, theirs))
        source = source.join(given.__table__, given.arm_id == arms.c.id)
        source = source.join(above.__table__, above.term_id == given.treatment_id)
        rows: Rows = select(above.ancestor_id.label("term"), number).select_from(source)
        rows = rows.join(found, found.c.id == sides.fact)
        sure = or_(told, sides.untold, _every_arm_gets(sides.index.study_id, above.ancestor_id))
        own = People.term_id == ANY_TERM
        each = rows.where(own, sure, *also).group_by(above.ancestor_id).subquery()
        yield select(Term.slug, Term.name, each.c.number).join(each, each.c.term == Term.id)

    return (
        by_people("age_group", list(AgeGroup), in_group, "Standard age group of its people."),
        by_people("sex", list(Sex), lambda sex: of_sex([sex]), "Sex that its people have."),
        Facet("condition", "Condition of its people, broader too.", conditions, meets=meets),
        Facet("treatment", "Treatment that its people got.", treatments, meets=meets),
    )


def _every_arm_gets(study: Any, term: Any) -> Clause:
    """No arm of a study is without a treatment."""
    arms, given = Arm.__table__.alias(), ArmTreatment.__table__.alias()
    above = TermAncestor.__table__.alias()
    gets = some_row(
        given.join(above, above.c.term_id == given.c.treatment_id),
        (given, above),
        given.c.arm_id == arms.c.id,
        above.c.ancestor_id == term,
    )
    return not_(some_row(arms, (arms,), arms.c.study_id == study, not_(gets)))
