"""Filters of facts by the people that their numbers are about: outcomes and adverse events.

A number is about its groups. Each group, or side of a result, is met by the filters on people as
its populations are (app/journal/pages/rows.py says which these are, and how near), by those on
treatments as its arms are, and by its own number of people; all have to meet in one side. A fact is
as sure as its surest side. All of it is as asked only if the people of every side are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    and_,
    false,
    not_,
    or_,
    true,
)
from sqlalchemy.sql.util import ClauseAdapter

from app.api.problems import invalid_parameter
from app.models import (
    ANY_TERM,
    NO_TERM,
    ArmTreatment,
)
from app.query.criteria import (
    NOT,
    Clause,
    Criterion,
    IndexScan,
    Match,
    MatchOptions,
    all_definite,
    all_within,
    graded,
)
from app.query.filters import (
    Filter,
    FilterGroup,
    MatchDetails,
    bind_ranges,
    read_range,
    term_filter,
    vocabulary_filter,
)
from app.query.request import ListDefinition, ListRequest
from app.records.names import narrower_terms
from app.records.studies.arm_filters import DOSE, ROUTE
from app.records.studies.fact_sides import (
    NAMES_OF_PEOPLE,
    NAMES_OF_TREATMENT,
    PEOPLE,
    Asked,
    People,
    Sides,
    TreatmentIndex,
    all_of_side,
    base_name,
    criteria_on_people,
    every_side,
    near_enough,
    people_of_side,
    said_of_rows,
    side_gets,
    some_row,
)
from app.records.studies.population_criteria import OF_NUMBER, of_other_rows, stretches
from app.records.studies.population_filters import refine_negated
from app.vocabulary import TreatmentRole


def _given(sides: Sides) -> FilterGroup:
    """What the people of a side were given, in one row of what an arm gets."""

    def combine(found: list[Criterion]) -> list[Criterion]:
        together = [each for each in found if each.barred is None]
        apart = [each for each in found if each.barred is not None]
        combined = []
        if together:
            one = side_gets(sides, together[0].name, all_definite(together))
            combined.append(replace(one, alternatives=_treatment_stretches(together)))
        for each in apart:
            assert each.barred is not None  # noqa: S101 # chosen so
            combined.append(
                side_gets(sides, each.name.removesuffix(NOT), each.barred).negated(graded=True)
            )
        return combined

    return FilterGroup(GIVEN_FILTERS, _never, combine=combine)


def _never(_found: list[Criterion], _options: MatchOptions) -> Clause:
    """Criteria that are combined with others are never asked for themselves."""
    raise NotImplementedError


def _treatment_stretches(found: Sequence[Criterion]) -> tuple[Clause, ...]:
    return next((each.alternatives for each in found if each.name == "treatment"), ())


def _treatment(name: str, meaning: str, example: str) -> Filter:
    return replace(
        term_filter(
            name,
            "treatment",
            meaning,
            lambda ids: ArmTreatment.treatment_id.in_(narrower_terms(ids)),
            ArmTreatment.treatment_id.in_,
            example,
        ),
        scanned=TreatmentIndex.term_id.in_,
    )


GIVEN_FILTERS: tuple[Filter, ...] = (
    _treatment("treatment", "A treatment that its people got, or a narrower one.", "ketamine"),
    vocabulary_filter(
        "treatment_role", TreatmentRole, ArmTreatment.role, "What the treatment is to their arm."
    ),
    ROUTE,
    DOSE,
)
COMPARATOR = _treatment(
    "comparator", "A treatment that it is compared with, or a narrower one.", "placebo"
)
Compared = Callable[[str, Clause], Criterion]


def _comparator(compared: Compared) -> FilterGroup:
    """What the number is compared with, as the kind of fact has it."""

    def combine(found: list[Criterion]) -> list[Criterion]:
        combined = []
        for each in found:
            rows = each.definite if each.barred is None else each.barred
            one = compared(COMPARATOR.name, rows)
            scanned = replace(one, alternatives=each.alternatives)
            combined.append(scanned if each.barred is None else one.negated(graded=True))
        return combined

    return FilterGroup((COMPARATOR,), _never, combine=combine)


def _asked_alone(found: list[Criterion]) -> list[Criterion]:
    """What a list asks of its own parts stands beside what is asked of their people."""
    return found


def fact_filters(
    sides: Sides, compared: Compared, own: FilterGroup, details: MatchDetails
) -> FilterGroup:
    """The filters of a kind of fact that all have to meet in one of its sides."""
    n = Filter(
        "n",
        "How many people it is about, where the source says so.",
        lambda spans: or_(*(each.of(sides.n) for each in spans)),
        read_range,
        example="10..",
        unknown=sides.n.is_(None),
        bind=bind_ranges,
    )

    def refine(found: list[Criterion]) -> list[Criterion]:
        return [
            refine_negated(each, OF_NUMBER, true(), lambda _: false())
            if base_name(each.name) in NAMES_OF_PEOPLE
            else each
            for each in found
        ]

    def wrap(found: list[Criterion], options: MatchOptions) -> Clause:
        asked = Asked.of(found)
        if not asked.graded:
            return own.wrap(list(asked.own), options)
        scans = _scans(sides, asked, options)
        return or_(*(sides.model.id.in_(scan.select(scan.id)) for scan in scans))

    def scans(found: list[Criterion], options: MatchOptions) -> list[IndexScan]:
        asked = Asked.of(found)
        return _scans(sides, asked, options) if asked.graded else []

    return FilterGroup(
        (
            *PEOPLE,
            _given(sides),
            n,
            _comparator(compared),
            replace(own, combine=_asked_alone),
        ),
        wrap,
        scans,
        graded=True,
        refine=refine,
        details=details,
    )


def require_named_people(listing: ListDefinition, list_request: ListRequest) -> None:
    """Refuse people in a nested question, where numbers are told apart by whose they are.

    A nested question tells how sure a record is, and not which of its numbers. Raises Problem.
    """
    where = list_request.where
    parts = [] if where is None else where.parts(listing)
    asked = [name for part, _ in parts for name, _ in part.values]
    told_apart = {*NAMES_OF_PEOPLE, *NAMES_OF_TREATMENT, "n", COMPARATOR.name}
    if any(base_name(name) in told_apart for name in asked):
        what = (
            "people, treatments, comparator and n are parameters of their own here, as"
            " age_group=child: a nested question does not say which numbers are about them"
        )
        raise invalid_parameter("where", what)


# How they are found


def _scans(sides: Sides, asked: Asked, options: MatchOptions) -> list[IndexScan]:
    """The stretches of an index, newest study first, in which sides lie that match as asked."""
    sure = options.match in {Match.DEFINITE, Match.WITHIN}
    where = _side(sides, asked, sure=sure)
    if options.match is Match.WITHIN:
        where.append(_whole(sides, asked))
    elif options.match is Match.POSSIBLE:
        where += [_not_certain(sides, asked), _never_certain(sides, asked)]
    certain = len(_walks(sides, asked, sure=True))
    may = _side(sides, asked, sure=False)
    grade = graded(_side(sides, asked, sure=True), _whole(sides, asked), may)
    return [
        IndexScan(
            (base.year_key, base.study_id),
            sides.fact,
            [stretch, *where],
            (sides.fact == sides.model.id, base.study_id == sides.model.study_id),
            source=source,
            grade=grade,
            open=at >= certain,
        )
        for at, (base, stretch, source) in enumerate(_walks(sides, asked, sure=sure))
    ]


def _walks(sides: Sides, asked: Asked, *, sure: bool) -> list[tuple[Any, Clause, Any]]:
    """What is read in order, from where on, and what is joined to it.

    A condition is the narrowest way in, then a treatment; else everybody is looked at.
    """
    by_people = and_(people_of_side(sides.index, People))
    people = sides.joined(People.__table__, by_people)
    given = [
        each
        for each in (*asked.treatment, *asked.others)
        if each.alternatives and base_name(each.name) != "n" and not each.name.endswith(NOT)
    ]
    if any(each.name == "condition" for each in asked.people) or not given:
        also = [_given_in_study(each, sure=sure) for each in given]
        return [
            (People, and_(stretch, *also), people) for stretch in stretches(asked.people, sure=sure)
        ]
    tables = TreatmentIndex.__table__
    if asked.people:
        same = and_(
            People.term_id == ANY_TERM,
            People.year_key == TreatmentIndex.year_key,
            People.study_id == TreatmentIndex.study_id,
        )
        source = sides.joined(tables.join(People.__table__, same), by_people)
    else:
        source = sides.joined(tables, sides.index.study_id == TreatmentIndex.study_id)
    found = [*given[0].alternatives]
    if not sure:
        found.append(TreatmentIndex.term_id == NO_TERM)
    rest = [_given_in_study(each, sure=sure, base=TreatmentIndex) for each in given[1:]]
    return [(TreatmentIndex, and_(stretch, *rest), source) for stretch in found]


def _given_in_study(each: Criterion, *, sure: bool, base: Any = People) -> Clause:
    """Some arm of the study gets it: told by one look, before its sides are looked at."""
    other = TreatmentIndex.__table__.alias()
    terms = or_(*(of_other_rows(stretch, other) for stretch in each.alternatives))
    if not sure:
        terms = or_(terms, other.c.term_id == NO_TERM)
    return some_row(
        other, (other,), terms, other.c.year_key == base.year_key, other.c.study_id == base.study_id
    )


def side_clauses(sides: Sides, asked: Asked, *, sure: bool) -> list[Clause]:
    """What a side has to meet, for certain or perhaps, whichever row of its people is looked at."""
    return _side(sides, asked, sure=sure, anywhere=True)


def _side(sides: Sides, asked: Asked, *, sure: bool, anywhere: bool = False) -> list[Clause]:
    """What a side has to meet, for certain or perhaps."""
    rest = [*asked.treatment, *asked.others]
    found = [
        *criteria_on_people(asked, sure=sure, anywhere=anywhere)[
            0 if anywhere else _leading(asked) :
        ],
        *near_enough(asked, sides.index, sure=sure),
        *(each.definite if sure else each.possible for each in rest),
    ]
    if asked.own:
        found.append(sides.meets(asked.own))
    return [*found, *_contained(sides, asked, sure=sure)]


def _contained(sides: Sides, asked: Asked, *, sure: bool) -> list[Clause]:
    """All ages on every other side lie in those asked for, where that is asked."""
    if not asked.contained:
        return []
    ages = Asked(asked.containment, (), (), ())
    row = and_(
        *criteria_on_people(ages, sure=sure, anywhere=True),
        *near_enough(ages, sides.index, sure=sure),
    )
    return [every_side(sides, row)]


def _leading(asked: Asked) -> int:
    """How many of the criteria on people the stretch of the index answers: a condition leads."""
    return 1 if asked.people and asked.people[0].name == "condition" else 0


def _whole(sides: Sides, asked: Asked) -> Clause:
    """All of the fact is as asked: the people of every side, and every arm of this one."""
    rest = all_within([*asked.treatment, *asked.others])
    if not asked.people:
        return rest
    here = all_of_side(sides, asked)
    return and_(rest, here, every_side(sides, all_of_side(sides, asked, anywhere=True)))


def _not_certain(sides: Sides, asked: Asked) -> Clause:
    """The row itself does not match for certain: most do, and no other need be looked at then."""
    sure = [
        *near_enough(asked, sides.index, sure=True),
        *_contained(sides, asked, sure=True),
    ]
    open_ = [
        *(each.uncertain for each in asked.graded),
        *(clause.is_not(true()) for clause in sure),
    ]
    return or_(*open_) if open_ else false()


def _never_certain(sides: Sides, asked: Asked) -> Clause:
    """No side of the same fact matches for certain."""
    aliases = [table.alias() for table in sides.tables]
    source: Any = aliases[0]
    where = list(_side(sides, asked, sure=True, anywhere=True))
    same = [aliases[0].c.study_id == sides.index.study_id]
    names = dict(zip(sides.tables, aliases, strict=True))
    fact = ClauseAdapter(names[sides.fact.expression.table]).traverse(sides.fact.expression)
    if sides.parts is not None:
        source = source.join(aliases[1], said_of_rows(sides.parts[1], *aliases))
    if asked.people:
        people = People.__table__.alias()
        aliases.append(people)
        where.append(People.term_id == ANY_TERM)
        source = source.join(people, people_of_side(aliases[0].c, people.c))
        same += [people.c.year_key == People.year_key, people.c.study_id == People.study_id]
    rows = [said_of_rows(each, *aliases) for each in where]
    return not_(some_row(source, aliases, fact == sides.fact, *same, *rows))
