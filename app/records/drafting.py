"""Drafts: what a curator writes of a record, and how it becomes the record's rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Protocol

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

from app.models import Claim, Document, Passage, Record, RegistryRecord, Study, Term
from app.query.cards import Kind, Path
from app.values.countries import CODE_PATTERN, read_country, read_jurisdiction
from app.values.errors import InvalidFields
from app.values.quotes import TextSpan


def in_words(model: type[Any]) -> str:
    """What a table holds, as people say it."""
    return re.sub("(?<!^)(?=[A-Z])", " ", model.__name__).lower()


@dataclass(frozen=True)
class Link:
    """The field holds the slug of a record of this model, or a list of slugs."""

    model: type[Record]

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        if self.model is Term:
            return "Named by kind/slug or, where one kind only has it, by slug: a term."
        return f"Named by slug: {in_words(self.model)}."


@dataclass(frozen=True)
class Sibling:
    """The field holds the key of a part of the same study, or a list of keys."""

    parts: str

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        return f"Named by key, among the study's {self.parts}."


@dataclass(frozen=True)
class Parts:
    """The field holds drafts of the record's own parts; `match` names what tells them apart.

    Where the database wants it to be unique it has to be that, else parts clash when they move.
    """

    model: type[Any]
    match: str = "key"

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        return f"In order, each: {in_words(self.model)}."


@dataclass(frozen=True)
class Values:
    """The field holds plain values, each kept in a row of its own."""

    model: type[Any]
    column: str

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        return f"In order, each: {in_words(self.model)}."


@dataclass(frozen=True)
class Column:
    """The field holds what a column of another name does."""

    name: str
    about: str | None = None


@dataclass(frozen=True)
class PlacedByKind:
    """The field is put into place by the feature itself."""

    about: str | None = None


Rule = Link | Sibling | Parts | Values | Column | PlacedByKind


def as_list(value: Any) -> Any:
    """Read one word as a list of one, so that people may write `says: design`."""
    return [value] if isinstance(value, str) else value


def list_from_mapping(value: Any) -> Any:
    """Read `{adults: {...}}` as `[{key: adults, ...}]`, so that people may write either."""
    if not isinstance(value, dict) or not all(isinstance(part, dict) for part in value.values()):
        return value
    return [{"key": key, **part} for key, part in value.items()]


def append_to_list(listed: Any, more: list[Any]) -> Any:
    """A list with more at its end; what is no list is left for the field to refuse."""
    if listed is None:
        return more
    return [*listed, *more] if isinstance(listed, list) else listed


def check_order(low: float | None, high: float | None, what: str) -> None:
    """Refuse bounds that are the wrong way round."""
    if low is not None and high is not None and low > high:
        raise InvalidFields(f"{what}_low is above {what}_high", f"{what}_low")


Several = BeforeValidator(as_list)
Keyed = BeforeValidator(list_from_mapping)

Loc = tuple[str | int, ...]


class DraftError(ValueError):
    """Something in a draft cannot be understood: `loc` says where, `suggestion` what is meant."""

    def __init__(self, loc: Loc, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.loc, self.message, self.suggestion = loc, message, suggestion


class Draft(BaseModel):
    """What a curator writes. A field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Describe the fields that name or hold others by their rules."""
        super().__pydantic_init_subclass__(**options)
        for name, rule in rules(cls):
            info = cls.model_fields[name]
            info.description = info.description or (rule.about if rule else None)
        cls.model_rebuild(force=True)

    @classmethod
    def shown_otherwise(cls, card: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG003
        """The fields that the card shows in another form than curators write them."""
        return {}


class Finder(Protocol):
    """Finds what drafts name; raises DraftError, with a suggestion, for what is not there."""

    def find(self, model: type[Any], slug: str, loc: Loc) -> Any:
        """The record with this slug."""

    def part(self, parts: str, key: str, loc: Loc) -> Any:
        """The part with this key of the study that is being written."""

    def passage(self, document: Document, place: TextSpan) -> Passage:
        """The passage at this place of the document, made when it is not there yet."""

    def entry(self, values: dict[str, Any]) -> RegistryRecord:
        """A registry's entry at its version, made when it is not there yet."""

    def for_study(self, study: Any) -> Finder:
        """The same finder, for drafts about this study."""


Finish = Callable[[Any, Any, Any], bool]
DraftOnly = Callable[[Any, int], dict[str, Any]]


@dataclass(frozen=True)
class Editor:
    """How drafts of one kind become records; `finish` puts `PlacedByKind` fields into place.

    `draft_only` reads what a draft has and the card leaves out, by the record's row; `links` are
    the paths to other records that `PlacedByKind` fields name; `words` gives, from a draft, the
    words that a slug is made of where nobody gave one. `example` is a draft without its slug, and
    `patch_example` some fields of one; both can be written over the ketamine document.
    """

    kind: Kind
    draft: type[Draft]
    finish: Finish | None = None
    draft_only: DraftOnly | None = None
    links: tuple[Path, ...] = ()
    words: Callable[[Any], tuple[str, ...]] | None = None
    example: dict[str, Any] = field(kw_only=True, compare=False)
    patch_example: dict[str, Any] = field(kw_only=True, compare=False)

    def apply(self, record: Any, draft: Draft, finder: Finder) -> bool:
        """Make the record say what the draft says; true when that changed anything."""
        if isinstance(record, Study):
            finder = finder.for_study(record)
        changed = fill_row(record, draft, finder)
        return (self.finish(record, draft, finder) if self.finish else False) or changed


Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=200), PlacedByKind()
]
_CODE = WithJsonSchema({"type": "string", "pattern": CODE_PATTERN})
Country = Annotated[str, AfterValidator(read_country), _CODE]
Jurisdiction = Annotated[str, AfterValidator(read_jurisdiction), _CODE]
Date = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Says = Annotated[list[str], Link(Claim), Several]


