"""What a request asks of a list: every parameter read, or refused with what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.api.paging import LARGEST_LIMIT, read_limit
from app.api.problems import FieldError, FieldErrors, Problem, invalid_parameter, unknown_parameter
from app.db.statements import BoundedCache
from app.query.cards import Kind
from app.query.criteria import Match, MatchOptions
from app.query.filters import Filter, FilterGroup, filters_by_parameter, invalid_value
from app.query.formats import TextFormat
from app.query.nested.question import LONGEST, WHERE, Question, read_question
from app.values.text import nearest_spelling, storable_text

MOST_GIVEN = 2000  # values of all parameters
MOST_NAMES = 200  # parameters: more than any list has
MOST_VALUES = 500  # of one parameter: words are one comparison
MOST_RANGES = 100  # of all parameters that compare in other ways, each for itself


def refuse_expensive(named: dict[str, Filter], values: dict[str, list[Any]]) -> None:
    """Refuse what no plan bears: raises Problem that names the parameter that is too much."""
    ranges = 0
    for name, given in values.items():
        cost = named[name].cost
        ranges += 0 if named[name].words else len(given) * cost
        if len(given) > MOST_VALUES:
            raise invalid_parameter(name, f"takes at most {MOST_VALUES} values")
        if ranges > MOST_RANGES:
            each = f", and each of these counts for {cost}" if cost > 1 else ""
            raise invalid_parameter(
                name, f"a request takes at most {MOST_RANGES} ranges and the like{each}"
            )


class BodyParameters(QueryParams):
    """Parameters that came in a body, where a nested question may be as long as the body.

    `places` are the JSON pointers of its values, in their order.
    """

    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Sequence[tuple[str, str, str]]) -> BodyParameters:
        """Parameters of names, values and where they stand."""
        made = cls([(name, value) for name, value, _ in given])
        made.places = tuple(place for _, _, place in given)
        return made


Resolve = Callable[[Connection, dict[str, tuple[str, list[str]]]], dict[str, list[int]]]


@dataclass(frozen=True)
class Sort:
    """An order that a list can be asked for: a column that is never null, then the row's number.

    `then` are columns of numbers in between. Where the columns are of another table, `joined` is
    that table, and how it is joined.
    """

    name: str
    column: Any
    holds: type[Any] = str
    then: tuple[Any, ...] = ()
    joined: tuple[Any, Any] | None = None

    @property
    def columns(self) -> tuple[Any, ...]:
        """What rows are ordered by, before their numbers."""
        return self.column, *self.then


RELEVANCE = Sort("relevance", None, float)  # the order of lists with q, best first


@dataclass(frozen=True)
class ListElement:
    """Records of another list that a nested question may ask about; `column` names this list's."""

    name: str
    listing: ListDefinition
    column: Any
    example: dict[str, str]


@dataclass(frozen=True)
class ListDefinition:
    """A list of records of one kind: its filters, its orders, and how it finds terms by name."""

    kind: Kind
    filters: tuple[Filter | FilterGroup, ...]
    sorts: tuple[Sort, ...]
    default: str
    resolve: Resolve
    own_order: str | None = None  # inside records and in the past, where it is another
    broader: Callable[[Connection, Iterable[int]], list[tuple[int, int]]] | None = None  # terms
    facets: tuple[Any, ...] = ()  # of app.query.facets.Facet, which is built on lists
    stored_facets: Any = None  # of app.query.facets.StoredFacets: where their values are stored
    retracted: Callable[[], Any] | None = None  # selects what rests on retracted work only
    formats: tuple[TextFormat, ...] = ()  # beside JSON, NDJSON and CSV
    elements: tuple[ListElement, ...] = ()  # what nested questions ask about beside its own records
    statements: BoundedCache[Any] = field(
        default_factory=BoundedCache, compare=False, repr=False
    )  # statements

    @property
    def scanned_groups(self) -> Iterator[FilterGroup]:
        """The elements whose matches an index gives in the default order."""
        return (each for each in self.filters if isinstance(each, FilterGroup) and each.scans)

    @property
    def element_names(self) -> tuple[str, ...]:
        """What the records of other lists are called in nested questions."""
        return tuple(each.name for each in self.elements)

    def element(self, name: str) -> ListElement:
        """The records of another list, by what nested questions call them."""
        return next(each for each in self.elements if each.name == name)

    def parameters(self) -> dict[str, Filter]:
        """Every filter by each name that it may be asked for."""
        return self._variants

    @cached_property
    def _variants(self) -> dict[str, Filter]:
        return filters_by_parameter(self.filters)


