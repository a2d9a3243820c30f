"""How sure each part of a fact is: counts of an adverse event, results of an outcome.

What the database says of each telling (`match_query`) is put together here, side by side and part
by part, by the same rules that the filters select by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, literal_column, or_, select, true

from app.db.planner import often
from app.models import ANY_TERM, Relation, Study, StudyConditionPage
from app.query.criteria import NOT, POPULATION_TOLD, Clause, Criterion, Match, all_within
from app.query.filters import MatchDetails
from app.records.studies.fact_sides import WITHIN_AGES, Asked, Sides, people_of_side

People = StudyConditionPage

CONDITION_NOT = "condition" + NOT


def match_query(sides: Sides, asked: Asked, ids: Sequence[Any]) -> Any:
    """Of some facts, by number: a row for each part, side and telling of its people.

    What a row says is put together by app/records/studies/fact_matches.py. `definite` and
    `possible` are bits, one for each criterion on people, in their order.
    """
    people = [each.of_any_row for each in asked.people]
    rest = [*asked.treatment, *asked.others]
    columns = [
        sides.fact.label("fact"),
        sides.position.label("position"),
        sides.index.group_id.label("side"),
        sides.index.relation.label("relation"),
        People.people_id.label("people"),
        _bits([each.definite for each in people]).label("definite"),
        _bits([each.possible for each in people]).label("possible"),
        _flag(all_within(people)).label("inside"),
        _flag(or_(false(), *(each.not_all for each in people if each.name != "condition"))).label(
            "beyond"
        ),
        *(_certainty(each).label(f"rest_{at}") for at, each in enumerate(rest)),
        _flag(sides.meets(asked.own) if asked.own else true()).label("own"),
    ]
    source = sides.index.__table__
    if sides.parts is not None:
        source = source.join(sides.parts[0], sides.parts[1])
    for table, on in sides.placed:
        source = source.outerjoin(table.__table__, on)
    same = and_(people_of_side(sides.index, People), often(People.term_id == ANY_TERM))
    source = source.join(Study.__table__, Study.id == sides.index.study_id)
    source = source.join(People.__table__, and_(same, People.year_key == Study.year_key))
    query = select(*columns).select_from(source).where(sides.fact.in_(ids))
    return query.order_by(sides.fact, sides.position, sides.order, sides.index.population_id)


def _bits(clauses: Sequence[Clause]) -> ColumnElement[int]:
    found: Any = literal_column("0")
    for at, clause in enumerate(clauses):
        found = found + case((clause, 2**at), else_=0)
    return found  # type: ignore[no-any-return]


def _flag(clause: Clause) -> ColumnElement[int]:
    return case((clause, 1), else_=0)


def _certainty(each: Criterion) -> ColumnElement[int]:
    """3 where it holds of all that the side is, 2 for certain, 1 perhaps, 0 not at all."""
    within = each.definite if each.within is None else each.within
    return case((within, 3), (each.definite, 2), (each.possible, 1), else_=0)


class Certainty(IntEnum):
    """How far people, or a side, are as asked."""

    NO = 0
    POSSIBLE = 1
    OVERLAPPING = 2
    WITHIN = 3

    @property
    def word(self) -> str:
        """As the API says it."""
        return self.name.lower()


# How sure what is asked for is, by which matches are wanted.
AS_ASKED = {
    Match.DEFINITE: {Certainty.OVERLAPPING, Certainty.WITHIN},
    Match.WITHIN: {Certainty.WITHIN},
    Match.POSSIBLE: {Certainty.POSSIBLE},
    Match.ANY: {Certainty.POSSIBLE, Certainty.OVERLAPPING, Certainty.WITHIN},
}


@dataclass(frozen=True)
class Answer:
    """How sure something is, what is left open, and whose people it is about."""

    certainty: Certainty
    missing: tuple[str, ...] = ()
    people: Certainty = Certainty.NO
    people_id: int | None = None  # who they are; None: nobody is told of
    sides: Mapping[int, Certainty] = field(default_factory=dict)  # of a part, by their groups


@dataclass
class PartMatch:
    """How sure a part of a fact is, and its sides by their groups.

    `people` only beside no: same, other or not_told.
    """

    position: int | None
    certainty: Certainty
    missing: tuple[str, ...]
    people: str | None = None
    sides: Mapping[int, Certainty] = field(default_factory=dict)


@dataclass
class FactMatch:
    """How sure a fact is, as its surest part, and each of its parts."""

    certainty: Certainty = Certainty.NO
    missing: tuple[str, ...] = ()
    parts: list[PartMatch] = field(default_factory=list)


def match_details(sides: Sides, name: str, part: str) -> MatchDetails:
    """How sure the parts of a kind of fact are."""
    return MatchDetails(
        name, part, lambda found, ids: match_query(sides, Asked.of(found), ids), read_matches
    )


def read_matches(found: Sequence[Criterion], rows: Iterable[Any]) -> dict[int, FactMatch]:
    """By number of a fact, how sure it is; `rows` are those of `match_query`."""
    asked = Asked.of(found)
    names = [each.name for each in asked.people]
    facts: dict[int, dict[int | None, dict[int, list[Any]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in rows:
        facts[row.fact][row.position][row.side].append(row)
    reader = _Reader(asked, names)
    return {fact: reader.fact(parts) for fact, parts in facts.items()}


@dataclass(frozen=True)
class _Reader:
    """Puts rows together, given what was asked."""

    asked: Asked
    names: Sequence[str]

    @property
    def full(self) -> int:
        return (1 << len(self.names)) - 1

    def fact(self, parts: Mapping[int | None, Mapping[int, list[Any]]]) -> FactMatch:
        """A fact from its parts, which come in their order."""
        read = {position: self._part(sides) for position, sides in parts.items()}
        matched = {each.people_id for each in read.values() if each.certainty}
        found = FactMatch()
        for position, each in read.items():
            if each.certainty > found.certainty:
                found.certainty, found.missing = each.certainty, each.missing
            whose = None
            if not each.certainty:
                same = each.people_id in matched
                whose = "not_told" if each.people_id is None else "same" if same else "other"
            if position is not None:
                part = PartMatch(position, each.certainty, each.missing, whose, each.sides)
                found.parts.append(part)
        return found

    def _part(self, sides: Mapping[int, list[Any]]) -> Answer:
        """A count, which is one side, or a result from all of its sides."""
        by_group = {group: self._side(rows) for group, rows in sides.items()}
        read = list(by_group.values())
        best = max(read, key=lambda each: each.certainty)
        certainty, missing = best.certainty, list(best.missing)
        if certainty is Certainty.WITHIN and min(each.people for each in read) < certainty:
            certainty = Certainty.OVERLAPPING
        for rows in sides.values() if self.asked.contained else ():  # all ages of every side
            contained, open_ = self._contained(rows)
            certainty = min(certainty, contained)
            missing += [name for name in open_ if name not in missing]
        return Answer(
            certainty,
            tuple(missing) if certainty is Certainty.POSSIBLE else (),
            best.people,
            best.people_id,
            {group: min(each.certainty, certainty) for group, each in by_group.items()},
        )

    def _contained(self, rows: list[Any]) -> tuple[Certainty, list[str]]:
        """Whether all ages of the people of a side lie within, and what is left open of that."""
        bit = 1 << self.names.index(WITHIN_AGES)
        own = [row for row in rows if row.relation in {Relation.ALL, Relation.ANYBODY}]
        nobody = rows[0].relation == Relation.ANYBODY
        if any(row.definite & bit for row in own) and not nobody:
            return Certainty.WITHIN, []
        if any(row.possible & bit for row in own):
            return Certainty.POSSIBLE, [POPULATION_TOLD if nobody else WITHIN_AGES]
        return Certainty.NO, []

    def _side(self, rows: list[Any]) -> Answer:
        """People, treatment and number of one side, the least sure of which counts."""
        people, missing = self._people(rows)
        own = next((row.people for row in rows if row.relation == Relation.ALL), None)
        rest = [*self.asked.treatment, *self.asked.others]
        states = {each.name: getattr(rows[0], f"rest_{at}") for at, each in enumerate(rest)}
        if not rows[0].own:
            return Answer(Certainty.NO, (), people, own)
        certainty = Certainty(min([people, *states.values()]))
        left_open = [name for name, state in states.items() if state == 1]
        return Answer(certainty, (*missing, *left_open), people, own)

    def _people(self, rows: list[Any]) -> tuple[Certainty, list[str]]:
        """How far the people of a side are as asked, and what is left open of them."""
        if not self.names:
            return Certainty.WITHIN, []
        if rows[0].relation == Relation.ANYBODY:
            best = min(Certainty.POSSIBLE, max(self._possible(row) for row in rows))
            return best, [POPULATION_TOLD] if best else []
        own = [row for row in rows if row.relation == Relation.ALL]
        best = self._telling(own, rows)
        missing = self._left_open(own) if best is Certainty.POSSIBLE else []
        if not self.asked.contained:  # a part says nothing of whether all lie within
            for row in rows:
                certainty, open_ = self._of_part(row)
                if certainty > best:
                    best, missing = certainty, open_
        return best, missing if best is Certainty.POSSIBLE else []

    def _telling(self, own: list[Any], rows: list[Any]) -> Certainty:
        """What all tellings of the people of a side say together."""
        sure = [row for row in own if row.definite == self.full]
        if not sure:
            return max((self._possible(row) for row in own), default=Certainty.NO)
        inside = any(row.inside for row in sure) and not any(row.beyond for row in own)
        return Certainty.WITHIN if inside and not self._barred(rows) else Certainty.OVERLAPPING

    def _barred(self, rows: list[Any]) -> bool:
        """Whether a part certainly is what is left out."""
        barring = sum(2**at for at, name in enumerate(self.names) if name.endswith(NOT))
        parts = [row for row in rows if row.relation != Relation.ALL]
        return any(row.possible & barring != barring for row in parts)

    def _possible(self, row: Any) -> Certainty:
        return Certainty.POSSIBLE if row.possible == self.full else Certainty.NO

    def _of_part(self, row: Any) -> tuple[Certainty, list[str]]:
        """How far a part makes the people of a side be as asked."""
        if row.relation == Relation.ALL or row.possible != self.full:
            return Certainty.NO, []
        open_ = self._open_names(row)
        if self.asked.barred_condition and CONDITION_NOT not in open_:
            open_.append(CONDITION_NOT)
        if row.relation != Relation.INCLUDES:
            open_.append(POPULATION_TOLD)
        return (Certainty.POSSIBLE, open_) if open_ else (Certainty.OVERLAPPING, [])

    def _left_open(self, rows: list[Any]) -> list[str]:
        """What the telling leaves open that leaves open the least."""
        open_ = [self._open_names(row) for row in rows if row.possible == self.full]
        return min(open_, key=len)

    def _open_names(self, row: Any) -> list[str]:
        return [name for at, name in enumerate(self.names) if not row.definite & 2**at]
