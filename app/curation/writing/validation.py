"""What is wrong with a draft, each thing at its place, and what would be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from sqlalchemy import inspect

from app.api.problems import MOST_ERRORS
from app.records.drafting import Draft, DraftError, Loc, PlacedByKind, rules
from app.values.errors import InvalidFields, InvalidValue
from app.values.text import fold_text, nearest_spelling

Node = TypeVar("Node", bound=Hashable)
OWN_ANCESTOR = "a term cannot be broader than itself"
MOST_INTEGER = 2**31 - 1  # what an integer column holds
MOST_INDEXED = 2_000  # bytes of text in an index
_SURROGATE = re.compile("[\ud800-\udfff]")  # of a pair that writes one character in UTF-16
FOLDED_NAMES = {
    "name",
    "label",
    "family",
    "literal",
}  # kept folded, too, where a table has folded names


def unstorable_values(draft: Draft, loc: Loc = ()) -> Iterator[DraftError]:
    """Each value of a draft that cannot be kept."""
    for name, rule in rules(type(draft)):
        value, here = getattr(draft, name), (*loc, name)
        for at, each in enumerate(value) if isinstance(value, list) else [(None, value)]:
            place = here if at is None else (*here, at)
            if isinstance(each, Draft):
                yield from unstorable_values(each, place)
            elif (what := _value_error(each)) or (
                rule is None and (what := _text_error(draft, name, each))
            ):
                yield DraftError(place, what)
        if isinstance(rule, PlacedByKind) and isinstance(value, dict):
            yield from (
                DraftError((*here, key), what) for key in value if (what := _value_error(key))
            )


def _value_error(value: Any) -> str | None:
    if isinstance(value, str):
        if "\0" in value:
            return "has a NUL character, which no text has: leave it out"
        if not value.isascii() and _SURROGATE.search(value):
            return "has half of a character: write it as a whole"
    elif isinstance(value, int) and not -MOST_INTEGER <= value <= MOST_INTEGER:
        return f"is beyond {MOST_INTEGER}"
    elif isinstance(value, float) and not math.isfinite(value):
        return "is no finite number"
    return None


def _text_error(draft: Draft, name: str, words: Any) -> str | None:
    """Words of a column: there are some, and no more than its index takes."""
    columns, indexed = _columns(getattr(draft, "describes", None))
    if name not in columns or not isinstance(words, str):
        return None
    if not words:
        return "is empty: leave it out where the source does not say"
    if name in indexed and max(len(words.encode()), len(fold_text(words).encode())) > MOST_INDEXED:
        return f"is longer than {MOST_INDEXED} bytes"
    return None


@cache
def _columns(model: type[Any] | None) -> tuple[frozenset[str], frozenset[str]]:
    """The columns of a table, and those of them whose text an index holds."""
    if model is None:
        return frozenset(), frozenset()
    columns = frozenset(inspect(model).columns.keys())
    table = inspect(model).local_table
    indexed = {column.name for index in table.indexes for column in index.columns}
    return columns, frozenset(indexed | (FOLDED_NAMES if "folded" in columns else set()))


def validation_errors(
    draft: type[Draft], error: ValidationError, also: tuple[str, ...] = ()
) -> Iterator[DraftError]:
    """Each thing that does not fit the draft; `also` are names that may be meant beside fields."""
    for place, each in enumerate(error.errors(include_url=False)):
        loc = (*each["loc"], *_inner_loc(each))
        # what is not told needs no suggestion, which takes long
        hint = _suggestion(draft, each, loc, also) if place < MOST_ERRORS else None
        yield DraftError(loc, MESSAGES.get(each["type"]) or _own_message(each), hint)


MESSAGES = {
    "extra_forbidden": "there is no such field",
    "missing": "is needed, and not there",
}


def _own_message(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _suggestion(draft: type[Draft], error: Any, loc: Loc, also: tuple[str, ...]) -> str | None:
    """What may have been meant: a field, a word of a vocabulary, or what a value's reader says."""
    if error["type"] == "extra_forbidden":
        return nearest_spelling(str(loc[-1])[:100], (*fields_at(draft, loc), *also))
    if error["type"] == "enum":
        words = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return nearest_spelling(str(error["input"])[:100], words.split(", "))
    cause = error.get("ctx", {}).get("error")
    return cause.suggestion if isinstance(cause, InvalidValue) else None


def _inner_loc(error: Any) -> Loc:
    """Where, from the place of the error, what does not go together can be mended."""
    cause = error.get("ctx", {}).get("error")
    return cause.at if isinstance(cause, InvalidFields) else ()


def fields_at(draft: type[Draft], loc: Loc) -> Iterable[str]:
    """The fields of the part of a draft that a place lies in."""
    for step in loc[:-1]:
        known = draft.model_fields.get(str(step))
        for inner in get_args(known.annotation) if known else ():
            draft = inner if isinstance(inner, type) and issubclass(inner, Draft) else draft
    return draft.model_fields


def is_own_ancestor(start: Node, parent_of: Callable[[Node], Node | None]) -> bool:
    """Whether a term, going up from parent to parent, is broader than itself."""
    above, seen = parent_of(start), set[Node]()
    while above is not None and above not in seen:  # a circle above it is not its own
        if above == start:
            return True
        seen.add(above)
        above = parent_of(above)
    return False


def unsupported_facts(draft: Draft, loc: Loc = ()) -> Iterator[Loc]:
    """Where in a draft a fact stands that names no claim."""
    if getattr(draft, "registry_record", None) is not None:
        return
    if getattr(draft, "says", None) == []:
        yield loc
    for name in type(draft).model_fields:
        parts = getattr(draft, name)
        for place, part in enumerate(parts if isinstance(parts, list) else []):
            if isinstance(part, Draft):
                yield from unsupported_facts(part, (*loc, name, place))