@dataclass(frozen=True)
class ListRequest:
    """What a request asks of a list."""

    values: dict[str, list[Any]]
    sort: Sort
    descending: bool
    limit: int
    cursor: str | None
    fields: tuple[str, ...]
    options: MatchOptions
    facets: tuple[str, ...] = ()
    all_facet_values: bool = False
    after: str | None = None
    where: Question | None = None

    @classmethod
    def of(cls, listing: ListDefinition, limit: int) -> ListRequest:
        """The first rows of a list as they stand inside a record, whatever they are."""
        sorts = {sort.name: sort for sort in listing.sorts}
        order = listing.own_order or listing.default
        sort = sorts[order.removeprefix("-")]
        return cls({}, sort, order.startswith("-"), limit, None, (), MatchOptions())

    @property
    def order(self) -> str:
        """The order as it is written."""
        return f"-{self.sort.name}" if self.descending else self.sort.name


PAGING = ("sort", "limit", "cursor", "after", "fields", "format")
CONTROLS = (*PAGING, "descendants", "match", "facet", "facet.own", "broader", WHERE)
AS_OF = "as_of"  # the past has an answer of its own: nobody else reads this
MANY = ("fields", "facet")  # controls that may be given several times
EVERYTHING = 999_999_999  # rows: more than there are


def parse_request(
    listing: ListDefinition, query: QueryParams, *, whole: bool = False
) -> ListRequest:
    """Read a request; raises Problem that names every parameter that cannot be understood.

    `whole`: without a limit everything is meant, and not a page.
    """
    named, errors = listing.parameters(), FieldErrors()
    values: dict[str, list[Any]] = {}
    given = query.multi_items()
    refuse_many(len({name for name, _ in given}), MOST_NAMES, "parameters")
    refuse_many(len(given), MOST_GIVEN, "values")
    known = (*named, *CONTROLS, AS_OF)
    for at, (name, written) in enumerate(given):
        place = partial(_at, query, at)
        try:
            if name in named:
                values.setdefault(name, []).append(named[name].read(storable_text(written)))
            elif name not in CONTROLS:
                errors.add(partial(place, partial(unknown_parameter, name, known)))
        except ValueError as error:
            errors.add(partial(place, partial(invalid_value, named[name], name, written, error)))
    if errors:
        told = [f"{each.parameter or each.pointer}: {each.message}" for each in errors.told]
        raise errors.problem("invalid-parameter", "; ".join(told))
    refuse_expensive(named, values)
    return _controls(listing, query, values, whole=whole)


def refuse_many(given: int, most: int, what: str) -> None:
    """Raise Problem 422 where more is given than is read, before any of it is looked at."""
    if given > most:
        detail = f"{given} {what} are given: a request takes at most {most}."
        raise Problem(422, "too-many-values", detail)


def _at(query: QueryParams, at: int, make: Callable[[], FieldError]) -> FieldError:
    """An error with its place, where parameters came in a body."""
    error = make()
    if not isinstance(query, BodyParameters):
        return error
    return error.model_copy(update={"parameter": None, "pointer": query.places[at]})


