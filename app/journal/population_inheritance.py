"""What a population that is a part of another, or told of twice, has from that other one.

A population leaves a fact open when its own source does not state it. *No limit* is stated, `all`
is a stated sex. What it leaves open is looked for in its parent, then in the parent's parent.

The **same people**, told of by another source: both are of one kind, which is not `subgroup`, and
no two different numbers of people are given. Every fact that is left open is theirs, as it is.

**A part** of the parent: any other parentage. What is certain of all is certain of some of them:

| the parent is said         | of a part                                                          |
|----------------------------|--------------------------------------------------------------------|
| conditions (all have them) | it has them, too, beside its own                                   |
| sex female, or male        | the same                                                           |
| sex all                    | open: some of both may be of one                                   |
| one country                | the same                                                           |
| several countries          | of those, which is open; of another: no                            |
| ages, stated               | inside these ages: certain where all of them lie in what is asked, |
|                            | possible where they overlap, else no (`derived_from_parent`)       |
| ages, from a label         | the label's, for a label's people may be few of its group          |
| n, females                 | open: how many of them is not told by how many there are           |

Ages come whole, from a population that states any, so that a bound is never joined to another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, and_, case, exists, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from app.models import Population, PopulationCountry
from app.vocabulary import AgeBasis, PopulationKind, Sex

# In the order of the page's columns.
AGES = ("age_min", "age_max", "age_group")
FACTS = (*AGES, "age_basis", "sex", "n", "countries_id", "countries_all")
STATED = (AgeBasis.STATED, AgeBasis.REGISTRY)


def inherited_facts(studies: Sequence[int] | None = None) -> CTE:
    """Each population of these studies (None: all) at each place on the way up to its last parent.

    A row whose `parent_id` is empty has the facts that the page row gets.
    """
    first = select(
        Population.id.label("population_id"),
        Population.id.label("place_id"),
        Population.parent_id,
        Population.kind,
        true().label("same"),
        Population.n.label("known_n"),
        *(getattr(Population, name) for name in FACTS[:-2]),
        case((_tells_countries(Population), Population.id)).label("countries_id"),
        true().label("countries_all"),
    )
    if studies is not None:
        first = first.where(Population.study_id.in_(studies))
    below = first.cte("told", recursive=True)
    return below.union_all(_parent_fact(below))


def _parent_fact(below: CTE) -> Any:
    """The same populations, each with what the next parent adds."""
    parent, row = aliased(Population), below.c
    same = and_(
        row.same,
        row.kind == parent.kind,
        parent.kind != PopulationKind.SUBGROUP,
        or_(row.known_n.is_(None), parent.n.is_(None), row.known_n == parent.n),
    )
    silent = and_(*(row[name].is_(None) for name in AGES))
    label = case((or_(same, parent.age_basis.not_in(STATED)), parent.age_group))
    theirs = or_(same, parent.age_basis.not_in(STATED), _tells_no_ages(parent))
    basis = case((theirs, parent.age_basis), else_=literal(AgeBasis.DERIVED_FROM_PARENT.value))
    sex = case((or_(same, parent.sex != Sex.ALL), parent.sex))
    open_ = row.countries_id.is_(None)
    return select(
        row.population_id,
        parent.id,
        parent.parent_id,
        parent.kind,
        same,
        func.coalesce(row.known_n, parent.n),
        case((silent, parent.age_min), else_=row.age_min),
        case((silent, parent.age_max), else_=row.age_max),
        case((silent, label), else_=row.age_group),
        case((silent, basis), else_=row.age_basis),
        func.coalesce(row.sex, sex),
        func.coalesce(row.n, case((same, parent.n))),
        func.coalesce(row.countries_id, case((_tells_countries(parent), parent.id))),
        case((open_, or_(same, _one_country(parent))), else_=row.countries_all),
    ).join(parent, parent.id == row.parent_id)


def _tells_no_ages(people: Any) -> Any:
    return and_(*(getattr(people, name).is_(None) for name in AGES))


def _tells_countries(people: Any) -> Any:
    return exists().where(PopulationCountry.population_id == people.id)


def _one_country(people: Any) -> Any:
    countries = select(func.count()).where(PopulationCountry.population_id == people.id)
    return countries.scalar_subquery() == 1


def line_of(
    population: Mapping[str, Any], numbered: Mapping[int, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """A population and its parents, the nearest first; raises ValueError for a circle."""
    line = [population]
    while (parent := line[-1]["parent_id"]) is not None:
        line.append(numbered[parent])
        if len(line) > len(numbered):
            raise ValueError(f"population {population['id']} is a part of itself")
    return line


def facts_of(line: Iterable[Mapping[str, Any]], countries: Mapping[int, int]) -> dict[str, Any]:
    """The facts of a population from rows in hand: it and its parents, the nearest first.

    `countries` says how many countries a population tells.
    """
    people = iter(line)
    below = next(people)
    has = countries.get(below["id"])
    found = {name: below[name] for name in FACTS[:-2]}
    found |= {"countries_id": below["id"] if has else None, "countries_all": True}
    same, known_n = True, below["n"]
    for parent in people:
        alike = below["kind"] == parent["kind"] != PopulationKind.SUBGROUP
        same = same and alike and (None in (known_n, parent["n"]) or known_n == parent["n"])
        known_n = parent["n"] if known_n is None else known_n
        _add(found, parent, countries.get(parent["id"], 0), same=same)
        below = parent
    return found


def _add(found: dict[str, Any], parent: Mapping[str, Any], places: int, *, same: bool) -> None:
    """What a parent says of what is still open."""
    if all(found[name] is None for name in AGES):
        found |= {name: parent[name] for name in (*AGES, "age_basis")}
        if not same and parent["age_basis"] in STATED:
            found["age_group"] = None
            if not all(parent[name] is None for name in AGES):
                found["age_basis"] = AgeBasis.DERIVED_FROM_PARENT
    if found["sex"] is None and (same or parent["sex"] != Sex.ALL):
        found["sex"] = parent["sex"]
    if found["n"] is None and same:
        found["n"] = parent["n"]
    if found["countries_id"] is None:
        found["countries_id"] = parent["id"] if places else None
        found["countries_all"] = same or places == 1
