"""The filters on the people of a study: which studies fit, and which might.

All criteria meet in one telling of some people (app/records/studies/population_criteria.py).
Everybody in a study is as asked only if no outermost people are otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, exists, false, not_, or_, select, true

from app.db.planner import often_equal
from app.models import ANY_TERM, BOUND_BITS, NOBODY, Study, StudyConditionPage, StudyPopulation
from app.query.criteria import (
    NOT,
    POPULATION_TOLD,
    Clause,
    Criterion,
    IndexScan,
    Match,
    MatchOptions,
    all_definite,
    all_within,
    certainty_score,
    graded,
    matching_records,
)
from app.query.filters import FilterGroup
from app.query.ordering import ONE
from app.records.studies.population_criteria import (
    OF_STUDY,
    Reach,
    any_condition,
    of_other_rows,
    population_criteria,
    stretches,
)

PopulationIndex = StudyConditionPage
# Other rows: of a part, of another telling of the same people, of the same study.
PART: Any = PopulationIndex.__table__.alias("part")
TELLING: Any = PopulationIndex.__table__.alias("telling")
OTHER: Any = PopulationIndex.__table__.alias("other")
IS_WHOLE = often_equal(PopulationIndex.people_id, PopulationIndex.whole_id)  # no part of others


def refine_study(found: list[Criterion]) -> list[Criterion]:
    """What hangs on how people belong to their study."""
    refined = [refine_negated(each, OF_STUDY, IS_WHOLE, _in_a_part) for each in found]
    told = PopulationIndex.population_id != NOBODY
    return [*refined, Criterion(POPULATION_TOLD, told, true())]


def refine_negated(
    each: Criterion, reach: Reach, whole: Clause, some_part: Callable[[Clause], Clause]
) -> Criterion:
    """A criterion that leaves something out, held against parts and against those who bound.

    Of a part that has another condition the larger people may have that condition as well, so
    that `condition.not` is never certain by a part. Nobody is within `.not` of what a part is, or
    of what those are who bound them.
    """
    if each.barred is None:
        return each
    definite = and_(each.definite, whole) if each.name == "condition" + NOT else each.definite
    criterion = each.name.partition(".")[0].removesuffix("_group")
    bound = [not_(reach.some(criterion, each.barred))] if criterion in BOUND_BITS else []
    return replace(
        each, definite=definite, within=and_(definite, not_(some_part(each.barred)), *bound)
    )


def _in_a_part(barred: Clause) -> Clause:
    """Something holds of a part of the people of a row."""
    return exists(
        select(ONE)
        .select_from(PART)
        .where(
            PART.c.term_id == ANY_TERM,
            PART.c.year_key == PopulationIndex.year_key,
            PART.c.study_id == PopulationIndex.study_id,
            PART.c.whole_id == PopulationIndex.people_id,
            PART.c.people_id != PopulationIndex.people_id,
            of_other_rows(barred, PART),
        )
    )


def no_other_telling(found: Sequence[Criterion]) -> Clause:
    """No other telling of the same people says that some are otherwise.

    Conditions are united over all tellings, so that these never differ in them.
    """
    beyond = [each.not_all for each in found if each.name != "condition"]
    says_otherwise = exists(
        select(ONE)
        .select_from(TELLING)
        .where(
            TELLING.c.term_id == ANY_TERM,
            TELLING.c.year_key == PopulationIndex.year_key,
            TELLING.c.study_id == PopulationIndex.study_id,
            TELLING.c.people_id == PopulationIndex.people_id,
            TELLING.c.population_id != PopulationIndex.population_id,
            of_other_rows(or_(false(), *beyond), TELLING),
        )
    )
    return or_(PopulationIndex.tellings == 1, not_(says_otherwise)) if beyond else true()


def all_of_study(found: Sequence[Criterion]) -> Clause:
    """Everybody in the study is as asked, as far as the sources say."""
    return and_(IS_WHOLE, all_within(found), no_other_telling(found))


IS_STUDY = (
    PopulationIndex.study_id == Study.id,
    PopulationIndex.year_key == Study.year_key,
)


def scans(found: list[Criterion], options: MatchOptions) -> list[IndexScan]:
    """The stretches of the page index in which matching studies lie."""
    whole = all_of_study(found)
    score, full = certainty_score(found, whole)
    sure = options.match in {Match.DEFINITE, Match.WITHIN}
    rows = [each.definite if sure else each.possible for each in found if each.name != "condition"]
    only = [] if options.match is not Match.POSSIBLE else _never_certain(found)
    only += [whole] if options.match is Match.WITHIN else []
    rest = [each for each in found if each.name != "condition"]
    may = [each.possible for each in rest]
    grade = graded([each.definite for each in rest], whole, may)
    certain = len(stretches(found, sure=True))
    return [
        IndexScan(
            (PopulationIndex.year_key,),
            PopulationIndex.study_id,
            [stretch, *rows, *only],
            IS_STUDY,
            score,
            full,
            grade=grade,
            open=at >= certain,
            looked_up=StudyPopulation.__table__ if any_condition(found) else None,
        )
        for at, stretch in enumerate(stretches(found, sure=sure))
    ]


def _never_certain(found: Sequence[Criterion]) -> list[Clause]:
    """This row, which is asked first, does not match for certain, nor any of the same study."""
    rows = of_other_rows(and_(all_definite(found), *any_condition(found)), OTHER)
    same = (
        OTHER.c.year_key == PopulationIndex.year_key,
        OTHER.c.study_id == PopulationIndex.study_id,
    )
    some = exists(select(ONE).select_from(OTHER).where(rows, *same))
    return [all_definite(found).is_not(true()), not_(some)]


def _population(found: list[Criterion], options: MatchOptions) -> Clause:
    """Some population matches as asked."""

    def studies(rows: Clause) -> Any:
        return select(PopulationIndex.study_id).where(rows, *any_condition(found))

    if options.match is Match.WITHIN:
        return Study.id.in_(studies(and_(all_definite(found), all_of_study(found))))
    return matching_records(found, options, studies, Study.id)


CRITERIA = population_criteria(OF_STUDY)
POPULATION = FilterGroup(CRITERIA, _population, scans, graded=True, refine=refine_study)
