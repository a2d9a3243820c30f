"""What a nested question means in SQL: where it certainly holds, and where it may hold.

Its parts are joined by Kleene's rules: of `all`, and of the members of an object, each has to hold;
of `any`, one; `not` certainly holds where what is in it cannot, and may hold where that is not
certain. Whether it holds of all that a record stands for is joined alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, and_, or_, select, true

from app.api.problems import json_pointer
from app.db.statements import bind_parameters
from app.query.criteria import Clause, Criterion, Match, MatchOptions, all_definite
from app.query.filters import ABOVE, Filter, FilterGroup, Values, criteria
from app.query.nested.question import WHERE, Question
from app.query.ordering import is_current
from app.query.request import ListDefinition

ANY_RECORD = Criterion("", true(), true())
Terms = dict[str, list[int]]  # terms and records by the keys of the parameters that name them


@dataclass(frozen=True)
class OpenPart:
    """A part of a question that a source may leave open.

    `places` are the JSON pointers of the parameters that this hangs on.
    """

    places: tuple[str, ...]
    criterion: Criterion


@dataclass(frozen=True)
class NestedCriterion:
    """A nested question as one criterion; without `parts` every answer to it is certain."""

    criterion: Criterion
    parts: tuple[OpenPart, ...]

    def kept(self) -> NestedCriterion:
        """The same without its clauses."""
        parts = tuple(OpenPart(part.places, ANY_RECORD) for part in self.parts)
        return NestedCriterion(ANY_RECORD, parts)


def nested_criterion(
    question: Question, listing: ListDefinition, terms: Terms, options: MatchOptions
) -> NestedCriterion:
    """What a question asks of a record of the list."""
    meaning = _Meaning(listing, terms, options)
    return NestedCriterion(meaning.of(question), tuple(meaning.parts))


@dataclass
class _Meaning:
    """Puts together what the objects of a question ask, and notes what may be left open."""

    listing: ListDefinition
    terms: Terms
    options: MatchOptions
    parts: list[OpenPart] = field(default_factory=list)

    def of(self, question: Question) -> Criterion:
        """All that an object asks."""
        found = [self._own(question)] if question.values else []
        found += map(self.of, question.every)
        if question.some:
            found.append(_joined(or_, list(map(self.of, question.some))))
        if question.barred is not None:
            found.append(_opposite(self.of(question.barred)))
        found += [self._element(name, each) for name, each in question.elements]
        return _joined(and_, found)

    def _own(self, question: Question) -> Criterion:
        """What the parameters of one object ask together, as the same parameters of the list do."""
        values, found, open_ = self._values(question), [], []
        for each in self.listing.filters:
            names = self._left_open(each, values)
            if names and isinstance(each, FilterGroup):
                open_ += [f"{question.place}{json_pointer(name)}" for name in names]
                found.append(self._graded(each, values))
            elif asked := criteria([each], values, self.options):
                sure = all_definite(asked)
                found.append(Criterion(WHERE, sure, sure))
        return self._noted(open_, _joined(and_, found))

    def _graded(self, group: FilterGroup, values: Values) -> Criterion:
        """What is asked of one row of something, as surely as it may hold."""
        id_ = self.listing.kind.model.id

        def matched(match: Match) -> Clause:
            found = criteria([group], values, replace(self.options, match=match))
            return _listed(id_, select(id_).where(all_definite(found)))

        return Criterion(WHERE, matched(Match.DEFINITE), matched(Match.ANY), matched(Match.WITHIN))

    def _element(self, name: str, question: Question) -> Criterion:
        """Some record of another list meets all of a question.

        These are looked up once for all records of the list: one by one is slower by far.
        """
        element = self.listing.element(name)
        inside = _Meaning(element.listing, self.terms, self.options)
        found, ids = inside.of(question), select(element.column).where(*is_current(element.listing))

        def some(clause: Clause) -> Clause:
            return _listed(self.listing.kind.model.id, ids.where(clause))

        places = [place for part in inside.parts for place in part.places]
        return self._noted(places, _joined(some, [found]))

    def _noted(self, places: Sequence[str], found: Criterion) -> Criterion:
        """The same; that it may be left open is noted, if it may."""
        if places:
            self.parts.append(OpenPart(tuple(places), found))
        return found

    def _left_open(self, group: Filter | FilterGroup, values: Values) -> list[str]:
        """The parameters of a group, of those asked, of which a source may not say enough."""
        if not isinstance(group, FilterGroup) or not group.graded or group.scans is None:
            return []
        asked = group.criteria(values, self.options)
        if not asked or not group.scans(asked, self.options):
            return []
        names = [each.name for each in asked if each.possible is not each.definite]
        return [name for name in names if name in values]

    def _values(self, question: Question) -> Values:
        """The values of an object's own parameters; terms are bound by their keys."""
        kind = self.listing.kind.model.id.type
        values: Values = {name: list(each) for name, each in question.values}
        for name, _ in question.values:
            for end in ("", ABOVE):
                key = question.key(name) + end
                if key in self.terms:
                    values[name + end] = bind_parameters(key, self.terms[key], kind)
        return values


def _opposite(found: Criterion) -> Criterion:
    """What certainly is not, certainly is the opposite, of all of it; an answer of null is no."""
    never = found.possible.is_not(true())
    if found.possible is found.definite:
        return Criterion(WHERE, never, never)
    return Criterion(WHERE, never, found.definite.is_not(true()), never)


def _joined(join: Callable[..., Clause], found: Sequence[Criterion]) -> Criterion:
    """Criteria as one; what is asked alike for all answers is asked once."""
    made: dict[tuple[int, ...], Clause] = {}

    def clause(some: Sequence[Clause]) -> Clause:
        key = tuple(map(id, some))
        if key not in made:
            made[key] = join(*some)
        return made[key]

    return Criterion(
        WHERE,
        clause([each.definite for each in found]),
        clause([each.possible for each in found]),
        clause([each.all_of_it for each in found]),
    )


def _listed(id_: Any, ids: Select[Any]) -> Clause:
    """A record is among some that are looked up once in a statement, wherever it asks for them.

    They stand at its head: inside one another, SQLite soon finds them nested too deeply to read.
    """
    return id_.in_(select(ids.cte().c[0]))  # type: ignore[no-any-return] # a column compares