def _controls(
    listing: ListDefinition, query: QueryParams, values: dict[str, list[Any]], *, whole: bool
) -> ListRequest:
    for name in CONTROLS:
        if name not in MANY and len(query.getlist(name)) > 1:
            raise invalid_parameter(name, "give it once")
    order = query.get("sort", RELEVANCE.name if "q" in values else listing.default)
    sorts = {sort.name: sort for sort in listing.sorts}
    if order == RELEVANCE.name:
        sorts[order] = _relevance(query, values)
    if order.removeprefix("-") not in sorts:
        names = ", ".join(f"{name}, -{name}" for name in sorts)
        raise invalid_parameter("sort", f"is one of {names}", nearest_spelling(order, sorts))
    return ListRequest(
        values=values,
        sort=sorts[order.removeprefix("-")],
        descending=order.startswith("-") or order == RELEVANCE.name,
        limit=_rows(query.get("limit"), whole=whole),
        cursor=query.get("cursor"),
        fields=read_fields(query.getlist("fields"), listing.kind.card),
        options=_match_options(query),
        facets=_facets(listing, query.getlist("facet")),
        all_facet_values=not read_flag("facet.own", query.get("facet.own")),
        after=_after(query),
        where=_where(listing, query),
    )


def _where(listing: ListDefinition, query: QueryParams) -> Question | None:
    """The nested question; raises Problem that points at what cannot be understood."""
    written = query.get(WHERE)
    if written is None:
        return None
    longest = len(written) if isinstance(query, BodyParameters) else LONGEST
    return read_question(listing, written, longest)


def _relevance(query: QueryParams, values: dict[str, list[Any]]) -> Sort:
    """The order by relevance, where there is something to be relevant to; raises Problem."""
    if "q" not in values:
        raise invalid_parameter("sort", "relevance is to a query: give q, too", "q")
    if "after" in query:
        raise invalid_parameter("after", "needs another sort than relevance; there, give cursor")
    return RELEVANCE


def _rows(written: str | None, *, whole: bool) -> int:
    most = EVERYTHING if whole else LARGEST_LIMIT
    return EVERYTHING if whole and written is None else read_limit(written, most)


def _after(query: QueryParams) -> str | None:
    """The slug of the last record that the client has; raises Problem."""
    written = query.get("after")
    if written is not None and "cursor" in query:
        raise invalid_parameter("after", "give either cursor or after")
    try:
        return written and storable_text(written)
    except ValueError as error:
        raise invalid_parameter("after", str(error)) from error


def _facets(listing: ListDefinition, written: Sequence[str]) -> tuple[str, ...]:
    """What records are to be counted by, each once; raises Problem for what they cannot be."""
    known = [facet.name for facet in listing.facets]
    return tuple(dict.fromkeys(_known("facet", written, known)))


def read_fields(written: Sequence[str], card: type[BaseModel]) -> tuple[str, ...]:
    """Which members of a card are asked for; none: all. Raises Problem for one there is not."""
    return _known("fields", written, list(card.model_fields))


def _known(parameter: str, written: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for each in written for name in each.split(","))
    for name in names:
        if name not in known:
            there = ", ".join(known) or "none here"
            raise invalid_parameter(
                parameter,
                f"{name[:100]!r} is none; there are: {there}",
                nearest_spelling(name[:100], known),
            )
    return names


def _match_options(query: Any) -> MatchOptions:
    """How values are to be taken; raises Problem."""
    broader = query.get("broader") is not None and read_flag("broader", query.get("broader"))
    return MatchOptions(
        read_flag("descendants", query.get("descendants")), _match(query.get("match")), broader
    )


def _match(written: str | None) -> Match:
    """Which matches are wanted; raises Problem."""
    if written is not None and written not in set(Match):
        raise invalid_parameter(
            "match",
            "is definite, within, possible or any",
            nearest_spelling(written[:100], list(Match)),
        )
    return Match(written or Match.DEFINITE)


def read_flag(name: str, written: str | None) -> bool:
    """Yes unless false is said; raises Problem."""
    if written not in {None, "true", "false"}:
        raise invalid_parameter(
            name, "is true or false", nearest_spelling(written or "", ["true", "false"])
        )
    return written != "false"
