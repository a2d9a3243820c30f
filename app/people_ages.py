"""Ages of a population against those asked for: where they certainly meet, and where they may."""

from __future__ import annotations

from sqlalchemy import and_, func, not_, or_

from app.ages import ASKED_GROUPS, GROUP_AGES, NO_LIMIT, Ages
from app.core.criteria import Clause
from app.models import StudyConditionPage
from app.vocabulary import AgeBasis, AgeGroup

People = StudyConditionPage

STATED = People.age_basis.in_([AgeBasis.STATED, AgeBasis.REGISTRY])
LABELLED = People.age_basis == AgeBasis.DERIVED_FROM_LABEL
SOME = People.age_basis == AgeBasis.DERIVED_FROM_PARENT  # some of those of these ages


def _end(ages: Ages) -> int:
    return NO_LIMIT if ages.end is None else ages.end


def overlaps(wanted: Ages) -> Clause:
    """The stated ages certainly overlap: a bound that is known lies inside, or both surround it."""
    start, end = wanted.start or 0, _end(wanted)
    known = or_(
        and_(People.age_min >= start, People.age_min < end),
        and_(People.age_max > start, People.age_max <= end),
        and_(People.age_min < end, People.age_max > start),
    )
    return or_(and_(STATED, known), _derived_inside(wanted))


def may_overlap(wanted: Ages) -> Clause:
    """No bound that is known keeps the ages apart."""
    start, end = wanted.start or 0, _end(wanted)
    below = or_(People.age_min.is_(None), People.age_min < end)
    above = or_(People.age_max.is_(None), People.age_max > start)
    return and_(below, above)


def inside(wanted: Ages) -> Clause:
    """All ages of the population lie in those asked for."""
    stated = and_(STATED, People.age_min >= (wanted.start or 0), People.age_max <= _end(wanted))
    return or_(stated, _derived_inside(wanted))


def may_be_inside(wanted: Ages) -> Clause:
    """Each bound that is known lies inside; people of a label or a part may be fewer than that."""
    start, end = wanted.start or 0, _end(wanted)
    below = or_(People.age_min.is_(None), and_(People.age_min >= start, People.age_min < end))
    above = or_(People.age_max.is_(None), and_(People.age_max > start, People.age_max <= end))
    fewer = or_(LABELLED, SOME)
    return or_(and_(not_(fewer), below, above), and_(fewer, may_overlap(wanted)))


def _derived_inside(wanted: Ages) -> Clause:
    """Whoever they are: all of the label's group, or of the larger population, is as asked."""
    start, end = wanted.start or 0, _end(wanted)
    oldest = func.coalesce(People.age_max, NO_LIMIT)
    around = and_(SOME, func.coalesce(People.age_min, 0) >= start, oldest <= end)
    groups = [
        group
        for group, ages in GROUP_AGES.items()
        if (ages.start or 0) >= start and _end(ages) <= end
    ]
    return or_(and_(LABELLED, People.age_group.in_(groups)), around) if groups else around


def in_group(group: AgeGroup) -> Clause:
    """The label names the group, or the ages overlap it."""
    return or_(and_(LABELLED, People.age_group == group), overlaps(ASKED_GROUPS[group]))


def may_be_in_group(group: AgeGroup) -> Clause:
    """No bound that is known keeps the ages apart from the group's."""
    named = and_(LABELLED, People.age_group == group)
    return or_(named, may_overlap(ASKED_GROUPS[group]))


def group_inside(group: AgeGroup) -> Clause:
    """The label names the group, or all ages lie in the group's."""
    return or_(and_(LABELLED, People.age_group == group), inside(ASKED_GROUPS[group]))
