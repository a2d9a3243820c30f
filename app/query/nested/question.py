"""Nested questions as they are written: objects of parameters, joined by all, any and not.

An object's members all meet. `outcomes` and `adverse_events` hold objects of that list's own
parameters, which meet in one record of it; what a list has such elements for, it says itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from app.api.bodies import Members, parse_members, value_text
from app.api.problems import FieldError, FieldErrors, Problem, json_pointer, unknown_parameter
from app.query.filters import Filter, invalid_value
from app.values.text import storable_text

if TYPE_CHECKING:
    from app.query.request import ListDefinition

WHERE = "where"  # the parameter that holds a nested question, and what one leaves open
ALL, ANY, NOT = "all", "any", "not"
JOINTS = (ALL, ANY, NOT)
DEEPEST = 4  # objects inside one another, below the first
MOST_PARAMETERS = 20  # of a whole question
MOST_VALUES = 200
ONE_VALUE = "takes a word, a number, true or false, or a list of these"
LONGEST = 1000  # characters of a question in an address

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Question:
    """An object of a nested question, read: everything in it has to meet.

    `values` are what its own parameters ask; `number` tells it from all others of the question, and
    `place` is its JSON pointer. `every` and `some` are what `all` and `any` list, `barred` is what
    `not` holds, and `elements` are asked of records of another list.
    """

    number: int
    place: str
    values: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    every: tuple[Question, ...] = ()
    some: tuple[Question, ...] = ()
    barred: Question | None = None
    elements: tuple[tuple[str, Question], ...] = ()

    def key(self, name: str) -> str:
        """What one of its parameters is called among all that a request asks."""
        return f"{WHERE}.{self.number}.{name}"

    def parts(self, listing: ListDefinition) -> Iterator[tuple[Question, ListDefinition]]:
        """It and every object in it, each with the list whose parameters it has."""
        yield self, listing
        inside = [*self.every, *self.some, *([self.barred] if self.barred else [])]
        for each in inside:
            yield from each.parts(listing)
        for name, each in self.elements:
            yield from each.parts(listing.element(name).listing)

    def named(self, listing: ListDefinition) -> dict[str, tuple[Filter, list[Any]]]:
        """Every parameter of the question with its values, by its key."""
        return {
            part.key(name): (of.parameters()[name], list(values))
            for part, of in self.parts(listing)
            for name, values in part.values
        }

    def shape(self, listing: ListDefinition) -> Hashable:
        """All that its statements depend on, but for which terms are meant."""
        return tuple(
            (
                (part.number, part.place),
                tuple(
                    (name, None if of.parameters()[name].term else values)
                    for name, values in part.values
                ),
            )
            for part, of in self.parts(listing)
        )

    def pointed(self, problem: Problem, listing: ListDefinition) -> Problem:
        """A problem of names that stand for nothing, each pointed at where it is asked."""
        places = {
            part.key(name): f"{part.place}{json_pointer(name)}"
            for part, _ in self.parts(listing)
            for name, _ in part.values
        }
        errors = [
            each
            if each.parameter not in places
            else each.model_copy(update={"parameter": WHERE, "pointer": places[each.parameter]})
            for each in problem.errors
        ]
        return Problem(problem.status, problem.code, sentences(errors), errors, problem.headers)


def sentences(errors: list[FieldError]) -> str:
    """What is wrong, in words, each with its place."""
    return "; ".join(f"{_place(each)}: {each.message}".removeprefix(": ") for each in errors)


def _place(error: FieldError) -> str:
    named = [each for each in (error.parameter, error.pointer) if each]
    return ": ".join(named)


def read_question(listing: ListDefinition, written: str, longest: int = LONGEST) -> Question:
    """The nested question that a parameter holds; raises Problem that points at each error."""
    if len(written) > longest:
        what = f"is longer than {longest} characters: ask it in a body (POST, /search)"
        _refuse(FieldError(parameter=WHERE, message=what))
    try:
        value = parse_members(written.encode())
    except ValueError as error:
        _refuse(FieldError(parameter=WHERE, message=f"is no JSON: {str(error)[:200]}"))
    reader = _Reader()
    question = reader.object(value, (), listing)
    if question is None or reader.errors:
        raise reader.problem()
    return question


def _refuse(*errors: FieldError) -> NoReturn:
    raise Problem(422, "invalid-parameter", sentences([*errors]), errors)


@dataclass
class _Reader:
    """Reads the objects of one question, and notes all that is wrong."""

    errors: FieldErrors = field(default_factory=FieldErrors)
    objects: int = 0
    parameters: int = 0
    values: int = 0

    def wrong(self, at: Steps, message: str, suggestion: str | None = None) -> None:
        """Note an error."""
        self.note(at, lambda: FieldError(message=message, suggestion=suggestion))

    def note(self, at: Steps, make: Callable[[], FieldError]) -> None:
        """Note an error that takes long to make, where it is told at all."""
        place = {"parameter": WHERE, "pointer": json_pointer(*at)}
        self.errors.add(lambda: make().model_copy(update=place))

    def problem(self) -> Problem:
        """What is wrong, all of it."""
        return self.errors.problem("invalid-parameter", sentences(self.errors.told))

    def object(
        self, value: Any, at: Steps, listing: ListDefinition, depth: int = 0
    ) -> Question | None:
        """One object; None where it is none, which is noted."""
        if (wrong := _no_object(value, depth)) is not None:
            self.wrong(at, wrong)
            return None
        self.objects += 1
        number, found = self.objects, _Found()
        for name, each in value.pairs:
            if name in found.names:
                self.wrong((*at, name), "is there twice: give a list")
            found.names.add(name)
            self.member(found, name, each, (*at, name), listing, depth)
        return Question(
            number,
            json_pointer(*at),
            tuple(found.values.items()),
            found.joined[ALL],
            found.joined[ANY],
            found.barred,
            tuple(found.elements.items()),
        )

    def member(  # where it stands, and what for
        self, found: _Found, name: str, value: Any, at: Steps, listing: ListDefinition, depth: int
    ) -> None:
        """One member of an object: what joins others, an element, or a parameter."""
        if name in {ALL, ANY}:
            found.joined[name] = self.objects_of(value, at, listing, depth)
        elif name == NOT:
            found.barred = self.object(value, at, listing, depth + 1)
        elif name in listing.element_names:
            if isinstance(value, list):
                self.wrong(at, "is one object: say all or any of several")
                return
            inside = self.object(value, at, listing.element(name).listing, depth + 1)
            found.elements |= {} if inside is None else {name: inside}
        else:
            found.values[name] = self.parameter(name, value, at, listing)

    def objects_of(
        self, value: Any, at: Steps, listing: ListDefinition, depth: int
    ) -> tuple[Question, ...]:
        """The objects that `all` or `any` lists."""
        if not isinstance(value, list) or not value:
            self.wrong(at, "is a list of objects")
            return ()
        read = [
            self.object(each, (*at, place), listing, depth + 1) for place, each in enumerate(value)
        ]
        return tuple(each for each in read if each is not None)

    def parameter(
        self, name: str, value: Any, at: Steps, listing: ListDefinition
    ) -> tuple[Any, ...]:
        """The values of a parameter, read; raises Problem where a question asks for too much."""
        many = isinstance(value, list)
        written = value if many else [value]
        filter_ = listing.parameters().get(name)
        self.parameters += 1
        cost = 1 if filter_ is None else filter_.cost
        self.values += len(written) * cost
        if self.parameters > MOST_PARAMETERS:
            self.wrong(at, f"is too much: a question has at most {MOST_PARAMETERS} parameters")
            raise self.problem()
        if self.values > MOST_VALUES:
            each = f", and each of these counts for {cost}" if cost > 1 else ""
            self.wrong(at, f"is too much: a question has at most {MOST_VALUES} values{each}")
            raise self.problem()
        if filter_ is None:
            self.unknown(name, at, listing)
            return ()
        if not written:
            self.wrong(at, "is an empty list: give a value")
        places: list[Steps] = [(*at, place) for place in range(len(written))] if many else [at]
        read = [
            self.value(filter_, name, each, here)
            for each, here in zip(written, places, strict=True)
        ]
        return tuple(read)

    def value(self, filter_: Filter, name: str, value: Any, at: Steps) -> Any:
        """One value, read; None where it is wrong, which is noted."""
        text = value_text(value)
        if text is None:
            return self.wrong(at, ONE_VALUE)
        try:
            return filter_.read(storable_text(text))
        except ValueError as error:
            wrong = error
            self.note(at, lambda: invalid_value(filter_, name, text, wrong))
            return None

    def unknown(self, name: str, at: Steps, listing: ListDefinition) -> None:
        """Note a name that an object has no member of."""
        known = (*listing.parameters(), *JOINTS, *listing.element_names)
        self.note(at, lambda: unknown_parameter(name, known))


def _no_object(value: Any, depth: int) -> str | None:
    """What is wrong with a value that is no object of parameters, if anything."""
    if depth > DEEPEST:
        return f"is nested more than {DEEPEST} deep"
    if not isinstance(value, Members):
        return "is an object of parameters"
    return None if value.pairs else "is empty: name a parameter, all, any or not"


@dataclass
class _Found:
    """What an object has, while it is read."""

    names: set[str] = field(default_factory=set)
    values: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    joined: dict[str, tuple[Question, ...]] = field(default_factory=lambda: {ALL: (), ANY: ()})
    barred: Question | None = None
    elements: dict[str, Question] = field(default_factory=dict)