@cache
def rules(draft: type[Draft]) -> tuple[tuple[str, Rule | None], ...]:
    """Each field of a draft with its rule; None: a column of the same name."""
    return tuple(
        (name, next((rule for rule in field.metadata if isinstance(rule, Rule)), None))
        for name, field in draft.model_fields.items()
    )


def fill_row(target: Any, draft: Draft, finder: Finder, loc: Loc = ()) -> bool:
    """Make a row and its parts say what the draft says; true when that changed anything."""
    changed = False
    for name, rule in rules(type(draft)):
        value, here = getattr(draft, name), (*loc, name)
        if isinstance(rule, Parts):
            changed |= _fill_parts(target, name, rule, value, finder, here)
        elif isinstance(rule, Values):
            changed |= _fill_values(target, name, rule, value, here)
        elif isinstance(rule, Link | Sibling):
            found = _find_linked(rule, value, finder, here)
            changed |= _set_attribute(target, name, found)
            finder = finder.for_study(found) if isinstance(found, Study) else finder
        elif rule is None or isinstance(rule, Column):
            if value.__class__ is float:
                value += 0.0  # -0.0 becomes 0.0: SQLite would keep it so, PostgreSQL would not
            changed |= _set_attribute(target, name if rule is None else rule.name, value)
    return changed


def _set_attribute(target: Any, name: str, value: Any) -> bool:
    """Set an attribute when it does not hold the value already (lists: whatever their order)."""
    old = getattr(target, name)
    if isinstance(value, list):
        if len(old) == len(value) and all(each in old for each in value):
            return False
    elif old == value and (old is not None or value is None):
        return False
    setattr(target, name, value)
    return True


def _find_linked(rule: Link | Sibling, value: Any, finder: Finder, loc: Loc) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        _must_differ(value, loc)
        return [_find_linked(rule, each, finder, (*loc, at)) for at, each in enumerate(value)]
    if isinstance(rule, Link):
        return finder.find(rule.model, value, loc)
    return finder.part(rule.parts, value, loc)


def _fill_parts(
    target: Any, name: str, rule: Parts, drafts: list[Any], finder: Finder, loc: Loc
) -> bool:
    """Keep the rows of parts that stay, make new ones, drop the rest; in the drafts' order."""
    old = list(getattr(target, name))
    known = {_identity(part, rule, at): part for at, part in enumerate(old)}
    wanted = identities(drafts, rule, loc)
    parts = [
        known.get(identity) or _new_part(draft, rule)
        for identity, draft in zip(wanted, drafts, strict=True)
    ]
    changed = [id(part) for part in parts] != [id(part) for part in old]
    if changed:
        setattr(target, name, parts)
    for at, (part, draft) in enumerate(zip(parts, drafts, strict=True)):
        changed |= _set_attribute(part, "position", at)
        changed |= fill_row(part, draft, finder, (*loc, at))
    return changed


def _new_part(draft: Any, rule: Parts) -> Any:
    return rule.model(key=draft.key) if rule.match == "key" else rule.model()


def identities(drafts: list[Any], rule: Parts, loc: Loc) -> list[Any]:
    """What tells parts apart, of each; raises DraftError where two are the same."""
    wanted = [_identity(draft, rule, at) for at, draft in enumerate(drafts)]
    _must_differ(wanted, loc)
    return wanted


def _identity(part: Any, rule: Parts, at: int) -> Any:
    if rule.match == "position":
        return at
    return tuple(_short_name(getattr(part, name)) for name in rule.match.split())


def _short_name(value: Any) -> Any:
    """What a draft calls a record or a part of a study; a plain value is its own name."""
    return getattr(value, "slug", getattr(value, "key", value))


def _must_differ(values: list[Any], loc: Loc) -> None:
    for at, value in enumerate(values):
        if value in values[:at]:
            said = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            raise DraftError((*loc, at), f"{said!r} stands here twice: keep one")


def _fill_values(target: Any, name: str, rule: Values, values: list[Any], loc: Loc) -> bool:
    """Make rows of one value each hold the values, in order; rows of values that stay are kept."""
    _must_differ(values, loc)
    old = getattr(target, name)
    if [getattr(row, rule.column) for row in old] == values:
        return False
    known = {getattr(row, rule.column): row for row in old}
    rows = [known.get(value) or rule.model(**{rule.column: value}) for value in values]
    for at, row in enumerate(rows):
        row.position = at
    setattr(target, name, rows)
    return True
