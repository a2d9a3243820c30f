"""Filters: each is declared once: its name, its sentence, how it is read, its meaning in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Double, and_, literal, or_, true

from app.api.problems import FieldError
from app.db.statements import BoundNumber
from app.query.criteria import MISSING, NOT, Clause, Criterion, IndexScans, MatchOptions, Wrap
from app.values.errors import InvalidValue
from app.values.text import LONGEST_VALUE, nearest_spelling
from app.vocabulary import Vocabulary

Values = dict[str, list[Any]]  # what is asked, by the filters' names
LARGEST = 2**53  # JSON numbers are exact up to here
MOST_SCANS = 20  # terms of one filter whose rows are scanned apart and merged; more are sorted


@dataclass(frozen=True)
class Binding:
    """Values of a parameter of which a statement can be used again with others of one `shape`.

    `values` stand in the statement, `bound` is what they are by their keys.
    """

    values: list[Any]
    shape: Hashable
    bound: dict[str, Any]


@dataclass(frozen=True)
class Filter:
    """One query parameter of a list; repeated, it means any of its values.

    `read` turns one written value into what `where` takes a list of; it raises ValueError that
    says what would be right. With `term`, values name terms or records of that kind and `where`
    takes ids; `direct`, of terms, leaves out narrower ones.
    `where` holds for certain; `unknown` where the row does not say: NAME.missing, and what is
    possible. NAME.not keeps such a row (where graded, as possible). `whole_record` is the same
    filter, asked of the record as a whole and not of one row among several. `within` and `beyond`
    say whether it holds of all that a row stands for, or certainly does not. `only_broader`, of
    terms, takes the broader ones, and holds where the source says no more than one of these: it
    may be any narrower one. `scanned`: the values in the index that is scanned, where that is
    another table than the one asked.
    `vocabulary`: whose values it takes; pages show their labels. `cost`: for how many ranges one
    of its values counts, of those that a request may give. `bind` makes of values, given the
    names of the parameter and the engine, such as can be bound anew; without it each value has a
    statement of its own.
    """

    name: str
    meaning: str
    where: Callable[[list[Any]], Clause]
    read: Callable[[str], Any] = str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    example: Any = None
    vocabulary: type[Vocabulary] | None = None
    term: str | None = None
    direct: Callable[[list[Any]], Clause] | None = None
    unknown: Clause | None = None
    possible: Callable[[list[Any]], Clause] | None = None
    within: Callable[[list[Any]], Clause] | None = None
    beyond: Callable[[list[Any]], Clause] | None = None
    only_broader: Callable[[list[Any]], Clause] | None = None
    scanned: Callable[[list[Any]], Clause] | None = None
    whole_record: Filter | None = None
    bind: Callable[[str, list[Any], str], Binding | None] | None = None
    cost: int = 1

    @property
    def words(self) -> bool:
        """Whether values are compared as they are written, or found by name."""
        return self.term is not None or self.read is str

    def criterion(self, values: list[Any], options: MatchOptions) -> Criterion:
        """What the values mean, certainly and possibly."""
        where = self.where if options.descendants or self.direct is None else self.direct
        definite = where(values)
        if self.possible is not None:
            maybe = self.possible(values)
        else:
            maybe = definite if self.unknown is None else or_(definite, self.unknown)
        return Criterion(
            self.name,
            definite,
            maybe,
            self.within(values) if self.within else None,
            self._apart(self.scanned or where, values),
            () if self.unknown is None else (self.unknown,),
            self.beyond(values) if self.beyond else None,
        )

    def _apart(self, where: Callable[[list[Any]], Clause], values: list[Any]) -> tuple[Clause, ...]:
        """The rows of each term, for themselves while there are few."""
        if self.term is not None and 1 < len(values) <= MOST_SCANS:
            return tuple(where([value]) for value in values)
        return (where(values),)

    def with_broader(self, found: Criterion, above: list[Any], options: MatchOptions) -> Criterion:
        """The criterion, where the source may say no more than one of these broader terms.

        That leaves it open; with `broader` asked for, it is enough.
        """
        if self.only_broader is None:
            if not options.broader or self.direct is None:
                return found
            directly = self.direct(above)
            return found.or_definite(
                directly, (directly if self.scanned is None else self.scanned(above),)
            )
        told, apart = self.only_broader(above), self._apart(self.only_broader, above)
        return found.or_definite(told, apart) if options.broader else found.or_open(told, apart)


@dataclass(frozen=True)
class MatchDetails:
    """How sure records and their parts are, where that hangs on several rows of an index.

    `query` selects these rows for some records, by number; `read` puts them together, by number:
    `certainty` (0 no, 1 possible, 2 some, 3 all as asked), `missing` and `parts`, which have the
    same and `position`. `name` is what the parts are called, `part` what one is.
    """

    name: str
    part: str
    query: Callable[[list[Criterion], Sequence[Any]], Any]
    read: Callable[[list[Criterion], Sequence[Any]], dict[int, Any]]


@dataclass(frozen=True)
class FilterGroup:
    """Filters whose criteria all meet in one row of something, as one population of a study.

    `scans`, where there is one, reads the matching records from an index in the list's own order.
    `graded`: what is not stated is a possible match. `record_column` names the row's record.
    `beside` are filters of other groups, which meet in the row, too, where one of these is asked.
    `refine` adds what hangs on more than one criterion, or on what the row is to its record.
    `combine` makes criteria of the larger group of what is asked of one row here. `details` tells
    of some records how sure each of their parts is. `ordering`: the row is the one of another
    table by which the list is ordered, so that it need not be looked up again.
    """

    filters: tuple[Filter | FilterGroup, ...]
    wrap: Wrap
    scans: IndexScans | None = None
    graded: bool = False
    record_column: Any = None
    beside: tuple[Filter, ...] = ()
    refine: Callable[[list[Criterion]], list[Criterion]] | None = None
    combine: Callable[[list[Criterion]], list[Criterion]] | None = None
    details: MatchDetails | None = None
    ordering: bool = False

    def criteria(self, values: Values, options: MatchOptions) -> list[Criterion]:
        """What the values ask of one row of it."""
        options = replace(options, graded=self.graded)
        found = criteria(self.filters, values, options)
        found = [*criteria(self.beside, values, options), *found] if found else found
        return self.refine(found) if self.refine is not None and found else found


Filters = Sequence[Filter | FilterGroup]
ABOVE = ".above"  # the broader terms of those asked for: never a parameter


def flatten_filters(filters: Filters) -> list[Filter]:
    """The filters, those inside elements included."""
    found: list[Filter] = []
    for each in filters:
        found.extend(flatten_filters(each.filters) if isinstance(each, FilterGroup) else [each])
    return found


def filters_by_parameter(filters: Filters) -> dict[str, Filter]:
    """Every filter by each name it may be asked for: its own, NAME.not and NAME.missing."""
    found = {}
    for each in flatten_filters(filters):
        found[each.name] = each
        found[each.name + NOT] = replace(
            each, name=each.name + NOT, meaning=f"Leaves out: {each.meaning}"
        )
        if each.unknown is not None:
            found[each.name + MISSING] = _missing(each)
    return found


def _missing(filter_: Filter) -> Filter:
    """The question whether the source says nothing of it."""

    def read(written: str) -> bool:
        if written not in {"true", "false"}:
            raise UnknownValue(written, ["true", "false"])
        return written == "true"

    schema = {"type": "string", "enum": ["true", "false"]}
    meaning = f"Whether the source leaves open: {filter_.meaning}"
    return Filter(filter_.name + MISSING, meaning, filter_.where, read, schema, "true")


def criteria(filters: Filters, values: Values, options: MatchOptions) -> list[Criterion]:
    """What the values ask of one row; those of an element come as one criterion."""
    found = []
    for each in filters:
        if isinstance(each, FilterGroup):
            inner = each.criteria(values, options)
            if inner and each.combine is not None:
                found.extend(each.combine(inner))
            elif inner:
                clause = each.wrap(inner, options)
                found.append(Criterion("", clause, clause))
        else:
            found.extend(_criteria_of(each, values, options))
    return found


def _criteria_of(filter_: Filter, values: Values, options: MatchOptions) -> Iterator[Criterion]:
    name = filter_.name
    if name in values:
        found = filter_.criterion(values[name], options)
        above = values.get(name + ABOVE)
        found = filter_.with_broader(found, above, options) if above else found
        if filter_.whole_record is not None:
            other = filter_.whole_record.criterion(values[name], options)
            other = filter_.whole_record.with_broader(other, above, options) if above else other
            found = replace(found, anywhere=other)
        yield found
    whole = filter_.whole_record or filter_
    if name + NOT in values:
        found = whole.criterion(values[name + NOT], options)
        if whole.only_broader is not None and (above := values.get(name + NOT + ABOVE)):
            found = whole.with_broader(found, above, replace(options, broader=False))
        yield found.negated(graded=options.graded)
    if whole.unknown is not None and name + MISSING in values:
        answers = [
            whole.unknown if answer else whole.unknown.is_not(true())
            for answer in values[name + MISSING]
        ]
        yield Criterion(name + MISSING, or_(*answers), or_(*answers))


def vocabulary_filter(name: str, vocabulary: type[Vocabulary], column: Any, meaning: str) -> Filter:
    """A filter by the values of a vocabulary, in a column or by a rule of its own."""
    where = column if callable(column) and not hasattr(column, "in_") else column.in_
    unknown = column.is_(None) if hasattr(column, "in_") else None
    words = [member.value for member in vocabulary]

    def read(written: str) -> Vocabulary:
        try:
            return vocabulary(written)
        except ValueError as error:
            raise UnknownValue(written, words) from error

    schema = {"type": "string", "enum": words}
    # Beside the schema: what the API takes and what pages show come from one list.
    return Filter(name, meaning, where, read, schema, words[0], vocabulary, unknown=unknown)


class UnknownValue(InvalidValue):
    """A value is none of those allowed."""

    def __init__(self, written: str, words: Sequence[str]) -> None:
        what = f"{written[:100]!r} is not one of {', '.join(words)}"
        super().__init__(what, nearest_spelling(written, words))


@dataclass(frozen=True)
class Range:
    """From low to high, both included; None: open."""

    low: float | None
    high: float | None

    def of(self, column: Any) -> Clause:
        """The column holds a value inside; a row without a value never does."""
        bounds = [column.is_not(None)]
        if self.low is not None:
            bounds.append(column >= literal(self.low, Double))
        if self.high is not None:
            bounds.append(column <= literal(self.high, Double))
        return and_(*bounds)


def bind_ranges(name: str, spans: list[Any], _dialect: str) -> Binding:
    """Ranges whose bounds can be bound anew; their shape is which ends are open."""
    made: list[Any] = []
    bound: dict[str, Any] = {}
    for at, span in enumerate(spans):
        ends = {}
        for end in ("low", "high"):
            number, key = getattr(span, end), f"{name}_{at}_{end}"
            ends[end] = None if number is None else BoundNumber(key, number)
            bound |= {} if number is None else {key: number}
        made.append(Range(**ends))
    return Binding(made, tuple((each.low is None, each.high is None) for each in made), bound)


_NUMBER = r"(-?\d{1,16}(?:\.\d{1,9})?)?"
_SPAN = re.compile(rf"{_NUMBER}(\.\.)?{_NUMBER}", re.ASCII)


def range_length(written: str) -> int:
    """How many characters at the beginning are a range; what follows is its unit, if anything."""
    found = _SPAN.match(written)
    return 0 if found is None else found.end()


def read_range(written: str) -> Range:
    """Read 5, 5..10, 5.. or ..10; raises ValueError that says so."""
    found = _SPAN.fullmatch(written.strip())
    if not found or not (found[1] or found[3]) or (found[3] and not found[2]):
        raise ValueError("ranges are written 5, 5..10, 5.. or ..10")
    low = float(found[1]) if found[1] else None
    high = float(found[3]) if found[3] else None
    if any(bound is not None and abs(bound) > LARGEST for bound in (low, high)):
        raise ValueError("the number is too large")
    if low is not None and high is not None and low > high:
        raise ValueError("the lower bound is above the upper one")
    return Range(low, high if found[2] else low)


def range_filter(name: str, column: Any, meaning: str, example: str = "10..") -> Filter:
    """A filter by a range of numbers in a column."""
    return Filter(
        name,
        meaning,
        lambda spans: or_(*(each.of(column) for each in spans)),
        read_range,
        {"type": "string", "pattern": f"^{_NUMBER}(\\.\\.)?{_NUMBER}$"},
        example,
        unknown=column.is_(None),
        bind=bind_ranges,
    )


def boolean_filter(
    name: str,
    where: Callable[[bool], Clause],
    meaning: str,
    unknown: Clause | None = None,
) -> Filter:
    """A filter that is yes or no."""

    def read(written: str) -> bool:
        if written not in {"yes", "no"}:
            raise UnknownValue(written, ["yes", "no"])
        return written == "yes"

    schema = {"type": "string", "enum": ["yes", "no"]}
    return Filter(
        name,
        meaning,
        lambda answers: or_(*map(where, answers)),
        read,
        schema,
        "yes",
        unknown=unknown,
    )


def term_filter(
    name: str,
    kind: str,
    meaning: str,
    where: Callable[[list[int]], Clause],
    direct: Callable[[list[int]], Clause],
    example: str,
    unknown: Clause | None = None,
) -> Filter:
    """A filter by terms given by slug, any label or a code; narrower ones included, or not."""
    return Filter(name, meaning, where, example=example, term=kind, direct=direct, unknown=unknown)


def invalid_value(filter_: Filter, name: str, written: str, error: ValueError) -> FieldError:
    """What is wrong with a value; of several words that are each right, how they are written."""
    if not isinstance(error, InvalidValue):
        return FieldError(parameter=name, message=str(error))
    values = [each.strip() for each in written[:LONGEST_VALUE].split(",")]
    if len(values) > 1 and all(_can_be_read(filter_, each) for each in values):
        return several_values(name, values)
    return FieldError(parameter=name, message=str(error), suggestion=error.suggestion)


def _can_be_read(filter_: Filter, value: str) -> bool:
    try:
        filter_.read(value)
    except ValueError:
        return False
    return True


def several_values(name: str, values: Sequence[str]) -> FieldError:
    """The error of values that stand in one parameter with commas between them."""
    each = "&".join(f"{name}={value}" for value in values)
    what = f"takes one value: give it once for each: {each}"
    return FieldError(parameter=name, message=what, suggestion=each)
